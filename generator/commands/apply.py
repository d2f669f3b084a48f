"""`goldsmith apply`: plan every root afresh, and apply that plan; with --approved, only what was reviewed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.changed import changed_option
from generator.commands.fleet import fail_fast_option, retries_option
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
)
from generator.commands.rollout_options import commit_option, journal_option, rollouts_option
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.applying import Approval
    from generator.commands.session import Session
    from generator.terraform.fleet import Outcome
    from generator.terraform.root import Applied


def _refuse_target(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> None:
    if value:
        raise UsageError(
            f"-target {value[0]}: a part of a plan is not what was reviewed. Leave it out; --image, --account and "
            "--region choose roots."
        )


@click.command()
@asks(environments_argument, account_option, region_option, image_option)
@changed_option
@click.option(
    "--approved",
    metavar="DIGEST",
    help="Apply only if the plan of all these roots is the reviewed one; the review shows its fleet digest, of which "
    "the first 12 characters are enough.",
)
@click.option(
    "--planned",
    "reviewed",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What was reviewed, from `goldsmith plan --save`, each shard's: a part of its roots can then be applied, and "
    "a difference is told. Needs --approved.",
)
@commit_option
@journal_option
@rollouts_option
@retries_option
@fail_fast_option
@json_option
@click.option("-target", "--target", multiple=True, hidden=True, callback=_refuse_target, expose_value=False)
def apply(
    asked: Asked,
    changed: str | None,
    approved: str | None,
    reviewed: tuple[Path, ...],
    commit: str | None,
    journal: Path | None,
    place: str | None,
    retries: int,
    fail_fast: bool,
    as_json: bool,
) -> None:
    """Apply every root, with the role that may write: targets first, then the pipelines that ship to them.

    With --approved, all roots are planned first. If that is the plan that was reviewed, these very plans are applied,
    else nothing is. Roots that a change removes are destroyed only so.

    What came of each root is a line of the journal, and the whole is a rollout that `goldsmith rollout` shows. While it
    runs, no other run works on its roots that records its rollouts at the same place. The ids of launch templates that
    are made go to launch_templates.lock.yaml.
    """
    from generator.commands import applying, fleet
    from generator.commands.changed import session_of
    from generator.commands.recording import recorded
    from generator.commands.scribe import Scribe
    from generator.review.commit import commit_of
    from generator.rollout.journal import FILE, Journal

    approval = _approval(approved, reviewed, commit)
    if approval is not None:
        changed = applying.base_of(approval, asked, changed)
    with session_of(asked, changed=changed, retries=retries) as session:
        if approval is not None:
            session = applying.narrowed(session, approval)
        head, digest = commit_of(asked.rendered_directory), approval.digest if approval else ""
        with recorded(session, place, head, digest) as recording:
            scribe = Scribe(session, Journal(journal or session.state_directory / FILE), head, digest, recording)
            if approval is not None:
                outcomes = applying.apply_approved(session, approval, scribe, fail_fast=fail_fast)
            else:
                outcomes = applying.apply_fresh(session, scribe, fail_fast=fail_fast)
            if recording is not None:
                recording.end(outcomes)
    if as_json:
        click.echo(json.dumps(fleet.as_json(outcomes, lambda value: value.plan), indent=2))
    else:
        _print([outcome.value for outcome in outcomes if outcome.value is not None])
    _record(session, asked.spec_directory, outcomes)
    fleet.refuse_unfinished(outcomes, "apply")


def _approval(digest: str | None, reviewed: Sequence[Path], commit: str | None) -> Approval | None:
    if digest is not None:
        return approval_of(digest, reviewed, commit)
    if reviewed or commit:
        raise UsageError("--planned and --commit say what was reviewed. Add the digest: --approved DIGEST")
    return None


def approval_of(digest: str, reviewed: Sequence[Path], commit: str | None) -> Approval:
    """What was approved, with what was reviewed. Raises UsageError for what is no digest, ReviewError."""
    from generator.commands.applying import Approval
    from generator.review.approval import require_reviewed
    from generator.review.digest import is_named_by
    from generator.review.record import read_planned

    is_named_by("", digest)  # what is no digest is told before anything is read
    if not reviewed:
        return Approval(digest, commit=commit or "")
    planned = read_planned(reviewed)
    require_reviewed(digest, planned)
    return Approval(digest, planned, commit or planned.commit)


def _record(session: Session, spec_directory: Path, outcomes: Sequence[Outcome[Applied]]) -> None:
    """The ids of launch templates that were made."""
    from generator.commands.record import write_down
    from generator.images.launch_templates import made_here

    applied = {outcome.name for outcome in outcomes if outcome.value is not None}
    made = [
        root for root in session.roots if root.name in applied and made_here(root) and not session.is_removed(root.name)
    ]
    if made:
        write_down(session.spec, spec_directory, made, session.environment)


def _print(applied: list[Applied]) -> None:
    from generator.commands.fleet import print_plans

    print_plans([each.plan for each in applied], "Applied")
