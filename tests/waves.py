"""A fleet of many accounts in waves, rolled out by the commands that a person types, on an embedded AWS of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from organizations import write_organization

from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.store import DirectoryStore

ENVIRONMENT = "stage-0"
ROLLOUT = """\
rollout:
  mode: soft
  failure_tolerance: 10%
  canaries: 1
  waves: [{name: early, size: 25%}]
"""


@dataclass(frozen=True)
class Fleet:
    """A project whose roots are rendered and planned; `planned.json` is what was reviewed."""

    top: Path
    environment: Mapping[str, str]
    digest: str

    @property
    def ledger(self) -> Ledger:
        """The journal of its rollouts; the first of `ids()` is the newest."""
        return Ledger(DirectoryStore(self.top / "state" / "rollouts" / "emulator"), Actor("reader"))

    def rollout(self, *options: str) -> list[str]:
        """The command that rolls it out."""
        return [*GOLDSMITH, "rollout", "run", "--approved", self.digest, "--planned", "planned.json", *options]

    def goldsmith(self, *arguments: str) -> str:
        """What it says on standard output. Raises CalledProcessError, with what it said on standard error."""
        return _said([*GOLDSMITH, *arguments], self.top, self.environment)

    def plan(self) -> dict[str, Any]:
        planned: dict[str, Any] = json.loads(self.goldsmith("plan", "--save", "planned.json", "--json"))
        return planned


GOLDSMITH = (sys.executable, "-m", "generator")


@contextmanager
def planned_fleet(top: Path, roots: int) -> Iterator[Fleet]:
    """One build root and `roots - 1` targets, each in an account of its own; the embedded AWS stops at the end."""
    prod = write_organization(top / "environments", targets=roots - 1) / f"{ENVIRONMENT}.yaml"
    prod.write_text(prod.read_text() + ROLLOUT)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDSMITH_", "AWS_"))}
    environment = kept | {"GOLDSMITH_STATE_DIR": str(top / "state"), "GOLDSMITH_EMULATOR": "1"}
    try:
        for command in ("lock", "render"):
            _said([*GOLDSMITH, command], top, environment)
        fleet = Fleet(top, environment, "")
        yield Fleet(top, environment, fleet.plan()["digest"])
    finally:
        subprocess.run([*GOLDSMITH, "emulator", "stop"], cwd=top, env=environment, capture_output=True, check=False)


def _said(command: list[str], top: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command[2:])} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
