"""`goldsmith emulator faults`: what the embedded AWS is to get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., None]


@click.group()
def faults() -> None:
    """What it gets wrong on request: throttling, outages, builds, copies and lifecycle actions that fail.

    Services, operations, accounts, Regions and images are patterns: `*` stands for anything.
    """


def _where(*names: str) -> Callable[[Command], Command]:
    """An option for each pattern that says what a fault strikes."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = click.option(f"--{name}", default="*", show_default=True, metavar="PATTERN")(command)
        return command

    return decorate


next_option = click.option("--next", "next_", type=click.IntRange(min=1), help="How many times. [default: once]")
reason_option = click.option("--reason", default="", help="What the error says, instead of AWS's usual words.")
code_option = click.option("--code", default="", help="The error's name, instead of the service's usual one.")


@faults.command()
@_where("service", "operation", "account")
@next_option
@click.option("--share", type=click.FloatRange(0, 1, min_open=True), help="This share of calls: 0.2 is every fifth.")
@click.option("--seed", type=int, help="Chooses which calls a share strikes, always the same for a seed. [default: 0]")
@reason_option
@code_option
def throttle(**wanted: Any) -> None:
    """Refuse calls as too many. SDKs and Terraform wait and repeat them."""
    _add("throttle", wanted)


@faults.command()
@_where("service", "operation", "account")
@next_option
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="So many seconds of the embedded clock.")
@reason_option
@code_option
def unavailable(**wanted: Any) -> None:
    """Answer calls with status 503."""
    _add("unavailable", wanted)


@faults.command()
@_where("service", "operation", "account")
@next_option
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="So many seconds of the embedded clock.")
def outage(**wanted: Any) -> None:
    """Close the connection without an answer, as a server does that goes down."""
    _add("outage", wanted)


@faults.command()
@click.option("--stage", required=True, metavar="STAGE", help="BUILDING, TESTING, DISTRIBUTING or another one.")
@_where("image")
@next_option
@click.option("--reason", required=True, help="Becomes the reason of the failed image.")
def build(**wanted: Any) -> None:
    """Fail the next image, by the name of its recipe, at the end of a stage."""
    _add("build", wanted)


@faults.command()
@_where("account", "region", "image")
@next_option
@reason_option
def copy(**wanted: Any) -> None:
    """Fail the next copy of an AMI into an account and Region."""
    _add("copy", wanted)


@faults.command()
@_where("action", "account", "region", "image")
@next_option
@reason_option
def lifecycle(**wanted: Any) -> None:
    """Fail the next lifecycle action (DEPRECATE, DISABLE, DELETE, AVAILABLE) on a resource."""
    _add("lifecycle", wanted)


@faults.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_(as_json: bool) -> None:
    """Print those that wait to strike."""
    waiting = _call("GET", {})["faults"]
    if as_json:
        click.echo(json.dumps(waiting, indent=2))
        return
    for fault in waiting:
        click.echo(_words(fault))
    if not waiting:
        click.echo("No faults wait to strike.", err=True)


@faults.command()
@click.argument("number", type=int, required=False)
def clear(number: int | None) -> None:
    """Forget one, by its NUMBER in the list, or all of them."""
    cleared = _call("DELETE", {"id": number} if number is not None else {})["cleared"]
    click.echo(f"{cleared} forgotten.", err=True)


def _add(kind: str, wanted: dict[str, Any]) -> None:
    given = {name.rstrip("_"): value for name, value in wanted.items() if value not in (None, "")}
    click.echo(_words(_call("POST", {"kind": kind, **given})["fault"]))


def _words(fault: dict[str, Any]) -> str:
    details = [f"{name} {value}" for name, value in fault.items() if name not in ("id", "kind") and value != "*"]
    return f"{fault['id']}: {fault['kind']}: {', '.join(details)}"


def _call(method: str, body: dict[str, Any]) -> dict[str, Any]:
    return call_running("faults", body, method)


def call_running(name: str, body: dict[str, Any], method: str) -> dict[str, Any]:
    """Ask a control of the server that runs. Raises EmulatorError, also when none does."""
    from generator.commands.emulator import emulator_directory
    from generator.emulator import process
    from generator.errors import EmulatorError

    endpoint = process.status(emulator_directory())
    if endpoint is None:
        raise EmulatorError("The embedded AWS does not run. Start it with: goldsmith emulator start")
    return process.call(endpoint, name, body, method)
