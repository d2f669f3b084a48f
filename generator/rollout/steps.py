"""What a rollout does next, told by its plan and by what its roots have become. Nothing is asked, nothing is done.

Whoever takes the steps, a process that lives as long as the rollout or one that is started for each, takes the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from generator.render.roots import Root
from generator.rollout.plan import RolloutPlan, Wave
from generator.rollout.record import RootRecord, RootState
from generator.rollout.words import TEXT, moment_in_words
from generator.spec.freezes import frozen, thawed
from generator.terraform.fairness import in_turns

DONE: frozenset[RootState] = frozenset({"applied", "verified"})
SETTLED: frozenset[RootState] = DONE | {"failed", "skipped"}
BEGUN: frozenset[RootState] = DONE | {"applying", "failed"}
UNLIKE = "its plan is not the approved one"  # the reason of a root that lets no other begin
TOO_MANY = "more failed than may fail"

What = Literal["apply", "bake", "frozen", "gates", "gate", "stop", "done"]


@dataclass(frozen=True)
class Step:
    """What is to be done: `apply` roots; wait for a `bake`, a freeze or a `gate`; pass the `gates`; or nothing more.

    Roots are in an order that lets accounts take turns.
    """

    do: What
    wave: Wave | None = None  # None where it is done
    roots: tuple[Root, ...] = ()  # to be applied
    until: datetime | None = None  # of a wait; None also where freezes leave no time
    reason: str = ""  # in one phrase


@dataclass(frozen=True)
class Skip:
    root: str
    reason: str
    cause: str


def next_step(plan: RolloutPlan, records: Mapping[str, RootRecord], passed: Collection[str], now: datetime) -> Step:
    """The first thing that is not done. `passed` are the waves whose bake and gates are behind them."""
    for wave in plan.waves:
        due = due_in(wave, records)
        stop = why_none_begins(wave, records)
        if stop:
            return Step("stop", wave, reason=stop)
        if due:
            return _held_back(wave, records, now) or Step("apply", wave, tuple(in_turns(due, _account)))
        if wave.id in passed:
            continue
        return _baking(wave, records, now) or Step("gates", wave)
    return Step("done")


def _account(root: Root) -> str:
    return root.account.name


def gate_mark(wave: str, number: int) -> str:
    """How a gate that is behind is noted among the waves that are, as long as its wave is not."""
    return f"{wave}#{number}"


def due_in(wave: Wave, records: Mapping[str, RootRecord]) -> tuple[Root, ...]:
    """Its roots of which nobody knows yet what becomes of them."""
    return tuple(root for root in wave.roots if records[root.name].state not in SETTLED)


def failed_in(wave: Wave, records: Mapping[str, RootRecord]) -> list[RootRecord]:
    return [records[root.name] for root in wave.roots if records[root.name].state == "failed"]


def why_none_begins(wave: Wave, records: Mapping[str, RootRecord]) -> str:
    """Why no further root of the wave may begin, and no further wave; empty where they may."""
    failed = failed_in(wave, records)
    if any(record.reason == UNLIKE for record in failed):
        return "a plan is not the approved one"
    if len(failed) > wave.failure_tolerance:
        return f"{len(failed)} of {len(wave.roots)} roots failed, and {wave.failure_tolerance} may"
    return ""


def skips(plan: RolloutPlan, stop: Step, records: Mapping[str, RootRecord]) -> list[Skip]:
    """What is not begun any more after a stop: the rest of its wave, and all later waves."""
    wave = stop.wave
    if wave is None:
        return []
    failed = failed_in(wave, records)
    why = UNLIKE if any(record.reason == UNLIKE for record in failed) else TOO_MANY
    rest = [Skip(root.name, why, failed[0].root if failed else "") for root in due_in(wave, records)]
    later = plan.waves[plan.waves.index(wave) + 1 :]
    rest += [Skip(root.name, stop.reason, wave.id) for each in later for root in each.roots]
    return [each for each in rest if records[each.root].state not in BEGUN]


def _held_back(wave: Wave, records: Mapping[str, RootRecord], now: datetime) -> Step | None:
    """A freeze keeps back a wave of which nothing has begun."""
    found = frozen(now, wave.freezes)
    if found is None or any(records[root.name].state in BEGUN for root in wave.roots):
        return None
    freeze, end = found[0], thawed(now, wave.freezes)
    why = f" ({freeze.reason[:TEXT]})" if freeze.reason else ""
    until = f"It can begin from {moment_in_words(end)} on" if end else "The freezes leave no time for it"
    return Step("frozen", wave, until=end, reason=f"frozen by {freeze.text}{why}. {until}.")


def _baking(wave: Wave, records: Mapping[str, RootRecord], now: datetime) -> Step | None:
    """Time that has passed counts, also for a rollout that goes on."""
    ends = [end for root in wave.roots if (end := records[root.name].ended) and records[root.name].state in DONE]
    if not ends or now >= max(ends) + wave.bake:
        return None
    return Step("bake", wave, until=max(ends) + wave.bake, reason=f"{wave.id} bakes")
