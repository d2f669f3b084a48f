"""The engine `local`: the roots of a wave are applied by this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import click

from generator.commands import fleet
from generator.commands.applying import applied_in_words
from generator.commands.approved_plan import UnlikeError
from generator.commands.one_root import roll_root
from generator.rollout.steps import TOO_MANY, UNLIKE, failed_in

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.scribe import Scribe
    from generator.commands.session import Session
    from generator.render.roots import Root
    from generator.rollout.plan import Wave
    from generator.terraform.root import Applied, Terraform


@dataclass
class LocalEngine:
    """See generator.rollout.conductor.Engine. `digests` are the approved ones, of each root's plan."""

    session: Session
    recording: Recording
    scribe: Scribe
    digests: Mapping[str, str]
    unlike: bool = False  # whether a plan was another

    def apply(self, wave: Wave, roots: Sequence[Root]) -> None:
        click.echo(f"{wave.id}: {len(roots)} of {len(wave.roots)} roots", err=True)
        self.unlike = False
        outcomes = fleet.over_roots(
            replace(self.session, roots=tuple(roots)),
            self._work,
            role=self.session.spec.organization.roles.apply,
            after={},
            summary=applied_in_words,
            pace=partial(self._pace, wave, len(failed_in(wave, self.recording.records()))),
        )
        self.scribe.skipped(outcomes)
        failed = [outcome.name for outcome in outcomes if outcome.state == "failed"]
        for outcome in outcomes:
            if outcome.state == "skipped" and self.recording.state(outcome.name) == "approved" and failed:
                why = UNLIKE if self.unlike else TOO_MANY
                self.recording.bring(outcome.name, "skipped", reason=why, cause=failed[0])

    def _pace(self, wave: Wave, before: int, failures: int) -> int:
        """`before`: roots of the wave that had failed before these began."""
        return 0 if self.unlike else wave.concurrency(before + failures)

    def _work(self, terraform: Terraform) -> Applied:
        try:
            return roll_root(*(self.session, terraform, self.scribe, self.recording, self.digests[terraform.root.name]))
        except UnlikeError:
            self.unlike = True
            raise
