"""`goldsmith render`: write the Terraform of every root, or say that what is written is stale."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import json_option, offline_emulator_option, rendered_option, spec_option

if TYPE_CHECKING:
    from generator.render.writer import Difference

_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 and a diff when it is stale.")
@spec_option
@rendered_option
@json_option
@offline_emulator_option
def render(spec_directory: Path, rendered_directory: Path, only_check: bool, as_json: bool) -> None:
    """Render one Terraform root for each account and Region of the spec.

    What was rendered before and is no longer is removed; files that Goldsmith did not write are left alone, and told
    where Terraform reads them.
    """
    from generator.errors import OutOfDateError
    from generator.render.diff import unified_diff
    from generator.render.render import render as render_tree
    from generator.render.strangers import strangers, told
    from generator.render.writer import compare, write
    from generator.spec import load

    tree = render_tree(load(spec_directory))
    difference = compare(tree, rendered_directory) if only_check else write(tree, rendered_directory)
    foreign = strangers(tree, rendered_directory)
    if as_json:
        click.echo(_as_json(difference, foreign))
    elif only_check:
        _show_diff(unified_diff(tree, difference, rendered_directory))
    for line in told(foreign, rendered_directory):
        click.echo(line, err=True)
    if only_check and foreign and not difference:
        raise OutOfDateError(f"{rendered_directory}: {_not_ours(len(foreign))} the spec does not know, as told above.")
    if only_check and difference:
        raise OutOfDateError(f"{rendered_directory}: {_stale(difference)} what the spec says. Run: goldsmith render")
    click.echo(_summary(difference, rendered_directory), err=True)


def _as_json(difference: Difference, foreign: list[str]) -> str:
    return json.dumps({"version": 1, **asdict(difference), "foreign": foreign}, indent=2)


def _not_ours(count: int) -> str:
    return "1 file is there that" if count == 1 else f"{count} files are there that"


def _summary(difference: Difference, directory: Path) -> str:
    if not difference:
        return f"{directory}: {difference.unchanged} files, all as the spec says."
    return (
        f"{directory}: {len(difference.written)} written, {len(difference.removed)} removed, "
        f"{difference.unchanged} unchanged."
    )


def _stale(difference: Difference) -> str:
    count = len(difference.written) + len(difference.removed)
    return "1 file is not" if count == 1 else f"{count} files are not"


def _show_diff(lines: Iterable[str]) -> None:
    """On a terminal in colour, unless NO_COLOR is set: https://no-color.org."""
    colour = False if os.environ.get("NO_COLOR") else None
    for line in lines:
        click.secho(line, nl=False, fg=_DIFF_COLOURS.get(line[:1]), color=colour)
