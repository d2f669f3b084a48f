"""`goldsmith rollout due`: the rollouts that somebody should go on with."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from generator.commands.options import emulator_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option

NEWEST = 100  # rollouts that are looked at; every apply is one too


@click.command()
@recorded_rollouts_option
@emulator_option
def due(place: str | None, use_emulator: bool) -> None:
    """Print the ids of rollouts that have not ended and that nobody works on, a line for each.

    They wait for a bake or a freeze to end, or have lost the machine that worked on them. Of the newest 100, and in
    GitHub Actions of those that workflows of the same repository began.
    """
    from generator.rollout.journal import actor_of

    ledger = open_ledger(place, use_emulator)
    now, us = datetime.now(UTC), _repository(actor_of(os.environ).run)
    for id in ledger.ids()[:NEWEST]:
        record = ledger.read(id)
        if record.state != "running" or _repository(record.actor.run) != us:
            continue
        if not any(lease.is_held(now) for lease in ledger.held(record)):
            click.echo(id)


def _repository(run: str) -> str:
    """What comes before the runs of its workflows in the address of one; empty outside of them."""
    return run.partition("/actions/runs/")[0]
