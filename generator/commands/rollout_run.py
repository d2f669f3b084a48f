"""`goldsmith rollout run`: what was approved, wave after wave."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked
from generator.commands.beginning import begins
from generator.commands.engines import chosen, engine_options
from generator.commands.options import json_option
from generator.commands.rollout_options import journal_option, rollouts_option
from generator.errors import RolloutError

if TYPE_CHECKING:
    from generator.commands.engines import Chosen
    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.rollout.plan import RolloutPlan

approve_option = click.option(
    "--approve",
    "approvals",
    multiple=True,
    metavar="WAVE",
    help="The approval behind this wave is given: prod/early. Without it a person at the terminal is asked.",
)


@click.command()
@begins
@approve_option
@engine_options
@journal_option
@rollouts_option
@json_option
def run(
    asked: Asked,
    changed: str | None,
    to: str | None,
    approved: str | None,
    reviewed: tuple[Path, ...],
    commit: str | None,
    approvals: tuple[str, ...],
    engine_name: str,
    scheduler: str | None,
    workdir: Path | None,
    journal: Path | None,
    place: str | None,
    as_json: bool,
) -> None:
    """Apply what was approved, wave after wave, as `goldsmith rollout preview` shows it.

    Each root is planned again at its turn, and applied only where its plan is still the approved one. Between waves
    comes what the spec says: time to bake, and gates. A rollout that stops is taken up with `goldsmith rollout resume`.

    With --to, the way to another commit is rolled out, in the waves of HEAD.

    With --json, standard output has the rollout as `goldsmith rollout status --json` shows it, also where it failed.
    """
    from generator.commands.beginning import beginning
    from generator.commands.rollout_told import told_at_the_end

    engine = chosen(asked, engine_name, scheduler, workdir)
    begins_with = beginning(asked, changed, to, approved, reviewed, commit, place, approvals)
    with told_at_the_end(as_json) as tell, begins_with as begun:
        if begun is None:
            return
        tell(begun.recording)
        roll(
            *(begun.session, begun.recording, begun.plan, begun.digests, begun.spec_directory, journal, approvals),
            chosen=engine,
            as_json=as_json,
        )


def roll(
    session: Session,
    recording: Recording,
    plan: RolloutPlan,
    digests: Mapping[str, str],
    spec_directory: Path,
    journal: Path | None,
    approvals: Collection[str],
    *,
    chosen: Chosen,
    as_json: bool,
) -> None:
    """Take the waves, and tell what came of it; `as_json` leaves standard output free for that.

    Raises RolloutError where not every root is done.
    """
    from generator.commands.gates import Gates
    from generator.commands.recording import NO_CHANGES
    from generator.commands.rolling import RecordedRollout, outcome
    from generator.commands.scribe import Scribe
    from generator.rollout.conductor import conduct
    from generator.rollout.journal import FILE, Journal
    from generator.terraform.fleet import terminate_as_interrupt

    record = recording.record
    lines = Journal(journal or session.state_directory / FILE)
    scribe = Scribe(session, lines, record.commit, record.approved, recording)
    gates = Gates(session, recording, spec_directory, approvals, "rollout resume")
    try:
        with terminate_as_interrupt(), chosen.opened(session, recording, scribe, digests) as engine:
            conduct(plan, RecordedRollout(recording, gates), engine, lambda: datetime.now(UTC), time.sleep)
    except BaseException:
        click.echo(f"See: goldsmith rollout status {record.id}. Go on: goldsmith rollout resume {record.id}", err=True)
        raise
    roots = recording.roots()
    if outcome(recording):
        left = [root.root for root in roots if root.state not in ("applied", "verified")]
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        raise RolloutError(
            f"{', '.join(left[:3])}{more}: failed within what may fail; all others are done. Mend what is told above, "
            f"and go on: goldsmith rollout resume {record.id}"
        )
    changed = sum(root.reason != NO_CHANGES for root in roots)
    told = f"{changed} of {len(roots)} roots changed" if changed else "nothing was to be changed"
    click.echo(f"{record.id}: succeeded, {told}.", err=as_json)
    if session.commit:
        click.echo(
            f"The fleet is what {session.commit[:12]} has. Revert in git what came after it; else the next rollout of "
            "that brings it back.",
            err=True,
        )
