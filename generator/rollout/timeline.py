"""When the waves of a plan could begin, and how long they take, by what their roots took the last time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from generator.render.roots import Root
from generator.rollout.plan import RolloutPlan, Wave
from generator.spec.freezes import frozen, thawed
from generator.spec.model_rollout import Freeze


@dataclass(frozen=True)
class WaveTime:
    """The time of one wave. Its gates take time too, which nobody knows: it begins at `begins` or later."""

    begins: datetime | None  # None: never, since freezes leave no time
    seconds: float | None  # of its roots, without bake and gates; None where nothing is recorded
    frozen: Freeze | None = None  # what put off its begin

    def end(self, wave: Wave) -> datetime | None:
        """With its bake."""
        return None if self.begins is None else self.begins + timedelta(seconds=self.seconds or 0.0) + wave.bake


@dataclass(frozen=True)
class Timeline:
    waves: Mapping[str, WaveTime]  # by id
    recorded: int  # roots whose last run is known
    ends: datetime | None  # the last of them, with its bake; None: never

    @property
    def is_estimated(self) -> bool:
        return self.recorded > 0


def timeline(plan: RolloutPlan, durations: Mapping[str, float], now: datetime, jobs: int) -> Timeline:
    """`durations` in seconds by root; roots without one take the median of their kind. `jobs` bounds every wave.

    A wave that a freeze would begin in begins at its end; one that is under way by then is not stopped.
    """
    known = _with_medians(plan, durations)
    times: dict[str, WaveTime] = {}
    for wave in plan.waves:
        ready = _latest([times[each].end(_of(plan, each)) for each in wave.after], now)
        begins = None if ready is None else thawed(ready, wave.freezes)
        found = frozen(ready, wave.freezes) if ready is not None else None
        seconds = _makespan([known[root.name] for root in wave.roots], min(jobs, wave.concurrency())) if known else None
        times[wave.id] = WaveTime(begins, seconds, found[0] if found else None)
    ends = _latest([times[wave.id].end(wave) for wave in plan.waves], now)
    return Timeline(times, sum(root.name in durations for root in _roots(plan)), ends)


def _of(plan: RolloutPlan, id: str) -> Wave:
    return next(wave for wave in plan.waves if wave.id == id)


def _latest(moments: Iterable[datetime | None], now: datetime) -> datetime | None:
    latest: datetime | None = now
    for moment in moments:
        latest = None if moment is None or latest is None else max(latest, moment)
    return latest


def _roots(plan: RolloutPlan) -> list[Root]:
    return [root for wave in plan.waves for root in wave.roots]


def _with_medians(plan: RolloutPlan, durations: Mapping[str, float]) -> dict[str, float]:
    """A time for every root; empty where none is known."""
    by_kind: dict[str, list[float]] = {}
    for root in _roots(plan):
        if root.name in durations:
            by_kind.setdefault(root.kind, []).append(durations[root.name])
    every = [seconds for kind in by_kind.values() for seconds in kind]
    if not every:
        return {}
    return {root.name: durations.get(root.name, median(by_kind.get(root.kind, every))) for root in _roots(plan)}


def _makespan(seconds: Iterable[float], workers: int) -> float:
    """How long it takes when each root goes to the first worker that is free."""
    free = [0.0] * max(1, workers)
    for each in seconds:
        heapq.heappush(free, heapq.heappop(free) + each)
    return max(free)
