"""What the commands on recorded rollouts share: where these are recorded, and who asks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.rollout.ledger import Ledger

rollouts_option = click.option(
    "--rollouts",
    "place",
    envvar="GOLDSMITH_ROLLOUTS",
    metavar="PLACE",
    help="Where rollouts are recorded: s3://BUCKET/PREFIX, or a folder. [env: GOLDSMITH_ROLLOUTS; default: rollouts in "
    ".goldsmith]",
)

journal_option = click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write a line for each root. [default: journal.jsonl in .goldsmith]",
)
commit_option = click.option(
    "--commit", metavar="SHA", help="The commit that was reviewed; another content is refused."
)


def default_place(state_directory: Path, use_emulator: bool) -> str:
    """The embedded AWS's rollouts are no one's but its own."""
    return str(state_directory / "rollouts" / ("emulator" if use_emulator else "aws"))


def open_ledger(place: str | None, use_emulator: bool) -> Ledger:
    """The journal of rollouts, for a command that needs no spec."""
    from generator.commands.session import aws_environment, state_directory_of
    from generator.emulator.process import ensure_started

    state_directory = state_directory_of(os.environ)
    endpoint = ensure_started(state_directory / "emulator") if use_emulator and place and "://" in place else None
    variables = aws_environment(os.environ, endpoint)
    return ledger_at(place or default_place(state_directory, use_emulator), variables)


def ledger_at(place: str, variables: Mapping[str, str]) -> Ledger:
    from generator.rollout.journal import actor_of
    from generator.rollout.ledger import Ledger
    from generator.rollout.places import open_store

    return Ledger(open_store(place, variables), actor_of(os.environ))
