"""`goldsmith rollout shard`: one part of a step's roots, each by `goldsmith run-one`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from generator.affected.shards import parse_shard
from generator.commands.options import emulator_option, rendered_option, spec_option, terraform_option
from generator.commands.rollout_shards import step_argument
from generator.errors import RolloutError, UsageError

MINUTES = 40  # a session of a role lasts an hour unless it was asked for longer


@click.command()
@step_argument
@click.option(
    "--shard", "part", required=True, metavar="N/COUNT", help="Which of the shards to take: 1/5 is the first of five."
)
@click.option(
    "--minutes",
    type=click.IntRange(min=1),
    default=MINUTES,
    show_default=True,
    help="After so many no further root is begun; the next step has what is left.",
)
@spec_option
@rendered_option
@terraform_option
@emulator_option
def shard(
    file: Path,
    part: str,
    minutes: int,
    spec_directory: Path,
    rendered_directory: Path,
    terraform_path: Path | None,
    use_emulator: bool,
) -> None:
    """Apply one shard of the step that `goldsmith rollout next --json` wrote to FILE.

    Each root is taken by `goldsmith run-one`. One that fails keeps no other of them from being taken, unless the wave's
    mode is strict and none is left that may; then it fails in the end.
    """
    from generator.rollout.lanes import Lanes
    from generator.rollout.next_document import read
    from generator.rollout.shards import divided
    from generator.terraform.fleet import terminate_as_interrupt

    wanted = parse_shard(part)
    step = read(file)
    division = divided(step)
    if wanted.count != len(division.parts):
        raise UsageError(
            f"--shard {part}: the step has {len(division.parts)} shards. See: goldsmith rollout shards {file}"
        )
    digests = {each.root: each.digest for each in step.roots}
    options = ["--spec", str(spec_directory), "--rendered", str(rendered_directory)]
    options += ["--terraform", str(terraform_path)] if terraform_path else []
    options += ["--emulator"] if use_emulator else []

    def command(root: str) -> list[str]:
        one = ["--root", root, "--digest", digests[root], "--journal", step.journal]
        return [sys.executable, "-m", "generator", "run-one", *one, *options]

    end = time.monotonic() + 60 * minutes
    lanes = Lanes(division.at_once, step.mode == "strict", command, lambda: time.monotonic() < end, os.environ)
    with terminate_as_interrupt():
        lanes.take(division.parts[wanted.index - 1])
    if lanes.waiting:
        click.echo(f"{part}: {len(lanes.waiting)} roots are left to the next step.", err=True)
    if lanes.failed:
        more = f" and {len(lanes.failed) - 3} more" if len(lanes.failed) > 3 else ""
        raise RolloutError(f"{', '.join(lanes.failed[:3])}{more}: not done, as is told above.")
