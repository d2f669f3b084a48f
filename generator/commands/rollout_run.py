"""`goldsmith rollout run`: what was approved, wave after wave."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.changed import changed_option
from generator.commands.earlier import at_commit, to_option
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
)
from generator.commands.rollout_options import commit_option, journal_option, rollouts_option
from generator.errors import RolloutError, TerraformError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.commands.applying import Approval
    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.review.model import Planned
    from generator.rollout.plan import RolloutPlan

approve_option = click.option(
    "--approve",
    "approvals",
    multiple=True,
    metavar="WAVE",
    help="The approval behind this wave is given: prod/early. Without it a person at the terminal is asked.",
)


@click.command()
@asks(environments_argument, account_option, region_option, image_option)
@changed_option
@to_option
@click.option(
    "--approved",
    metavar="DIGEST",
    help="The fleet digest that the review shows, of which the first 12 characters are enough. Needed.",
)
@click.option(
    "--planned",
    "reviewed",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What was reviewed, from `goldsmith plan --save`, each shard's: then not all roots are planned beforehand.",
)
@commit_option
@approve_option
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
    from generator.commands import applying
    from generator.commands.apply import approval_of
    from generator.commands.changed import session_of
    from generator.commands.recording import recorded
    from generator.commands.rollout_told import told_at_the_end
    from generator.review.commit import commit_of
    from generator.rollout.plan import plan_rollout
    from generator.rollout.record import WaveOfRoots

    if approved is None:
        raise UsageError(
            "rollout: what was approved is not said. Add the digest that `goldsmith review` shows: --approved DIGEST; "
            "or see the waves: --preview"
        )
    approval = approval_of(approved, reviewed, commit)
    with (
        told_at_the_end(as_json) as begun,
        at_commit(asked, to, changed) as there,
        session_of(there, changed=applying.base_of(approval, there, changed)) as session,
    ):
        session = applying.narrowed(session, approval)
        _refuse_removed(session)
        plan = plan_rollout(session.spec, session.roots)
        digests = {root.name: root.digest for root in _approved_plans(session, approval).roots}
        waves = [WaveOfRoots(wave.id, tuple(root.name for root in wave.roots)) for wave in plan.waves]
        with recorded(session, place, commit_of(asked.rendered_directory), approved, waves) as recording:
            if recording is None:
                click.echo("No root is affected: there is nothing to roll out.", err=True)
                return
            begun(recording)
            click.echo(f"Rollout {recording.record.id}", err=True)
            for root in session.roots:
                recording.bring(root.name, "planned", digest=digests[root.name])
                recording.bring(root.name, "approved")
            roll(session, recording, plan, digests, there.spec_directory, journal, approvals, as_json=as_json)


def roll(
    session: Session,
    recording: Recording,
    plan: RolloutPlan,
    digests: dict[str, str],
    spec_directory: Path,
    journal: Path | None,
    approvals: Collection[str],
    *,
    as_json: bool,
) -> None:
    """Take the waves, and tell what came of it; `as_json` leaves standard output free for that.

    Raises RolloutError where not every root is done.
    """
    from generator.commands.rolling import LocalEngine
    from generator.commands.scribe import Scribe
    from generator.rollout.conductor import conduct
    from generator.rollout.journal import FILE, Journal
    from generator.terraform.fleet import terminate_as_interrupt

    record = recording.record
    lines = Journal(journal or session.state_directory / FILE)
    scribe = Scribe(session, lines, record.commit, record.approved, recording)
    engine = LocalEngine(session, recording, scribe, digests, spec_directory, approvals)
    try:
        with terminate_as_interrupt():
            conduct(plan, engine, lambda: datetime.now(UTC), time.sleep)
    except BaseException:
        click.echo(f"See: goldsmith rollout status {record.id}. Go on: goldsmith rollout resume {record.id}", err=True)
        raise
    roots = recording.roots()
    left = [root.root for root in roots if root.state not in ("applied", "verified")]
    if left:
        recording.stop(f"{len(left)} of {len(roots)} roots not done")
        more = f" and {len(left) - 3} more" if len(left) > 3 else ""
        raise RolloutError(
            f"{', '.join(left[:3])}{more}: failed within what may fail; all others are done. Mend what is told above, "
            f"and go on: goldsmith rollout resume {record.id}"
        )
    recording.succeed()
    changed = sum(root.reason != "no changes" for root in roots)
    told = f"{changed} of {len(roots)} roots changed" if changed else "nothing was to be changed"
    click.echo(f"{record.id}: succeeded, {told}.", err=as_json)
    if session.commit:
        click.echo(
            f"The fleet is what {session.commit[:12]} has. Revert in git what came after it; else the next rollout of "
            "that brings it back.",
            err=True,
        )


def _approved_plans(session: Session, approval: Approval) -> Planned:
    """The plans that were approved: as they were reviewed, or all made now. Raises ReviewError, TerraformError."""
    from generator.commands.plan import plan_fleet
    from generator.review.approval import refuse_blocked, require_approved
    from generator.review.risks import find_risks

    planned = approval.reviewed
    if planned is None:
        outcomes, planned = plan_fleet(session, fail_fast=False)
        failed = [outcome.name for outcome in outcomes if outcome.state != "done"]
        if failed:
            raise TerraformError(f"{', '.join(failed[:3])}: cannot be planned, as is told above. Nothing was applied.")
        require_approved(approval.digest, planned, None)
    refuse_blocked(find_risks(planned, session.spec.allowances, datetime.now(UTC).date()))
    return planned


def _refuse_removed(session: Session) -> None:
    """What a change removes is in no wave of the spec."""
    removed = [root.name for root in session.roots if session.is_removed(root.name)]
    if removed:
        raise RolloutError(
            f"{', '.join(removed[:3])}: the spec has it no more, so it is in no wave, and is not destroyed by a "
            "rollout. Apply this change with: goldsmith apply --changed --approved DIGEST"
        )
