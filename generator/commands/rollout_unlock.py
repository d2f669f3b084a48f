"""`goldsmith rollout unlock`: roots that a dead run holds are made free, and the locks of Terraform's that it left."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from generator.commands.options import emulator_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option
from generator.errors import UsageError


@click.command()
@click.argument("id", metavar="ID")
@recorded_rollouts_option
@click.option("--confirm", is_flag=True, help="Its run is dead: make the roots free, and remove the locks.")
@emulator_option
def unlock(id: str, place: str | None, confirm: bool, use_emulator: bool) -> None:
    """Make free what a dead run of a rollout holds; without --confirm, only say what that is.

    That is its roots, and Terraform's own locks of their states, which a Terraform leaves behind whose machine is gone.
    What a process of this machine holds that still runs is not made free, nor a state that its Terraform works on. A
    run that lives after all applies nothing more in those roots.
    """
    from generator.commands.state_locks import locks_of, require_dead, told
    from generator.rollout.holders import described

    ledger = open_ledger(place, use_emulator)
    record = ledger.read(ledger.find(id))
    now = datetime.now(UTC)
    held = ledger.held(record)
    locks = locks_of(record, use_emulator)
    locked = locks.of(record.roots) if locks else []
    for lease in held:
        click.echo(f"{lease.root}: {described(lease, now)}", err=True)
    for lock in locked:
        click.echo(told(lock, now, use_emulator), err=True)
    if not held and not locked:
        click.echo(f"{record.id}: holds no root{', and none of its states is locked' if locks else ''}.", err=True)
        return
    if not confirm:
        raise UsageError(f"{record.id}: make sure that its run is dead. Then add --confirm")
    require_dead(locked, record, ledger.store, now, use_emulator)
    free = len({lease.root for lease in ledger.unlock(record.id)})
    if locks:
        for lock in locked:
            locks.remove(lock)
    click.echo(f"{record.id}: {_counted(free, 'root is', 'roots are')} free", err=True, nl=False)
    click.echo(f", {_counted(len(locked), 'lock', 'locks')} of Terraform's removed." if locked else ".", err=True)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
