"""`goldsmith rollout abort`: no further root of a rollout is begun."""

from __future__ import annotations

import click

from generator.commands.options import emulator_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option


@click.command()
@click.argument("id", metavar="ID")
@recorded_rollouts_option
@click.option("--reason", default="", metavar="TEXT", help="Why, for those who look at it later.")
@emulator_option
def abort(id: str, place: str | None, reason: str, use_emulator: bool) -> None:
    """End a rollout: its runs, on any machine, begin no further root. What is being applied is let finish.

    An aborted rollout is not taken up again.
    """
    ledger = open_ledger(place, use_emulator)
    record = ledger.abort(ledger.find(id), reason)
    click.echo(
        f"{record.id}: aborted. Its runs begin no further root. See: goldsmith rollout status {record.id}", err=True
    )
