"""The engine `local`: the roots of a wave are applied by this process, and gates are passed from this machine."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from generator.commands import fleet
from generator.commands.applying import applied_in_words, nothing_was_done
from generator.commands.following import options_as_typed
from generator.commands.gate_build import pass_build
from generator.commands.recording import StoppedError
from generator.commands.state_locks import wait_for_state
from generator.errors import GoldsmithError, ReviewError
from generator.review.digest import short
from generator.rollout.conductor import RolloutStoppedError
from generator.rollout.words import TEXT, gate_in_words
from generator.terraform.root import Applied

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.scribe import Scribe
    from generator.commands.session import Session
    from generator.render.roots import Root
    from generator.rollout.plan import Wave
    from generator.rollout.record import RootState
    from generator.spec.model_rollout import Gate
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform

UNLIKE = "its plan is not the approved one"


class UnlikeError(ReviewError):
    """A root's plan is another than the one that was approved."""


@dataclass
class LocalEngine:
    """See generator.rollout.conductor.Engine. `digests` are the approved ones, of each root's plan."""

    session: Session
    recording: Recording
    scribe: Scribe
    digests: Mapping[str, str]
    spec_directory: Path
    approvals: Collection[str]  # waves whose approval gates a person let pass
    unlike: bool = False  # whether a plan was another

    def state(self, root: str) -> RootState:
        return self.recording.state(root)

    def require_running(self) -> None:
        self.recording.require_running()

    def skip(self, root: str, reason: str, cause: str) -> None:
        self.recording.bring(root, "skipped", reason=reason, cause=cause)

    def ended(self, wave: Wave) -> datetime | None:
        names = {root.name for root in wave.roots}
        return max((each.ended for each in self.recording.roots() if each.root in names and each.ended), default=None)

    def apply(self, wave: Wave, roots: Sequence[Root]) -> str:
        click.echo(f"{wave.id}: {len(roots)} of {len(wave.roots)} roots", err=True)
        self.unlike = False
        for root in roots:
            self._take_up(root.name)
        outcomes = fleet.over_roots(
            replace(self.session, roots=tuple(roots)),
            self._work,
            role=self.session.spec.organization.roles.apply,
            after={},
            summary=applied_in_words,
            pace=partial(self._pace, wave),
        )
        self.scribe.skipped(outcomes)
        failed = [outcome.name for outcome in outcomes if outcome.state == "failed"]
        for outcome in outcomes:
            if outcome.state == "skipped" and self.state(outcome.name) == "approved":
                self.skip(
                    outcome.name, UNLIKE if self.unlike else "more failed than may fail", failed[0] if failed else ""
                )
        self.require_running()
        if self.unlike:
            return "a plan is not the approved one"
        if len(failed) > wave.failure_tolerance:
            return f"{len(failed)} of {len(wave.roots)} roots failed, and {wave.failure_tolerance} may"
        return ""

    def pass_gate(self, wave: Wave, gate: Gate) -> None:
        click.echo(f"{wave.id}: {gate_in_words(gate)}", err=True)
        match gate.kind:
            case "verify":
                self._verify(wave)
            case "command":
                self._command(wave, gate)
            case "approval":
                self._ask(wave, gate)
            case "build":
                pass_build(
                    *(self.session, self.recording.ledger, self.recording.record.id, wave, gate),
                    require_running=self.require_running,
                    options=options_as_typed(self.spec_directory),
                )

    def _pace(self, wave: Wave, failures: int) -> int:
        return 0 if self.unlike else wave.concurrency(failures)

    def _take_up(self, root: str) -> None:
        """One that failed or was skipped stands where it stood, with the digest that was approved."""
        if self.state(root) in ("failed", "skipped"):
            self.recording.bring(root, "planned", digest=self.digests[root])
            self.recording.bring(root, "approved")

    def _work(self, terraform: Terraform) -> Applied:
        """Plan it again, hold it against what was approved, and apply that very plan."""
        name, plan = terraform.root.name, None
        try:
            with TemporaryDirectory(prefix="goldsmith-plan-") as directory:  # mode 0700
                file = Path(directory, "tfplan")
                if self.state(name) == "applying":  # its run died
                    wait_for_state(self.session, terraform)
                plan = terraform.retried(lambda: self._plan(terraform, file))
                self._require_approved(plan)
                self.scribe.planned(plan)
                applied = Applied(name, plan, plan.seconds)
                if not plan.is_empty:
                    self.scribe.applies(name)
                    result = terraform.retried(lambda: terraform.apply(file), may=nothing_was_done)
                    applied = Applied(name, plan, plan.seconds + result.seconds)
        except StoppedError:
            raise
        except GoldsmithError as error:
            self.scribe.failed(name, plan, UNLIKE if isinstance(error, UnlikeError) else "")
            raise
        self.scribe.did(applied)
        return applied

    def _plan(self, terraform: Terraform, file: Path) -> Plan:
        terraform.push_kept_state()
        return terraform.plan(file)

    def _require_approved(self, plan: Plan) -> None:
        """What has nothing to do changes nothing that was not approved: another run of it may have been killed."""
        digest, approved = self.scribe.digest(plan), self.digests[plan.root]
        if plan.is_empty or digest == approved:
            return
        self.unlike = True
        raise UnlikeError(
            f"{plan.root}: {short(approved)} was approved, and its plan is {short(digest)} now "
            f"({fleet.described(plan)}), so it was not applied. Plan and review again: goldsmith review"
        )

    def _verify(self, wave: Wave) -> None:
        from generator.commands.verify import checks_of
        from generator.verify.report import summary

        roots = [root for root in wave.roots if self.state(root.name) in ("applied", "verified")]
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
                if self.state(root.name) == "applied":
                    self.recording.bring(root.name, "failed", reason="verify failed")
            elif self.state(root.name) == "applied" and not wrong:
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
            done = subprocess.run(
                gate.command,
                env={**self.session.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=gate.timeout.total_seconds() if gate.timeout else None,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _gate_failed(wave, f"{words} did not end within {error.timeout:.0f} seconds") from error
        except OSError as error:
            raise _gate_failed(wave, f"{words} cannot be run ({error.strerror})") from error
        click.echo(done.stdout.decode(errors="replace"), err=True, nl=False)
        if done.returncode:
            raise _gate_failed(wave, f"{words} ended with {done.returncode}")

    def _ask(self, wave: Wave, gate: Gate) -> None:
        if wave.id in self.approvals:
            return
        who = f" of {gate.approver[:TEXT]}" if gate.approver else ""
        if sys.stdin.isatty() and click.confirm(f"{wave.id}: do you give the approval{who}?", err=True):
            return
        raise RolloutStoppedError(
            f"{wave.id}: waits for the approval{who}. Once that is given, go on with: "
            f"goldsmith rollout resume {self.recording.record.id} --approve {wave.id}",
            f"{wave.id} waits for approval",
        )


def _gate_failed(wave: Wave, why: str) -> RolloutStoppedError:
    return RolloutStoppedError(f"{wave.id}: its gate failed: {why}. No further wave begins.", f"{wave.id}: gate failed")
