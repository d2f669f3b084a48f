"""`goldsmith check`: everything that is wrong with a spec, or with single documents, in one run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import json_option, offline_emulator_option, spec_option
from generator.errors import Diagnostic

if TYPE_CHECKING:
    from generator.spec.loading import Reading


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@spec_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written to standard output; `github` makes annotations of a pull request's lines.",
)
@json_option
@offline_emulator_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_context
def check(
    context: click.Context, files: tuple[Path, ...], spec_directory: Path, kind: str, as_json: bool, strict: bool
) -> None:
    """Check the spec; every finding is told with its file, line and key.

    With FILEs, these component and workflow documents alone are checked, with no spec around them; `-` is standard
    input. Exit code 1 when there are errors; warnings alone are told, and pass.
    """
    kind = "json" if as_json else kind
    if files:
        diagnostics = _check_files(files, kind)
    else:
        from generator.spec import read

        reading = read(spec_directory)
        diagnostics = reading.diagnostics
        _show(kind, diagnostics)
        if kind == "text":
            click.echo(_summary(reading, spec_directory), err=True)
    errors = [each for each in diagnostics if each.severity == "error"]
    context.exit(1 if errors or (strict and diagnostics) else 0)


def _check_files(files: Sequence[Path], kind: str) -> tuple[Diagnostic, ...]:
    from generator.check.single import STDIN, check_document

    found: list[Diagnostic] = []
    sources = {}
    for path in files:
        if str(path) == "-":
            content = sys.stdin.buffer.read()
            sources[STDIN] = content.decode("utf-8", "replace")
            found += check_document(STDIN, content)
            continue
        try:
            found += check_document(str(path), path.read_bytes())
        except OSError as error:
            found.append(Diagnostic(str(path), 0, 0, "", f"cannot be read: {error.strerror}."))
    _show(kind, found, sources)
    if kind == "text":
        warnings = [each for each in found if each.severity == "warning"]
        counted = f"{_count(len(found) - len(warnings), 'error')}, {_count(len(warnings), 'warning')}"
        click.echo(f"{_count(len(files), 'document')}: {counted}.", err=True)
    return tuple(found)


def _show(kind: str, diagnostics: Sequence[Diagnostic], sources: dict[str, str] | None = None) -> None:
    from generator.check.formats import formatted

    text = formatted(kind, diagnostics, sources)
    if text:
        click.echo(text)


def _summary(reading: Reading, directory: Path) -> str:
    warnings = _count(len(reading.warnings), "warning")
    if reading.spec is None:
        return f"{directory}: {_count(len(reading.errors), 'error')}, {warnings}."
    environments = reading.spec.environments.values()
    images = {image.name for environment in environments for image in environment.images}
    accounts = {target.account for environment in environments for target in environment.targets}
    return (
        f"{directory}: {_count(len(environments), 'environment')}, {_count(len(images), 'image')}, "
        f"{_count(len(accounts), 'account')}: no errors, {warnings}."
    )


def _count(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"
