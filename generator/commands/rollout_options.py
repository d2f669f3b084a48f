"""What the commands on recorded rollouts share: where these are recorded, and who asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import UsageError
from generator.source.report import did_you_mean

if TYPE_CHECKING:
    from generator.rollout.ledger import Ledger

_SPEC = "goldsmith.spec"  # in a context's meta: the folder of a spec of which no more is read than the place


def _place(context: click.Context, _parameter: click.Parameter, place: str | None) -> str | None:
    """As it was asked for, else as the spec says it; the embedded AWS's rollouts are not recorded there."""
    from generator.spec.recorded import recorded_at

    if place or context.params.get("use_emulator"):
        return place
    directory = context.params.get("spec_directory") or context.meta.get(_SPEC) or Path("environments")
    return recorded_at(directory) or None


rollouts_option = click.option(
    "--rollouts",
    "place",
    envvar="GOLDSMITH_ROLLOUTS",
    callback=_place,
    metavar="PLACE",
    help="Where rollouts are recorded: s3://BUCKET/PREFIX, or a folder. [env: GOLDSMITH_ROLLOUTS; default: what "
    "organization.yaml says, else rollouts in .goldsmith]",
)
_spec_option = click.option(
    "--spec",
    type=click.Path(path_type=Path),
    default=Path("environments"),
    show_default=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, directory: context.meta.update({_SPEC: directory}),
    metavar="DIR",
    help="Folder that holds the spec, which may say where rollouts are recorded.",
)


def recorded_rollouts_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--rollouts` of a command that needs nothing else of a spec."""
    return rollouts_option(_spec_option(command))


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

    return Ledger(open_store(place, variables), actor_of(os.environ), address=place)


def require_waves(approvals: Collection[str], waves: Collection[str]) -> None:
    """Raise UsageError where an approval is of a wave that the rollout does not have, so that nobody relies on it."""
    for wave in approvals:
        if wave not in waves:
            meant = did_you_mean(wave, waves)
            raise UsageError(f"--approve {wave}: the rollout has no such wave; there are {', '.join(waves)}.{meant}")
