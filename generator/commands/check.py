"""`goldsmith check`: everything that is wrong with a spec, in one run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import json_option, offline_emulator_option, spec_option

if TYPE_CHECKING:
    from generator.spec.loading import Reading


@click.command()
@spec_option
@json_option
@offline_emulator_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_context
def check(context: click.Context, spec_directory: Path, as_json: bool, strict: bool) -> None:
    """Check the spec; every finding is told with its file, line and key.

    Exit code 1 when there are errors; warnings alone are told, and pass.
    """
    from generator.spec import read

    reading = read(spec_directory)
    failed = bool(reading.errors or (strict and reading.warnings))
    if as_json:
        click.echo(_as_json(reading))
    else:
        for diagnostic in reading.diagnostics:
            click.echo(str(diagnostic))
        click.echo(_summary(reading, spec_directory), err=True)
    context.exit(1 if failed else 0)


def _as_json(reading: Reading) -> str:
    return json.dumps({"diagnostics": [asdict(each) for each in reading.diagnostics]}, indent=2)


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
