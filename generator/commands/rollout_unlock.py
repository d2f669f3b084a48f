"""`goldsmith rollout unlock`: roots that a dead run holds are made free."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from generator.commands.options import emulator_option
from generator.commands.rollout_options import open_ledger, rollouts_option
from generator.errors import UsageError


@click.command()
@click.argument("id", metavar="ID")
@rollouts_option
@click.option("--confirm", is_flag=True, help="Its run is dead: make the roots free.")
@emulator_option
def unlock(id: str, place: str | None, confirm: bool, use_emulator: bool) -> None:
    """Make free what a dead run of a rollout holds; without --confirm, only say what that is.

    A run that lives after all applies nothing more in those roots. What a process of this machine holds that still runs
    is not made free. Terraform's own lock of a state is another: see `terraform force-unlock`.
    """
    from generator.rollout.leases import described

    ledger = open_ledger(place, use_emulator)
    record = ledger.read(ledger.find(id))
    now = datetime.now(UTC)
    held = ledger.held(record)
    for lease in held:
        click.echo(f"{lease.root}: {described(lease, now)}", err=True)
    if not held:
        click.echo(f"{record.id}: holds no root.", err=True)
    elif not confirm:
        raise UsageError(f"{record.id}: make sure that its run is dead. Then add --confirm")
    else:
        count = len(ledger.unlock(record.id))
        click.echo(f"{record.id}: {count} root{'s are' if count > 1 else ' is'} free.", err=True)
