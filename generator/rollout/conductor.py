"""The waves of a rollout one after the other, with what comes between them. What a root needs is the engine's part.

A rollout that stops is taken up again where it stopped: what its roots have become tells which waves have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from generator.errors import RolloutError
from generator.render.roots import Root
from generator.rollout.plan import RolloutPlan, Wave
from generator.rollout.record import RootState
from generator.rollout.words import TEXT, moment_in_words
from generator.spec.freezes import frozen, thawed
from generator.spec.model_rollout import Gate

_DONE: frozenset[RootState] = frozenset({"applied", "verified"})
_BEGUN: frozenset[RootState] = _DONE | {"applying", "failed"}
_LOOK = timedelta(seconds=15)  # how often a bake looks whether the rollout was aborted


class RolloutStoppedError(RolloutError):
    """No further wave begins. The rollout can be resumed; `reason` is one phrase for its record."""

    def __init__(self, message: str, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class Engine(Protocol):
    """What is done to roots, and where that is written down."""

    def state(self, root: str) -> RootState: ...

    def apply(self, wave: Wave, roots: Sequence[Root]) -> str:
        """Apply them, at the wave's concurrency; returns why no further wave may begin, empty where one may."""
        ...

    def skip(self, root: str, reason: str, cause: str) -> None: ...

    def pass_gate(self, wave: Wave, gate: Gate) -> None:
        """Raises RolloutStoppedError where it does not hold."""
        ...

    def ended(self, wave: Wave) -> datetime | None:
        """When its last root was applied; None where nothing was."""
        ...

    def require_running(self) -> None:
        """Raises where the rollout was aborted."""
        ...


def conduct(plan: RolloutPlan, engine: Engine, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
    """Take every wave of the plan in its order. Raises RolloutStoppedError where one cannot begin, or stops the rest.

    Roots that are done are left alone. A wave passes its gates again unless one behind it has begun, which shows that
    it has passed them.
    """
    for number, wave in enumerate(plan.waves):
        later = plan.waves[number + 1 :]
        left = [root for root in wave.roots if engine.state(root.name) not in _DONE]
        if not left and any(_has_begun(each, engine) for each in later):
            continue
        engine.require_running()
        if left:
            if not _has_begun(wave, engine):
                _refuse_frozen(wave, clock())
            stop = engine.apply(wave, left)
            if stop:
                _skip_all(later, engine, stop, wave)
                raise RolloutStoppedError(f"{wave.id}: {stop}, so no further wave begins.", f"{wave.id}: {stop}")
        _bake(wave, engine, clock, sleep)
        for gate in wave.gates:
            engine.require_running()
            engine.pass_gate(wave, gate)


def require_same_waves(plan: RolloutPlan, recorded: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Raise RolloutError where the spec makes other waves now than those that a rollout began with."""
    if [(wave.id, [root.name for root in wave.roots]) for wave in plan.waves] != [
        (name, list(roots)) for name, roots in recorded
    ]:
        raise RolloutError(
            "the spec makes other waves than those that this rollout began with. Check out the commit that it is of, "
            "or begin another rollout; `goldsmith rollout status` names both."
        )


def _has_begun(wave: Wave, engine: Engine) -> bool:
    return any(engine.state(root.name) in _BEGUN for root in wave.roots)


def _refuse_frozen(wave: Wave, now: datetime) -> None:
    found = frozen(now, wave.freezes)
    if found is None:
        return
    freeze, end = found[0], thawed(now, wave.freezes)
    why = f" ({freeze.reason[:TEXT]})" if freeze.reason else ""
    until = f"It can begin from {moment_in_words(end)} on" if end else "The freezes leave no time for it"
    raise RolloutStoppedError(f"{wave.id}: frozen by {freeze.text}{why}. {until}.", f"{wave.id} is frozen")


def _skip_all(waves: Sequence[Wave], engine: Engine, reason: str, cause: Wave) -> None:
    for wave in waves:
        for root in wave.roots:
            if engine.state(root.name) not in _BEGUN:
                engine.skip(root.name, reason, cause.id)


def _bake(wave: Wave, engine: Engine, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
    """Wait until the wave has been applied for so long; what has passed of that counts in a rollout that goes on."""
    ended = engine.ended(wave) if wave.bake else None
    if ended is None:
        return
    while (left := ended + wave.bake - clock()) > timedelta():
        engine.require_running()
        sleep(min(left, _LOOK).total_seconds())
