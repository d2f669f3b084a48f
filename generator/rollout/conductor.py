"""The steps of a rollout one after the other. How roots get applied is the engine's part.

A rollout that stops is taken up again where it stopped: what its roots have become tells which step is next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from generator.errors import RolloutError
from generator.render.roots import Root, roots_of
from generator.rollout.plan import RolloutPlan, Wave, plan_rollout
from generator.rollout.record import RolloutRecord, RootRecord
from generator.rollout.steps import Skip, Step, gate_mark, next_step, skips
from generator.spec.model import Spec
from generator.spec.model_rollout import Gate

_LOOK = timedelta(seconds=15)  # how often a bake looks whether the rollout was aborted


class RolloutStoppedError(RolloutError):
    """No further wave begins. The rollout can be resumed; `reason` is one phrase for its record.

    `waits_for` is the wave whose approval would have it go on.
    """

    def __init__(self, message: str, reason: str, waits_for: str = "") -> None:
        self.reason = reason
        self.waits_for = waits_for
        super().__init__(message)


class GateWaitsError(Exception):
    """A gate that does not hold yet, and is to be looked at again; nothing has failed."""

    def __init__(self, until: datetime, reason: str) -> None:
        self.until = until
        self.reason = reason
        super().__init__(reason)


class Engine(Protocol):
    """How the roots of a wave get applied."""

    def apply(self, wave: Wave, roots: Sequence[Root]) -> None:
        """Apply them, at the wave's concurrency. What became of each is on record when this returns."""
        ...


class Rollout(Protocol):
    """What is on record of a rollout, and what passes between its waves."""

    def records(self) -> Mapping[str, RootRecord]: ...

    def passed(self) -> Collection[str]:
        """The waves whose bake and gates are behind them."""
        ...

    def passes(self, wave: Wave) -> None:
        """Note that they are."""
        ...

    def passes_gate(self, wave: Wave, number: int) -> None:
        """Note that this gate of it is, where a later one is looked at by another process."""
        ...

    def skip(self, skip: Skip) -> None: ...

    def pass_gate(self, wave: Wave, gate: Gate) -> None:
        """Raises RolloutStoppedError where it does not hold, GateWaitsError where it is to be looked at again."""
        ...

    def require_running(self) -> None:
        """Raises where the rollout was aborted."""
        ...


def conduct(
    plan: RolloutPlan,
    rollout: Rollout,
    engine: Engine,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> None:
    """Take all steps, to the end. Raises RolloutStoppedError where a wave cannot begin, or stops the rest."""
    applied: Step | None = None
    while (step := settled_step(plan, rollout, clock)).do != "done":
        rollout.require_running()
        if step.do == "frozen":
            raise _frozen(step)
        if step.do in ("bake", "gate") and step.until:
            sleep(max(0.0, min(step.until - clock(), _LOOK).total_seconds()))
        elif step.wave and step.do == "apply":
            if step == applied:
                raise _not_finished(step)
            engine.apply(step.wave, step.roots)
            applied = step


def settled_step(plan: RolloutPlan, rollout: Rollout, clock: Callable[[], datetime]) -> Step:
    """The next step that takes time or work of others: gates are passed, and what a failure stops is skipped.

    Raises RolloutStoppedError where a gate does not hold, or a wave stops the rest.
    """
    while True:
        records = rollout.records()
        step = next_step(plan, records, rollout.passed(), clock())
        if step.wave and step.do == "stop":
            for each in skips(plan, step, records):
                rollout.skip(each)
            why = f"{step.wave.id}: {step.reason}"
            raise RolloutStoppedError(f"{why}, so no further wave begins.", why)
        if step.wave is None or step.do != "gates":
            return step
        waits = _pass_gates(step.wave, rollout)
        if waits:
            return waits
        rollout.passes(step.wave)


def _pass_gates(wave: Wave, rollout: Rollout) -> Step | None:
    """One after the other, those that are behind already left out; the wait for one that does not hold yet."""
    behind = rollout.passed()
    for number, gate in enumerate(wave.gates, 1):
        if gate_mark(wave.id, number) in behind:
            continue
        rollout.require_running()
        try:
            rollout.pass_gate(wave, gate)
        except GateWaitsError as waits:
            for earlier in range(1, number):
                if gate_mark(wave.id, earlier) not in behind:
                    rollout.passes_gate(wave, earlier)
            return Step("gate", wave, until=waits.until, reason=waits.reason)
    return None


def plan_of_record(spec: Spec, record: RolloutRecord) -> RolloutPlan:
    """The waves of a rollout that goes on. Raises RolloutError where the spec makes others than it began with."""
    names = {*record.roots}
    roots = [root for root in roots_of(spec) if root.name in names]
    gone = sorted(names - {root.name for root in roots})
    if gone:
        raise RolloutError(
            f"{', '.join(gone[:3])}: is of rollout {record.id}, and the spec does not have it. Check out the commit "
            "that the rollout is of, or begin another."
        )
    plan = plan_rollout(spec, roots)
    require_same_waves(plan, [(wave.name, wave.roots) for wave in record.waves])
    return plan


def require_same_waves(plan: RolloutPlan, recorded: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Raise RolloutError where the spec makes other waves now than those that a rollout began with."""
    if [(wave.id, [root.name for root in wave.roots]) for wave in plan.waves] != [
        (name, list(roots)) for name, roots in recorded
    ]:
        raise RolloutError(
            "the spec makes other waves than those that this rollout began with. Check out the commit that it is of, "
            "or begin another rollout; `goldsmith rollout status` names both."
        )


def refuse_frozen_for_ever(step: Step) -> None:
    """Raise RolloutStoppedError for a wave that may never begin; one that may begin later is waited for."""
    if step.do == "frozen" and step.until is None:
        raise _frozen(step)


def _frozen(step: Step) -> RolloutStoppedError:
    return RolloutStoppedError(f"{_id(step)}: {step.reason}", f"{_id(step)} is frozen")


def _id(step: Step) -> str:
    return step.wave.id if step.wave else ""


def _not_finished(step: Step) -> RolloutStoppedError:
    """What others are at, or have left."""
    names = ", ".join(root.name for root in step.roots[:3])
    more = f" and {len(step.roots) - 3} more roots" if len(step.roots) > 3 else ""
    return RolloutStoppedError(
        f"{_id(step)}: {names}{more}: not done, and not on record as failed, as is told above. No further wave begins.",
        f"{_id(step)}: {len(step.roots)} roots are not finished",
    )
