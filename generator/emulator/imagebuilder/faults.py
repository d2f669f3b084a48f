"""Faults on demand: the next image that comes through a stage fails there. For tests and demonstrations."""

from __future__ import annotations

from dataclasses import dataclass

from generator.emulator.imagebuilder.builds import STAGES, Stage


@dataclass(frozen=True)
class Fault:
    stage: str
    reason: str


_waiting: list[Fault] = []


def inject_fault(stage: str, reason: str) -> None:
    """Let the next image fail at the end of `stage` with `reason`. Raises ValueError for a stage that is none."""
    if stage not in STAGES:
        raise ValueError(f"stage {stage!r}: there is no such stage of a build; there are {', '.join(STAGES)}")
    if not reason:
        raise ValueError("reason: a fault needs one; it becomes the reason of the failed image")
    _waiting.append(Fault(stage, reason))


def take_fault(stage: Stage) -> Fault | None:
    """The fault that waits for this stage, if any; it strikes once."""
    for fault in _waiting:
        if fault.stage == stage:
            _waiting.remove(fault)
            return fault
    return None


def clear_faults() -> None:
    _waiting.clear()
