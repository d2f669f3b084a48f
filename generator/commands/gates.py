"""What passes the gates between waves, from this machine, whichever engine applies the roots."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.following import options_as_typed
from generator.commands.gate_build import look_at_build, pass_build
from generator.commands.gate_command import exit_code_of
from generator.commands.words import somebody_is_there
from generator.rollout.conductor import RolloutStoppedError
from generator.rollout.steps import DONE
from generator.rollout.words import TEXT, gate_in_words

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.rollout.plan import Wave
    from generator.spec.model_rollout import Gate


@dataclass(frozen=True)
class Gates:
    session: Session
    recording: Recording
    spec_directory: Path
    approvals: Collection[str]  # waves whose approval gates a person let pass
    go_on: str  # the command that takes a rollout up: `rollout resume`
    follows: bool = True  # what takes long, rather than have it looked at again later
    again: bool = True  # whether what failed before is tried once more

    def passed(self, wave: Wave, gate: Gate) -> None:
        """Raises RolloutStoppedError where it does not hold, GateWaitsError where it is to be looked at again."""
        click.echo(f"{wave.id}: {gate_in_words(gate)}", err=True)
        match gate.kind:
            case "verify":
                self._verify(wave)
            case "command":
                self._command(wave, gate)
            case "approval":
                self._ask(wave, gate)
            case "build":
                self._build(wave, gate)

    def _build(self, wave: Wave, gate: Gate) -> None:
        of = (self.session, self.recording.ledger, self.recording.record.id, wave, gate)
        options = options_as_typed(self.spec_directory)
        if self.follows:
            pass_build(*of, require_running=self.recording.require_running, options=options)
        else:
            look_at_build(*of, again=self.again, options=options)

    def _verify(self, wave: Wave) -> None:
        from generator.commands.verify import checks_of
        from generator.verify.report import summary

        roots = [root for root in wave.roots if self.recording.state(root.name) in DONE]
        if not roots:
            return
        checks = checks_of(replace(self.session, roots=tuple(roots)), self.spec_directory)
        wrong = [check for check in checks if check.result == "failed"]
        for check in wrong[:20]:
            click.echo(f"{check.root}: {check.name}: expected {check.expected}, is {check.actual}", err=True)
        click.echo(f"{wave.id}: {summary(checks)}", err=True)
        failed = {check.root for check in wrong}
        for root in roots:
            if root.name in failed:
                if self.recording.state(root.name) == "applied":
                    self.recording.bring(root.name, "failed", reason="verify failed")
            elif self.recording.state(root.name) == "applied" and not wrong:
                self.recording.bring(root.name, "verified")
        if wrong:
            raise RolloutStoppedError(
                f"{wave.id}: verify found {len(wrong)} checks that failed, so no further wave begins.",
                f"{wave.id}: verify failed",
            )

    def _command(self, wave: Wave, gate: Gate) -> None:
        """Its output goes to standard error; its AWS is the rollout's."""
        words = shlex.join(gate.command)[:TEXT]
        try:
            code = exit_code_of(gate.command, self.session.environment, gate.timeout)
        except subprocess.TimeoutExpired as error:
            raise _gate_failed(wave, f"{words} did not end within {error.timeout:.0f} seconds") from error
        except OSError as error:
            raise _gate_failed(wave, f"{words} cannot be run ({error.strerror})") from error
        if code:
            raise _gate_failed(wave, f"{words} ended with {code}")

    def _ask(self, wave: Wave, gate: Gate) -> None:
        if wave.id in self.approvals:
            return
        who = f" of {gate.approver[:TEXT]}" if gate.approver else ""
        if somebody_is_there() and click.confirm(f"{wave.id}: do you give the approval{who}?", err=True):
            return
        raise RolloutStoppedError(
            f"{wave.id}: waits for the approval{who}. Once that is given, go on with: "
            f"goldsmith {self.go_on} {self.recording.record.id} --approve {wave.id}",
            f"{wave.id} waits for approval",
            waits_for=wave.id,
        )


def _gate_failed(wave: Wave, why: str) -> RolloutStoppedError:
    return RolloutStoppedError(f"{wave.id}: its gate failed: {why}. No further wave begins.", f"{wave.id}: gate failed")
