"""A rollout that is on record, as its conductor sees it, whichever engine applies its roots."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.rollout.steps import gate_mark

if TYPE_CHECKING:
    from generator.commands.gates import Gates
    from generator.commands.recording import Recording
    from generator.rollout.plan import Wave
    from generator.rollout.record import RootRecord
    from generator.rollout.steps import Skip
    from generator.spec.model_rollout import Gate


@dataclass(frozen=True)
class RecordedRollout:
    """See generator.rollout.conductor.Rollout."""

    recording: Recording
    gates: Gates

    def records(self) -> Mapping[str, RootRecord]:
        return self.recording.records()

    def passed(self) -> Collection[str]:
        return self.recording.record.passed

    def passes(self, wave: Wave) -> None:
        self.recording.passes(wave.id)

    def passes_gate(self, wave: Wave, number: int) -> None:
        self.recording.passes(gate_mark(wave.id, number))

    def skip(self, skip: Skip) -> None:
        self.recording.bring(skip.root, "skipped", reason=skip.reason, cause=skip.cause)

    def pass_gate(self, wave: Wave, gate: Gate) -> None:
        self.gates.passed(wave, gate)

    def require_running(self) -> None:
        self.recording.require_running()


def outcome(recording: Recording) -> str:
    """End a rollout whose steps are all done; returns why it failed, empty where every root is done."""
    roots = recording.roots()
    left = sum(root.state not in ("applied", "verified") for root in roots)
    if not left:
        recording.succeed()
        return ""
    reason = f"{left} of {len(roots)} roots not done"
    recording.stop(reason)
    return reason
