"""`goldsmith rollout history`: the rollouts that are recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from generator.commands.options import emulator_option, environments_argument, json_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option
from generator.errors import JournalError


@click.command()
@environments_argument
@recorded_rollouts_option
@click.option("--root", metavar="ROOT", help="Only those with this root: prod/web-prod/us-east-1.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many to show."
)
@emulator_option
@json_option
def history(
    environments: tuple[str, ...], place: str | None, root: str | None, limit: int, use_emulator: bool, as_json: bool
) -> None:
    """List rollouts, the newest first: of some environments, or of all.

    Exit code 1 where one of them cannot be read; all others are listed.
    """
    from generator.commands.rollout_status import headline
    from generator.rollout.shown import Shown, document

    ledger = open_ledger(place, use_emulator)
    found, damaged = [], 0
    for id in ledger.ids():
        try:
            record = ledger.read(id)
        except JournalError as error:
            click.echo(str(error), err=True)
            damaged += 1
            continue
        wanted = not environments or bool({*environments} & {*record.environments})
        if wanted and (root is None or root in record.roots):
            found.append(record)
        if len(found) == limit:
            break
    if as_json:
        click.echo(json.dumps(document(ledger.store.place, [Shown(record) for record in found]), indent=2))
    else:
        now = datetime.now(UTC)
        for record in found:
            click.echo(headline(record, now))
    if damaged:
        raise JournalError(f"{ledger.store.place}: {damaged} of its rollouts cannot be read, as is told above.")
    if not found and not as_json:
        click.echo(f"{ledger.store.place}: there is no such rollout yet.", err=True)
