"""`goldsmith rollout begin`: a rollout for engines that take it step by step."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.commands.asked import Asked
from generator.commands.beginning import begins
from generator.commands.options import json_option
from generator.commands.rollout_options import rollouts_option


@click.command()
@begins
@rollouts_option
@json_option
def begin(
    asked: Asked,
    changed: str | None,
    to: str | None,
    approved: str | None,
    reviewed: tuple[Path, ...],
    commit: str | None,
    place: str | None,
    as_json: bool,
) -> None:
    """Put a rollout of what was approved on record, apply nothing, and print its id.

    It is for engines that take one step at a time: `goldsmith rollout next` says what is to be done, and `goldsmith
    run-one` does it. No root is held until then. With --json, the rollout is shown as `goldsmith rollout status --json`
    does.
    """
    from generator.commands.beginning import beginning
    from generator.rollout.shown import Shown, document

    with beginning(asked, changed, to, approved, reviewed, commit, place) as begun:
        if begun is None:
            return
        recording = begun.recording
        shown = Shown(recording.record, tuple(recording.roots()))
    if as_json:
        click.echo(json.dumps(document(recording.ledger.store.place, [shown]), indent=2))
    else:
        click.echo(recording.record.id)
