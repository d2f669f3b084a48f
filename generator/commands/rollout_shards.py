"""`goldsmith rollout shards`: the jobs of a matrix for a step of a rollout."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.errors import RolloutError

if TYPE_CHECKING:
    from generator.rollout.next_document import NextDocument

step_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")


@click.command()
@step_argument
@click.option(
    "--after",
    default="",
    metavar="MARK",
    help="What the run before had as `left`: fails where the same roots are left now, so that no two runs start each "
    "other for ever.",
)
def shards(file: Path, after: str) -> None:
    """Print the shards of a step that `goldsmith rollout next --json` wrote to FILE, as JSON: ["1/2", "2/2"].

    Each is taken by `goldsmith rollout shard`. There are at most 256, and all may run beside each other: what they have
    under way is never more than the wave may have. A step that is not to apply roots has none; one that stops the
    rollout fails. In GitHub Actions, the workflow's step has the outputs `do`, `shards` and `left`.
    """
    from generator.review.posting.actions import write_outputs
    from generator.rollout.next_document import read
    from generator.rollout.shards import mark_of, names_of

    step = read(file)
    names = names_of(step)
    _say(f"{step.rollout}: {_told(step, len(names))}")
    if step.do == "stop":
        raise RolloutError(f"{step.rollout}: is not done.")
    if step.do == "apply" and mark_of(step) == after:
        raise RolloutError(
            f"{step.wave}: the {len(step.roots)} roots that were left before this are left still, so the jobs of the "
            f"run before came to none of them. See what they say, mend that, and go on with {step.rollout}."
        )
    if os.environ.get("GITHUB_OUTPUT"):
        outputs = {"do": step.do, "shards": json.dumps(names), "left": mark_of(step) if step.do == "apply" else ""}
        write_outputs(Path(os.environ["GITHUB_OUTPUT"]), outputs)
    click.echo(json.dumps(names))


def _say(line: str) -> None:
    """To people: in GitHub Actions also on the page of the run."""
    click.echo(line, err=True)
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as summary:
            summary.write(f"{line}\n")


def _told(step: NextDocument, jobs: int) -> str:
    if step.do == "apply":
        return f"{step.wave}: {len(step.roots)} roots in {jobs} jobs, at most {step.max_concurrent} at once."
    if step.do == "wait":
        return f"waits until {step.until}: {step.reason}"
    return "is done." if step.do == "done" else f"stops: {step.reason}"
