"""What a worker of a cluster does for a root: `goldsmith run-one`, in a process of its own.

A process and no call, since the worker may die meanwhile: the process lives on, lets Terraform finish and writes down
what came of it. It has the worker's environment, and so its credentials.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_HELD = ": held by "
_ERRORS = 20_000  # characters that are sent back


@dataclass(frozen=True)
class Ran:
    code: int
    errors: str

    @property
    def is_held(self) -> bool:
        """Whether it did nothing since another process is at the root."""
        return self.code == 1 and _HELD in self.errors


def run_here(options: Sequence[str], directory: str) -> Ran:
    """Run it in a session of its own, so that no signal for the worker's group reaches it."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", "run-one", *options],
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
    )
    return Ran(done.returncode, done.stderr[-_ERRORS:])
