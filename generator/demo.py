"""The main job from end to end, on the embedded AWS: the commands that a person would type, in their order."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from generator.errors import GoldsmithError
from generator.spec import load

INTERRUPT_GRACE = 60  # seconds that an interrupted step gets to release Terraform's locks


@dataclass(frozen=True)
class Step:
    title: str
    command: tuple[str, ...]  # what follows `goldsmith`


def demo_steps(environment: str, image: str) -> tuple[Step, ...]:
    """The whole loop in the order in which a person would go through it; builds `image` in `environment`."""
    return (
        Step("The spec is checked before anything runs", ("check",)),
        Step("Every component and recipe has a version for its content", ("lock", "--check")),
        Step("The spec becomes one Terraform root for each account and Region", ("render",)),
        Step("An AWS to work with, on this machine", ("emulator", "start")),
        Step("The whole fleet is planned", ("plan",)),
        Step("... and applied: the targets first, then the pipelines that ship to them", ("apply",)),
        Step("The outputs and the accounts hold what the spec says", ("verify",)),
        Step("A golden image is built, tested and shipped", ("build", environment, image)),
        Step("A second plan is empty: nothing drifts", ("plan", "--detailed-exitcode")),
    )


def run_demo(example: Path, console: Console) -> list[dict[str, Any]]:
    """Run every step over a copy of the organization in `example`; returns the AMIs that the build made.

    The copy, the embedded AWS and its state are gone when this returns, also after a failure or an interrupt.
    Raises GoldsmithError when a step fails.
    """
    with TemporaryDirectory(prefix="goldsmith-demo-") as name:
        workspace = Path(name)
        shutil.copytree(example, workspace / "environments")
        steps = demo_steps(*_what_to_build(workspace / "environments"))
        variables = _embedded_aws_variables(workspace)
        with _emulator_stopped_at_end(workspace, variables):
            return _run_steps(steps, workspace, variables, console)


def amis_table(amis: list[dict[str, Any]]) -> Table:
    """The AMIs of a build, a row for each account and Region."""
    table = Table("Account", "Region", "AMI", title="Golden images")
    for ami in amis:
        table.add_row(ami["account"], ami["region"], ami["ami"])
    return table


def _what_to_build(spec_directory: Path) -> tuple[str, str]:
    """The last environment, in the order in which a change travels, and its first image."""
    environment = list(load(spec_directory).environments.values())[-1]
    return environment.name, environment.images[0].name


def _run_steps(
    steps: Sequence[Step], workspace: Path, variables: Mapping[str, str], console: Console
) -> list[dict[str, Any]]:
    amis: list[dict[str, Any]] = []
    for number, step in enumerate(steps, start=1):
        console.rule(f"{number}/{len(steps)}  {step.title}", align="left", style="bold")
        console.print(f"$ goldsmith {shlex.join(step.command)}", style="bold cyan", highlight=False)
        if step.command[0] == "build":
            amis = json.loads(_run((*step.command, "--json"), workspace, variables, capture=True))["amis"]
        else:
            _run(step.command, workspace, variables)
    return amis


def _run(command: tuple[str, ...], workspace: Path, variables: Mapping[str, str], capture: bool = False) -> str:
    """Run one command as its own process, as a person's shell would; an interrupt is passed on and waited for."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", *command],
        cwd=workspace,
        env=variables,
        stdout=subprocess.PIPE if capture else None,
        text=True,
    )
    try:
        output, _ = process.communicate()
    except KeyboardInterrupt:
        # The terminal has sent the interrupt to the step as well: it is given time to end by itself.
        process.wait(timeout=INTERRUPT_GRACE)
        raise
    if process.returncode:
        raise GoldsmithError(f"demo: `goldsmith {shlex.join(command)}` ended with exit code {process.returncode}.")
    return output or ""


def _embedded_aws_variables(workspace: Path) -> dict[str, str]:
    """The caller's environment with every command pointed at an embedded AWS of the demo's own."""
    return os.environ | {"GOLDSMITH_EMULATOR": "1", "GOLDSMITH_STATE_DIR": str(workspace / ".goldsmith")}


@contextmanager
def _emulator_stopped_at_end(workspace: Path, variables: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    finally:
        subprocess.run(
            [sys.executable, "-m", "generator", "emulator", "stop"], cwd=workspace, env=variables, capture_output=True
        )
