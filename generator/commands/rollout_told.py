"""`--json` of commands that roll out: the rollout as `goldsmith rollout status --json` shows it, however it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from generator.errors import AwsError, JournalError

if TYPE_CHECKING:
    from generator.commands.recording import Recording


@contextmanager
def told_at_the_end(as_json: bool) -> Iterator[Callable[[Recording], None]]:
    """Take the rollout that is begun, and write it to standard output at the end, also where an error ends it.

    To be entered before the rollout's roots are held, so that what is written is what it left behind.
    """
    begun: list[Recording] = []
    try:
        yield begun.append
    finally:
        for recording in begun if as_json else ():
            try:
                click.echo(_document(recording))
            except (JournalError, AwsError) as error:  # no error of the rollout's own is to be hidden by it
                click.echo(f"{recording.record.id}: cannot be shown: {error}", err=True)


def _document(recording: Recording) -> str:
    from generator.rollout.shown import Shown, document

    ledger = recording.ledger
    record = ledger.read(recording.record.id)
    shown = Shown(record, tuple(ledger.roots(record)), tuple(ledger.held(record)))
    return json.dumps(document(ledger.store.place, [shown]), indent=2)
