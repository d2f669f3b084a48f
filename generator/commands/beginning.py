"""What `rollout run` and `rollout begin` share: a rollout of what was approved, on record with its roots held."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.asked import Asked, asks
from generator.commands.changed import changed_option
from generator.commands.earlier import at_commit, to_option
from generator.commands.options import account_option, environments_argument, image_option, region_option
from generator.commands.rollout_options import commit_option, require_waves
from generator.errors import RolloutError, TerraformError, UsageError

if TYPE_CHECKING:
    from generator.commands.applying import Approval
    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.review.model import Planned
    from generator.rollout.plan import RolloutPlan

_approved_option = click.option(
    "--approved",
    metavar="DIGEST",
    help="The fleet digest that the review shows, of which the first 12 characters are enough. Needed.",
)
_planned_option = click.option(
    "--planned",
    "reviewed",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What was reviewed, from `goldsmith plan --save`, each shard's: then not all roots are planned beforehand.",
)


def begins(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which rollout begins."""
    command = changed_option(to_option(_approved_option(_planned_option(commit_option(command)))))
    return asks(environments_argument, account_option, region_option, image_option)(command)


@dataclass(frozen=True)
class Begun:
    session: Session
    recording: Recording
    plan: RolloutPlan
    digests: Mapping[str, str]  # of each root's plan
    spec_directory: Path  # of the tree that is rolled out


@contextmanager
def beginning(
    asked: Asked,
    changed: str | None,
    to: str | None,
    approved: str | None,
    reviewed: tuple[Path, ...],
    commit: str | None,
    place: str | None,
    approvals: Collection[str] = (),
) -> Iterator[Begun | None]:
    """A rollout that is on record, with its roots approved, and held within the block; None where none is affected.

    `approvals` are the waves of it behind which one was given beforehand.

    Raises UsageError, ReviewError, RolloutError where it may not begin.
    """
    from generator.commands import applying
    from generator.commands.apply import approval_of
    from generator.commands.changed import session_of
    from generator.commands.recording import recorded
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
        at_commit(asked, to, changed) as there,
        session_of(there, changed=applying.base_of(approval, there, changed)) as session,
    ):
        session = applying.narrowed(session, approval)
        _refuse_removed(session)
        plan = plan_rollout(session.spec, session.roots)
        if session.roots:
            require_waves(approvals, [wave.id for wave in plan.waves])
        digests = {root.name: root.digest for root in _approved_plans(session, approval).roots}
        waves = [WaveOfRoots(wave.id, tuple(root.name for root in wave.roots)) for wave in plan.waves]
        with recorded(session, place, commit_of(asked.rendered_directory), approved, waves) as recording:
            if recording is None:
                click.echo("No root is affected: there is nothing to roll out.", err=True)
                yield None
                return
            click.echo(f"Rollout {recording.record.id}", err=True)
            for root in session.roots:
                recording.bring(root.name, "planned", digest=digests[root.name])
                recording.bring(root.name, "approved")
            yield Begun(session, recording, plan, digests, there.spec_directory)


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
