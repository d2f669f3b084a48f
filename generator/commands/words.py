"""Words that have to be given before what cannot be taken back, or what gives rights."""

from __future__ import annotations

import sys

import click

from generator.errors import UsageError


def somebody_is_there() -> bool:
    """Whether a person can be asked: standard input is a terminal, and not closed."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def require_words(command: str, deed: tuple[str, str], names: list[str], confirm: str | None) -> None:
    """Raise UsageError unless exactly these names are given, by --confirm or at the prompt.

    `deed` says what the command does to them, and what then was done: ("destroys", "destroyed").
    """
    expected = ",".join(names)
    if confirm is None:
        if not somebody_is_there():
            raise UsageError(f"{command}: nobody is there to confirm it. Add --confirm {expected}")
        confirm = click.prompt(
            f"This {deed[0]} {expected}. Type the name{'s' if len(names) > 1 else ''} to go on",
            default="",
            show_default=False,
            err=True,
        )
    given = [name.strip() for name in confirm.split(",") if name.strip()]
    if sorted(given) != sorted(names):
        raise UsageError(
            f"{command}: {confirm!r} does not name what would be {deed[1]}, which is {expected}. Nothing was {deed[1]}."
        )
