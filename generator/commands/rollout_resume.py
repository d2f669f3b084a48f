"""`goldsmith rollout resume`: a rollout that stopped goes on."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.earlier import at_commit
from generator.commands.engines import chosen, engine_options
from generator.commands.options import json_option
from generator.commands.rollout_options import journal_option, require_waves, rollouts_option
from generator.commands.rollout_run import approve_option
from generator.errors import RolloutError

if TYPE_CHECKING:
    from generator.rollout.record import RolloutRecord


@click.command()
@click.argument("id", required=False, metavar="[ID]")
@approve_option
@engine_options
@journal_option
@rollouts_option
@json_option
@asks()
def resume(
    id: str | None,
    approvals: tuple[str, ...],
    engine_name: str,
    scheduler: str | None,
    workdir: Path | None,
    journal: Path | None,
    place: str | None,
    as_json: bool,
    asked: Asked,
) -> None:
    """Go on with a rollout that stopped or was killed, the newest unless an ID is given; on any machine.

    Roots that are done are left alone. All others are planned again, and applied where that is what was approved; one
    that has nothing left to do is done. A rollout that goes to a commit takes that commit again.
    """
    from generator.commands import applying
    from generator.commands.recording import resumed
    from generator.commands.rollout_options import open_ledger
    from generator.commands.rollout_run import roll
    from generator.commands.rollout_told import told_at_the_end
    from generator.commands.session import open_session
    from generator.rollout.conductor import plan_of_record

    engine = chosen(asked, engine_name, scheduler, workdir)
    applying.refuse_partial(os.environ)
    ledger = open_ledger(place, asked.use_emulator)
    record = ledger.read(ledger.find(id))
    require_waves(approvals, [wave.name for wave in record.waves])
    digests = {root.root: root.digest for root in ledger.roots(record)}
    require_approved(record, digests)
    with at_commit(asked, record.commit if record.to_commit else None) as there:
        session = open_session(there)
        plan = plan_of_record(session.spec, record)
        session = replace(session, roots=tuple(root for root in session.roots if root.name in record.roots))
        click.echo(f"Rollout {record.id} goes on", err=True)
        with told_at_the_end(as_json) as begun, resumed(session, ledger, record.id) as recording:
            begun(recording)
            recording.take_up()
            roll(
                session,
                recording,
                plan,
                digests,
                there.spec_directory,
                journal,
                approvals,
                chosen=engine,
                as_json=as_json,
            )


def require_approved(record: RolloutRecord, digests: dict[str, str]) -> None:
    """An apply is on record too, and one that died early may know no plan yet."""
    unknown = [root for root, digest in digests.items() if not digest]
    if not record.approved or unknown:
        raise RolloutError(
            f"{record.id}: is not known to have an approved plan for each of its roots, so it cannot go on. Begin "
            "another: goldsmith rollout run --approved DIGEST"
        )
