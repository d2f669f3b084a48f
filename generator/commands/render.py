"""`goldsmith render`: write the Terraform of every root, or say that what is written is stale."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import json_option, rendered_option, spec_option

if TYPE_CHECKING:
    from generator.render.writer import Difference

_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 and a diff when it is stale.")
@spec_option
@rendered_option
@json_option
def render(spec_directory: Path, rendered_directory: Path, only_check: bool, as_json: bool) -> None:
    """Render one Terraform root for each account and Region of the spec.

    What was rendered before and is no longer is removed; files that Goldsmith did not write are left alone.
    """
    from generator.errors import StaleError
    from generator.render.diff import unified_diff
    from generator.render.render import render as render_tree
    from generator.render.writer import compare, write
    from generator.spec import load

    tree = render_tree(load(spec_directory))
    if not only_check:
        _tell(write(tree, rendered_directory), rendered_directory, as_json)
        return
    difference = compare(tree, rendered_directory)
    if not as_json:
        _show_diff(unified_diff(tree, difference, rendered_directory))
    if difference:
        if as_json:
            _tell(difference, rendered_directory, as_json)
        count = len(difference.written) + len(difference.removed)
        raise StaleError(
            f"{rendered_directory}: {count} {'file is' if count == 1 else 'files are'} not what the spec says. "
            f"Run: goldsmith render"
        )
    _tell(difference, rendered_directory, as_json)


def _tell(difference: Difference, directory: Path, as_json: bool) -> None:
    if as_json:
        content = {
            "version": 1,
            "written": difference.written,
            "removed": difference.removed,
            "unchanged": difference.unchanged,
        }
        click.echo(json.dumps(content, indent=2))
        return
    if not difference:
        click.echo(f"{directory}: {difference.unchanged} files, all as the spec says.")
        return
    click.echo(
        f"{directory}: {len(difference.written)} written, {len(difference.removed)} removed, "
        f"{difference.unchanged} unchanged."
    )


def _show_diff(lines: Iterable[str]) -> None:
    for line in lines:
        click.secho(line, nl=False, fg=_DIFF_COLOURS.get(line[:1]))
