"""`goldsmith emulator`: the embedded AWS, by hand."""

from __future__ import annotations

import json
import os
import shlex
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from generator.commands.emulator_clock import clock
from generator.commands.emulator_faults import faults
from generator.commands.emulator_findings import findings

if TYPE_CHECKING:
    from generator.emulator.endpoint import Endpoint

FOLLOW_SECONDS = 0.2


def emulator_directory() -> Path:
    """Where the embedded AWS of a project keeps its files: below `.goldsmith`, or GOLDSMITH_STATE_DIR."""
    return Path(os.environ.get("GOLDSMITH_STATE_DIR") or ".goldsmith") / "emulator"


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def emulator() -> None:
    """An AWS on this machine: every command takes --emulator, and any AWS client can be pointed at it."""


@emulator.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen. [default: any free port]")
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    help="How much faster than ours its time runs for image builds; 0 lets it stand still. [default: 60]",
)
@as_json
def start(port: int, speed: float | None, as_json: bool) -> None:
    """Start it, unless it runs; its state is that of the last stop."""
    from generator.emulator import process

    endpoint = process.ensure_started(emulator_directory(), port=port, speed=speed)
    if as_json:
        click.echo(_status_json(endpoint))
        return
    click.echo(f"The embedded AWS runs at {endpoint.url} (process {endpoint.pid}).", err=True)
    click.echo("Send Goldsmith to it with --emulator or GOLDSMITH_EMULATOR=1; any other AWS client of", err=True)
    click.echo('this shell with: eval "$(goldsmith emulator env)"', err=True)


@emulator.command()
def stop() -> None:
    """Stop it, and keep its state for the next start."""
    from generator.emulator import process

    stopped = process.stop(emulator_directory())
    if stopped is None:
        click.echo("The embedded AWS does not run.", err=True)
    else:
        click.echo("Stopped; its state is kept. Go on with: goldsmith emulator start", err=True)


@emulator.command()
@as_json
def status(as_json: bool) -> None:
    """Say whether it runs, and where; exit code 1 when it does not."""
    from generator.emulator import process

    endpoint = process.status(emulator_directory())
    if as_json:
        click.echo(_status_json(endpoint))
    elif endpoint is not None:
        click.echo(f"running at {endpoint.url}, process {endpoint.pid}")
    else:
        click.echo("not running. Start it with: goldsmith emulator start")
    if endpoint is None:
        raise click.exceptions.Exit(1)


@emulator.command()
def reset() -> None:
    """Forget everything in it, running or kept."""
    from generator.emulator import process

    running = process.reset(emulator_directory())
    click.echo("Emptied; it goes on running." if running else "Emptied; it does not run.", err=True)


@emulator.command()
@click.option("-n", "--lines", type=click.IntRange(min=0), default=50, show_default=True, help="How many of the last.")
@click.option("-f", "--follow", is_flag=True, help="Go on as more is written, until interrupted.")
def logs(lines: int, follow: bool) -> None:
    """Print its log: one line for each request, and what went wrong in it."""
    from generator.emulator.files import Files
    from generator.errors import EmulatorError

    path = Files(emulator_directory()).log
    try:
        handle = path.open("rb")
    except OSError as error:
        raise EmulatorError(
            f"{path}: no log ({error.strerror}); the embedded AWS writes one when it is started. "
            "Run: goldsmith emulator start"
        ) from error
    with handle:
        for line in _last_lines(handle, lines):
            click.echo(line, nl=False)
        while follow:
            line = handle.readline()
            if line:
                click.echo(line, nl=False)
            else:
                time.sleep(FOLLOW_SECONDS)


@emulator.command()
def env() -> None:
    """Print what sends the AWS clients of a shell to it: eval "$(goldsmith emulator env)"."""
    from generator.emulator import process
    from generator.emulator.endpoint import SERVICE_ENDPOINT_PREFIX, UNSET, redirected
    from generator.errors import EmulatorError

    endpoint = process.status(emulator_directory())
    if endpoint is None:
        raise EmulatorError("The embedded AWS does not run. Start it with: goldsmith emulator start")
    leading_away = [name for name in os.environ if name.startswith(SERVICE_ENDPOINT_PREFIX)]
    click.echo(f"unset {' '.join([*UNSET, *leading_away])}")
    proxies = {name: os.environ[name] for name in ("NO_PROXY", "no_proxy") if name in os.environ}
    for name, value in sorted(redirected(proxies, endpoint).items()):
        click.echo(f"export {name}={shlex.quote(value)}")


def _status_json(endpoint: Endpoint | None) -> str:
    from generator.emulator.endpoint import environment_for

    if endpoint is None:
        return json.dumps({"running": False}, indent=2)
    return json.dumps(
        {
            "running": True,
            "url": endpoint.url,
            "pid": endpoint.pid,
            "environment": environment_for(endpoint),
        },
        indent=2,
    )


def _last_lines(handle: BinaryIO, count: int) -> Iterator[bytes]:
    """The last lines of an open file, which is then at its end."""
    yield from deque(handle, maxlen=count)


emulator.add_command(clock)
emulator.add_command(faults)
emulator.add_command(findings)
