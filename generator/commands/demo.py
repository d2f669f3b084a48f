"""`goldsmith demo`: the main job from end to end, with no AWS account."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.options import offline_emulator_option


@click.command()
@click.option(
    "--spec",
    "spec_directory",
    type=click.Path(path_type=Path),
    help="The organization to show it with. [default: the example that comes with Goldsmith]",
)
@offline_emulator_option
def demo(spec_directory: Path | None) -> None:
    """Run the whole loop over the example organization on an embedded AWS, and clean up after it."""
    from rich.console import Console

    from generator.demo import amis_table, run_demo
    from generator.errors import UsageError
    from generator.resources import resource_directory

    example = spec_directory or resource_directory("environments")
    if not example.is_dir():
        raise UsageError(f"{example}: no such directory; --spec names the folder of organization.yaml.")
    console = Console()
    amis = run_demo(example, console)
    console.print(amis_table(amis))
