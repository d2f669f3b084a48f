"""Run one command to its end or to the end of its time; whatever it started ends with it.

tftest and pytest build their own argument lists, so that the adapter of the Terraform stage cannot run them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.terraform.adapter import CancelledError
from generator.terraform.cancellation import Cancellation

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Finished:
    returncode: int  # negative: the number of the signal that ended it
    out: str
    err: str


class OutOfTimeError(Exception):
    pass


def run(
    arguments: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    seconds: float,
    cancellation: Cancellation,
) -> Finished:
    """Run in a process group of its own, both pipes drained, every file that it makes for the user alone.

    Raises OutOfTimeError after `seconds`, CancelledError when a stop is asked for, FileNotFoundError when
    there is no such program.
    """
    with subprocess.Popen(
        arguments,
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        process_group=0,
        umask=0o077,
    ) as process:
        try:
            return _drained(process, time.monotonic() + seconds, cancellation)
        finally:
            if process.returncode is None:
                _end_group(process, cancellation.interrupt_seconds)


def _drained(process: subprocess.Popen[str], deadline: float, cancellation: Cancellation) -> Finished:
    while True:
        if cancellation.is_requested():
            raise CancelledError("interrupted")
        try:
            out, err = process.communicate(timeout=POLL_SECONDS)  # what it has read so far is kept
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                raise OutOfTimeError from None
        else:
            return Finished(process.returncode, out, err)


def _end_group(process: subprocess.Popen[str], grace: float) -> None:
    """Interrupt, so that Terraform lets go of its lock; then kill the whole group, providers included."""
    with suppress(subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=grace)
    with suppress(ProcessLookupError):  # nobody of the group is left
        os.killpg(process.pid, signal.SIGKILL)
