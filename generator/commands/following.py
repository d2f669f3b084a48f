"""What commands that follow something in AWS share: options, the AWS to ask, and how progress is shown."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from generator.spec.model import Spec

T = TypeVar("T")  # a look at what is followed

EXIT_INTERRUPTED = 130
DEFAULT_TIMEOUT = 720  # minutes: what Image Builder itself gives the tests of an image
AWS_INTERVAL, EMBEDDED_INTERVAL = 15.0, 1.0  # seconds; the embedded AWS is done in less than a minute

timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=DEFAULT_TIMEOUT,
    show_default=True,
    metavar="MINUTES",
    help="How long to follow it.",
)

interval_option = click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    metavar="SECONDS",
    help=f"How often to ask AWS. [default: {AWS_INTERVAL:g}, or {EMBEDDED_INTERVAL:g} on this machine]",
)


def options_as_typed(spec_directory: Path) -> str:
    """The options of this command that commands which messages name need too: ` --spec DIR --emulator`."""
    typed = click.core.ParameterSource.COMMANDLINE
    context = click.get_current_context()
    options = []
    if context.get_parameter_source("spec_directory") is typed:
        options += ["--spec", str(spec_directory)]
    if context.get_parameter_source("use_emulator") is typed:
        options.append("--emulator")
    return "".join(f" {shlex.quote(option)}" for option in options)


def aws_variables(spec: Spec, use_emulator: bool) -> dict[str, str]:
    """The environment for AWS clients. Raises AwsError where the endpoint does not answer."""
    from generator.commands.session import aws_environment, start_emulator, state_directory_of
    from generator.terraform.endpoint import require_endpoint

    endpoint = start_emulator(state_directory_of(os.environ), spec) if use_emulator else None
    variables = aws_environment(os.environ, endpoint)
    require_endpoint(variables)
    return variables


def interval_or_default(interval: float | None, variables: Mapping[str, str]) -> float:
    """Seconds between two looks: what was typed, else by where AWS is."""
    return interval or (EMBEDDED_INTERVAL if is_on_this_machine(variables) else AWS_INTERVAL)


def is_on_this_machine(variables: Mapping[str, str]) -> bool:
    """Whether the AWS of these is an embedded one."""
    return variables.get("AWS_ENDPOINT_URL", "").startswith(("http://127.0.0.1:", "http://localhost:"))


def shown(
    looks: Iterator[T],
    live: Callable[[T], Any],
    news: Callable[[T | None, T], list[str]],
) -> T:
    """Tell each look on standard error, live on a terminal and in lines elsewhere, and hand back the last.

    `live`: what rich draws again and again, with `progress` to set; `news`: lines for what has changed.
    """
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    last = next(looks)
    if not console.is_terminal:
        click.echo("\n".join(news(None, last)), err=True)
        for now in looks:
            for line in news(last, now):
                click.echo(line, err=True)
            last = now
        return last
    view = live(last)
    with Live(view, console=console, refresh_per_second=4):
        for now in looks:
            view.progress = last = now
    return last
