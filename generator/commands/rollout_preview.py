"""`goldsmith rollout preview`: the waves of a rollout before anything runs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.asked import Selection, jobs_option
from generator.commands.earlier import spec_of, to_option
from generator.commands.fleet import WIDE
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    offline_emulator_option,
    region_option,
    spec_option,
)
from generator.errors import UsageError
from generator.spec.freezes import YEARS

if TYPE_CHECKING:
    from generator.rollout.plan import RolloutPlan
    from generator.rollout.timeline import Timeline


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; a moment reads like 2026-12-24T18:00 (UTC).", param, ctx)
        if moment.year not in YEARS:
            self.fail(f"{value!r} is too far off; its year is {YEARS[0]} to {YEARS[-1]}.", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@environments_argument
@account_option
@region_option
@image_option
@to_option
@spec_option
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The journal that durations are estimated by. [default: journal.jsonl in .goldsmith]",
)
@jobs_option
@click.option("--at", type=_Moment(), metavar="TIME", help="As it would be at another time: 2026-12-24T18:00 (UTC).")
@offline_emulator_option
@json_option
@click.option("--graph", "as_graph", is_flag=True, help="Write a flowchart of Mermaid instead of a table.")
def preview(
    environments: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    images: tuple[str, ...],
    to: str | None,
    spec_directory: Path,
    journal: Path | None,
    jobs: int | None,
    at: datetime | None,
    as_json: bool,
    as_graph: bool,
) -> None:
    """Show the waves of a rollout: which roots, what each waits for, how many at once, how long, and when.

    Nothing is run, and no AWS is asked. `goldsmith rollout run` then takes these waves.
    """
    from generator.commands.session import select_roots, state_directory_of
    from generator.rollout.document import document
    from generator.rollout.history import read_durations
    from generator.rollout.journal import FILE
    from generator.rollout.plan import plan_rollout
    from generator.rollout.preview import graph
    from generator.rollout.timeline import timeline
    from generator.terraform.capacity import default_jobs

    if as_json and as_graph:
        raise UsageError("--json and --graph do not go together; each says what standard output is. Leave one out.")
    spec = spec_of(spec_directory, to)
    plan = plan_rollout(spec, select_roots(spec, Selection(environments, accounts, regions, images)))
    file = journal or state_directory_of(os.environ) / FILE
    now, workers = at or datetime.now(UTC), jobs or default_jobs()
    times = timeline(plan, read_durations(file), now, workers)
    if as_json:
        click.echo(document(plan, times, now), nl=False)
    elif as_graph:
        click.echo(graph(plan), nl=False)
    else:
        _print(plan, times, now)
        _tell_times(plan, times, file, workers)
    _tell_waves(plan)


def _tell_waves(plan: RolloutPlan) -> None:
    """On standard error: what a spec says of waves and that has no effect, with the reason."""
    held = [wave.id for wave in plan.waves if wave.concurrency() < wave.max_concurrent]
    if held:
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        click.echo(
            f"{', '.join(held[:3])}{more}: fewer at once than max_concurrent lets, since in mode strict no more run "
            "than may still fail, plus one.",
            err=True,
        )
    for each in plan.emptied:
        click.echo(f"{each.environment}: the wave {each.wave} is empty: {each.reason}.", err=True)


def _print(plan: RolloutPlan, times: Timeline, now: datetime) -> None:
    from rich.console import Console

    from generator.rollout.preview import waves_table
    from generator.rollout.words import conditions

    console = Console() if Console().is_terminal else Console(width=WIDE)
    console.print(waves_table(plan, times, now))
    for wave in plan.last:
        if conditions(wave):
            click.echo(f"Done with {wave.id} and, after it: {', '.join(conditions(wave))}.")


def _tell_times(plan: RolloutPlan, times: Timeline, file: Path, jobs: int) -> None:
    """On standard error: by what durations are estimated, or that they are not."""
    from generator.rollout.words import lasting, moment_in_words

    count = sum(len(wave.roots) for wave in plan.waves)
    if not times.is_estimated:
        click.echo(f"No durations: {file} has no run of these roots.", err=True)
        return
    others = f" Roots without one ({count - times.recorded}) take the median." if times.recorded < count else ""
    click.echo(
        f"Durations are those of the last runs in {file}, {jobs} at a time on this machine.{others} Gates take time "
        "besides.",
        err=True,
    )
    total = lasting(sum(time.seconds or 0.0 for time in times.waves.values()))
    end = f", not before {moment_in_words(times.ends)}" if times.ends else ""
    click.echo(f"All waves take {total}{end}.", err=True)
