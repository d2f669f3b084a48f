"""`goldsmith rollout status`: one rollout, root by root."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import emulator_option, json_option
from generator.commands.rollout_options import open_ledger, recorded_rollouts_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.rollout.record import BuildRecord, Lease, RolloutRecord, RootRecord
    from generator.rollout.state_locks import RootLock

_MAY_BE_LOCKED = frozenset({"planned", "approved", "applying", "failed"})


@click.command()
@click.argument("id", required=False, metavar="[ID]")
@recorded_rollouts_option
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a report of its roots too: FILE.json or FILE.csv, with name, started, ended, result, reason and cause.",
)
@emulator_option
@json_option
def status(id: str | None, place: str | None, report: Path | None, use_emulator: bool, as_json: bool) -> None:
    """Show a rollout, the newest unless an ID is given, of which the beginning is enough.

    Each root has a state: pending, planned, approved, applying, applied, verified, failed or skipped. Who holds
    roots is told, and since when; so is who has locked the states of those that are not done.
    """
    from generator.rollout.report import write_report
    from generator.rollout.shown import Shown, document

    ledger = open_ledger(place, use_emulator)
    record = ledger.read(ledger.find(id))
    roots, leases = ledger.roots(record), ledger.held(record)
    locks = _locks(record, roots, use_emulator)
    if report is not None:
        write_report(roots, report)
    if as_json:
        click.echo(
            json.dumps(
                document(ledger.store.place, [Shown(record, tuple(roots), tuple(leases), tuple(locks))]), indent=2
            )
        )
        return
    _print(record, roots, leases)
    for build in ledger.all_builds(record.id):
        click.echo(built(build, datetime.now(UTC)))
    _tell_locks(record, locks, use_emulator)


def _print(record: RolloutRecord, roots: Sequence[RootRecord], leases: Sequence[Lease]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from generator.commands.fleet import WIDE
    from generator.rollout.holders import described

    now = datetime.now(UTC)
    click.echo(headline(record, now))
    table = Table("Root", "Wave", "State", title_justify="left")
    table.add_column("Seconds", justify="right")
    table.add_column("Digest")
    table.add_column("Reason")
    waves = {root: wave.name for wave in record.waves for root in wave.roots}
    for root in roots:
        told = " ".join(each for each in (root.reason, f"({root.cause})" if root.cause else "") if each)
        seconds = f"{root.seconds:.1f}" if root.seconds else "-"
        table.add_row(root.root, waves[root.root], root.state, seconds, root.digest[:12] or "-", escape(told))
    console = Console() if Console().is_terminal else Console(width=WIDE)
    console.print(table)
    for lease in leases:
        click.echo(f"{lease.root}: {described(lease, now)}", err=True)
    if leases and record.state != "running":
        click.echo(f"It holds roots all the same. Make them free with: goldsmith rollout unlock {record.id}", err=True)


def built(build: BuildRecord, now: datetime) -> str:
    """`prod/web: build 1.0.0/3 is available, asked for 2 h ago behind prod/build`."""
    from generator.terraform.locks import age

    version = build.arn.split("/", 2)[2] if build.arn else "of an unknown number"
    state = {"building": "under way", "available": "AVAILABLE", "failed": f"failed ({build.reason})"}[build.state]
    asked = f"asked for {age(now - build.started)} ago behind {build.wave}"
    return f"{build.environment}/{build.image}: build {version} is {state}, {asked}"


def _locks(record: RolloutRecord, roots: Sequence[RootRecord], use_emulator: bool) -> list[RootLock]:
    """Of the states of roots that somebody may work on, or that a run left; told where they cannot be read."""
    from generator.commands.state_locks import locks_of
    from generator.errors import AwsError

    names = [root.root for root in roots if root.state in _MAY_BE_LOCKED]
    if not names:
        return []
    try:
        locks = locks_of(record, use_emulator)
        return locks.of(names) if locks else []
    except AwsError as error:
        click.echo(f"Whether Terraform has its own locks is not known: {error}", err=True)
        return []


def _tell_locks(record: RolloutRecord, locks: Sequence[RootLock], use_emulator: bool) -> None:
    from generator.commands.state_locks import told

    for lock in locks:
        click.echo(told(lock, datetime.now(UTC), use_emulator), err=True)
    if locks and record.state != "running":
        click.echo(f"If their runs are dead, remove them with: goldsmith rollout unlock {record.id}", err=True)


def headline(record: RolloutRecord, now: datetime) -> str:
    """`20260301-120000-3f9a1c: failed (interrupted), prod, begun 3 h ago by ada, commit 0a1b2c3d4e5f`."""
    from generator.terraform.locks import age

    by = f" by {record.ended_by.name}" if record.ended_by else ""
    reason = f" ({record.reason})" if record.reason else ""
    to = "to " if record.to_commit else ""
    commit = f", {to}commit {record.commit[:12]}" if record.commit else ""
    approved = f", approved {record.approved[:12]}" if record.approved else ""
    environments = ", ".join(record.environments)
    return (
        f"{record.id}: {record.state}{by}{reason}, {environments}, {len(record.roots)} roots, begun "
        f"{age(now - record.started)} ago by {record.actor.name}{commit}{approved}"
    )
