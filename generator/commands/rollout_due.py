"""`goldsmith rollout due`: the rollouts that somebody should go on with."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from generator.commands.options import emulator_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option
from generator.errors import JournalError

if TYPE_CHECKING:
    from generator.rollout.ledger import Ledger
    from generator.rollout.record import RolloutRecord

NEWEST = 100  # rollouts that are looked at; every apply is one too


@click.command()
@recorded_rollouts_option
@emulator_option
def due(place: str | None, use_emulator: bool) -> None:
    """Print the ids of rollouts that have not ended and that nobody works on, a line for each.

    They wait for a bake or a freeze to end, or have lost the machine that worked on them. Of the newest 100, and in
    GitHub Actions of those that workflows of the same repository began. One that no `goldsmith rollout next` can go on
    with, since it was killed before it was approved whole or is an apply, is told on standard error instead.
    """
    from generator.rollout.journal import actor_of

    ledger = open_ledger(place, use_emulator)
    now, us = datetime.now(UTC), _repository(actor_of(os.environ).run)
    for id in ledger.ids()[:NEWEST]:
        try:
            is_due = _is_due(ledger, ledger.read(id), us, now)
        except JournalError as error:  # of one that is damaged, which keeps no other from going on
            click.echo(f"{id}: {error}", err=True)
            continue
        if is_due:
            click.echo(id)


def _is_due(ledger: Ledger, record: RolloutRecord, us: str, now: datetime) -> bool:
    if record.state != "running" or _repository(record.actor.run) != us:
        return False
    if any(lease.is_held(now) for lease in ledger.held(record)):
        return False
    if not record.all_at_once and record.approved and all(root.digest for root in ledger.roots(record)):
        return True
    what = "an apply" if record.all_at_once else "a rollout that was not approved whole"
    click.echo(
        f"{record.id}: is {what}, and its run died. See what it left: goldsmith rollout status {record.id}; then end "
        f"it: goldsmith rollout abort {record.id}",
        err=True,
    )
    return False


def _repository(run: str) -> str:
    """What comes before the runs of its workflows in the address of one; empty outside of them."""
    return run.partition("/actions/runs/")[0]
