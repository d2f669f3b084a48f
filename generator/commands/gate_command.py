"""The program of a gate: run without a shell, with what it writes on standard error, and gone when its time is up."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

_STANDARD_ERROR = 2
_GRACE = 5.0  # seconds that it has to end by itself


def exit_code_of(command: Sequence[str], environment: Mapping[str, str], timeout: timedelta | None) -> int:
    """Run it to its end; a signal that ended it is a negative number. It has no standard input.

    It is a process group of its own, all of which is ended where it runs out of time or we are interrupted. Raises
    subprocess.TimeoutExpired, OSError.
    """
    process = subprocess.Popen(
        [*command],
        env={**environment},
        stdin=subprocess.DEVNULL,
        stdout=_STANDARD_ERROR,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return process.wait(timeout.total_seconds() if timeout else None)
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    _tell(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    _tell(process.pid, signal.SIGKILL)  # also what it started and left
    process.wait()


def _tell(group: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, what)
