"""`goldsmith emulator clock`: the time that image builds and lifecycle policies go by."""

from __future__ import annotations

import json
import re

import click

from generator.commands.emulator_faults import call_running

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
DURATION = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[a-z]+?)s?\Z")


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """A number and a unit, as `90 days`, in seconds."""
    if value is None:
        return None
    parts = DURATION.match(value.strip().lower())
    if parts is None or parts["unit"] not in SECONDS:
        units = ", ".join(f"{unit}s" for unit in SECONDS)
        raise click.BadParameter(f"{value!r} is no duration; a number and one of {units} is needed, as in '90 days'")
    return float(parts["number"]) * SECONDS[parts["unit"]]


@click.command()
@click.option(
    "--advance", metavar="DURATION", callback=_seconds, help="Turn it forward, and do all that falls due: '90 days'."
)
@click.option("--speed", type=click.FloatRange(min=0), help="Let it run so much faster than ours; 0 stops it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def clock(advance: float | None, speed: float | None, as_json: bool) -> None:
    """Say what its clock shows, after turning it forward or changing its speed.

    Builds, lifecycle policies and approvals that wait go by this clock.
    """
    wanted = {"advance": advance, "speed": speed}
    shown = call_running("clock", {name: value for name, value in wanted.items() if value is not None}, "POST")
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    click.echo(f"{shown['now'][:19].replace('T', ' ')} UTC, {shown['speed']:g} times as fast as ours")
