"""`goldsmith accounts`: the accounts of a spec that come from AWS Organizations."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import emulator_option, json_option, spec_option
from generator.errors import OutOfDateError

if TYPE_CHECKING:
    from generator.accounts.syncing import Syncing

SCHEMA_VERSION = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def accounts() -> None:
    """Accounts that come from AWS Organizations."""


@accounts.command()
@spec_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 when something would change.")
@json_option
@emulator_option
def sync(spec_directory: Path, only_check: bool, as_json: bool, use_emulator: bool) -> None:
    """Write the accounts of AWS Organizations to accounts.lock.yaml, as organization.yaml asks for them.

    Only active accounts are taken. A name that an account has in the file stays, whatever AWS Organizations calls it
    later. All else of Goldsmith reads the file alone, so it is to be committed.
    """
    from generator.accounts.organizations import read_members
    from generator.accounts.syncing import plan_sync, read_asked
    from generator.aws import organizations_client

    asked = read_asked(spec_directory)
    client = organizations_client(asked.partition, asked.accounts.role, _environment(use_emulator))
    syncing = plan_sync(asked, read_members(client, asked.select))
    is_needed = syncing.is_needed
    if is_needed and not only_check:
        syncing.write()
    _tell(syncing, is_needed, as_json)
    if only_check and is_needed:
        raise OutOfDateError(
            f"{syncing.path}: is not what AWS Organizations has. Run `goldsmith accounts sync`, and commit the file."
        )


def _environment(use_emulator: bool) -> dict[str, str]:
    """Where to ask: nothing of the spec is read for it, which may need the accounts first."""
    from generator.commands.session import aws_environment, state_directory_of

    if not use_emulator:
        return aws_environment(os.environ, None)
    from generator.emulator.process import ensure_started

    return aws_environment(os.environ, ensure_started(state_directory_of(os.environ) / "emulator"))


def _tell(syncing: Syncing, is_needed: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_told(syncing, is_needed), indent=2))
        return
    for name in syncing.joined:
        click.echo(f"{name} ({syncing.after[name].id}) joins")
    for name in syncing.left:
        click.echo(f"{name} ({syncing.before[name].id}) leaves")
    for name, change in syncing.changed.items():
        click.echo(f"{name} ({syncing.after[name].id}): {change}")
    number = len(syncing.after)
    count = f"{number} account{'' if number == 1 else 's'}"
    click.echo(f"{syncing.path}: {count}{'' if is_needed else ', as they were'}.", err=True)


def _told(syncing: Syncing, is_needed: bool) -> dict[str, object]:
    return {
        "version": SCHEMA_VERSION,
        "needed": is_needed,
        "joined": [{"name": name, "id": syncing.after[name].id} for name in syncing.joined],
        "left": [{"name": name, "id": syncing.before[name].id} for name in syncing.left],
        "changed": [
            {"name": name, "id": syncing.after[name].id, "change": change} for name, change in syncing.changed.items()
        ],
        "accounts": {
            name: {"id": each.id, "name": each.name, "ou": each.ou, "tags": dict(each.tags)}
            for name, each in syncing.after.items()
        },
    }
