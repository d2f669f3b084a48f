"""Run one Terraform command: python-terraform builds the arguments, and what it lacks is here.

That is an environment for each run, a timeout, cancellation, events as they come, and a log that holds no secrets. Its
traps are named in docs/decisions/0004-terraform-adapter.md.

A Terraform outlives a Goldsmith that is killed: it has a session of its own, and writes into files rather than pipes,
since the next line into a pipe that nobody reads would end it in the middle of an apply, its state unsaved and locked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged
from python_terraform import Terraform as PythonTerraform

from generator.errors import TerraformError
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.growing import GrowingFile
from generator.terraform.living import living, tell
from generator.terraform.log import RunLog

Event = Mapping[str, Any]
FLAG = IsFlagged
LOOK_SECONDS = 0.1  # how often what it says is read while it runs


@dataclass(frozen=True)
class Result:
    """What one run of Terraform came to. `exit_code` is negative where a signal ended it."""

    command: str
    exit_code: int
    events: tuple[Event, ...]  # of `-json`, in their order
    output: str  # standard output, where it is no stream of events
    errors: str  # standard error
    seconds: float

    @property
    def diagnostics(self) -> tuple[Mapping[str, Any], ...]:
        """Terraform's own errors and warnings."""
        return tuple(event["diagnostic"] for event in self.events if isinstance(event.get("diagnostic"), Mapping))


class TimedOutError(TerraformError):
    pass


class CancelledError(TerraformError):
    pass


class _Arguments(PythonTerraform):  # type: ignore[misc]  # python-terraform carries no types
    """python-terraform's argument building alone."""

    def __init__(self, binary: Path) -> None:
        # Its own constructor reads whatever state file lies in the working directory; building arguments
        # needs the path of the program only.
        self.terraform_bin_path = str(binary)


def arguments_of(binary: Path, command: str, *positional: str, **options: object) -> list[str]:
    """The argument list of a command. `FLAG` gives a bare flag; None leaves an option out."""
    if any(isinstance(value, dict) for value in options.values()):
        raise TypeError("a mapping would be written to a file that nobody removes; variables go by environment")
    built: list[str] = _Arguments(binary).generate_cmd_string(command, *positional, **options)
    return built


@dataclass(frozen=True)
class Invocation:
    """Where and how to run: one for each run."""

    binary: Binary
    directory: Path
    environment: Mapping[str, str]  # the whole of it
    log: RunLog
    cancellation: Cancellation
    seconds: float | None = None  # the run is stopped after these
    on_event: Callable[[Event], None] | None = None
    mark: Path | None = None  # tells, while it runs, that it does: see generator.terraform.living


def run(invocation: Invocation, command: str, *positional: str, **options: object) -> Result:
    """Run Terraform to its end, whatever its exit code.

    With `json=FLAG` the output is read as events, except where it is one document (`show`, `output`).
    Raises TimedOutError after `seconds`, CancelledError when a stop was asked for, TerraformError when
    Terraform cannot be started.
    """
    if invocation.cancellation.is_requested():
        raise CancelledError(f"{invocation.directory}: {command} was not started; the command was interrupted.")
    arguments = arguments_of(invocation.binary.path, command, *positional, **options)
    started = time.monotonic()
    invocation.log.command(arguments)
    with GrowingFile() as output, GrowingFile() as errors:
        process = _start(arguments, invocation, output, errors)
        streams = "json" in options and command not in {"show", "output"}
        reader = _Reader(output, errors, invocation, streams)
        with process, invocation.cancellation.watching(process, invocation.seconds) as expired:
            exit_code = _followed(process, reader, invocation.cancellation)
    if exit_code < 0 or expired.is_set() or invocation.cancellation.is_requested():
        _end_orphans(process)
    invocation.log.ended(exit_code, time.monotonic() - started)
    if expired.is_set():
        raise TimedOutError(
            f"{invocation.directory}: {command} was stopped after {invocation.seconds:.0f} s. "
            f"Its log is {invocation.log.path}."
        )
    if invocation.cancellation.is_requested() and exit_code != 0:
        raise CancelledError(f"{invocation.directory}: {command} was interrupted.")
    return reader.result(command, exit_code, time.monotonic() - started)


def _start(
    arguments: list[str], invocation: Invocation, output: GrowingFile, errors: GrowingFile
) -> subprocess.Popen[bytes]:
    try:
        with living(invocation.mark) as descriptors:
            process = subprocess.Popen(
                arguments,
                cwd=invocation.directory,
                env=dict(invocation.environment),
                stdin=subprocess.DEVNULL,
                stdout=output.descriptor,
                stderr=errors.descriptor,
                pass_fds=descriptors,
                start_new_session=True,  # what a terminal tells reaches us alone; we stop Terraform in good order
                umask=0o077,  # a plan holds secrets
            )
            tell(invocation.mark, process.pid)
            return process
    except OSError as error:
        raise TerraformError(
            f"{invocation.binary.path}: cannot be run in {invocation.directory} ({error.strerror})."
        ) from error


def _followed(process: subprocess.Popen[bytes], reader: _Reader, cancellation: Cancellation) -> int:
    """The exit code of a process, once all is read that it said."""
    ended = threading.Event()

    def wait() -> None:
        process.wait()
        ended.set()

    try:
        threading.Thread(target=wait, daemon=True).start()
        while not ended.wait(LOOK_SECONDS):
            reader.read()
    except BaseException:  # nobody is left to stop it later
        cancellation.stop(process)
        raise
    reader.read(last=True)
    return process.wait()


class _Reader:
    """Takes what a process writes, line by line."""

    def __init__(self, output: GrowingFile, errors: GrowingFile, invocation: Invocation, streams: bool) -> None:
        self._files = output, errors
        self._invocation = invocation
        self._streams = streams
        self._events: list[Event] = []
        self._output: list[str] = []
        self._errors: list[str] = []

    def read(self, last: bool = False) -> None:
        output, errors = self._files
        for line in output.lines(last):
            self._take(line)
        for line in errors.lines(last):
            self._errors.append(line)
            self._invocation.log.text(line)

    def result(self, command: str, exit_code: int, seconds: float) -> Result:
        output, errors = "".join(self._output), "".join(self._errors)
        return Result(command, exit_code, tuple(self._events), output, errors, seconds)

    def _take(self, line: str) -> None:
        event = _event(line) if self._streams else None
        if event is None:
            self._output.append(line)
            if self._streams:
                self._invocation.log.text(line)
            return
        self._events.append(event)
        self._invocation.log.event(event)
        if self._invocation.on_event is not None:
            self._invocation.on_event(event)


def _event(line: str) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _end_orphans(process: subprocess.Popen[bytes]) -> None:
    """A Terraform that was stopped may leave behind what it started, of its group: a killed one its providers, an
    interrupted one a provisioner that began just after the interrupt.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
