"""Start, find and stop the process of the embedded AWS. It outlives the command that starts it."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import generator
from generator.emulator.endpoint import UNSET, Endpoint, environment_for, redirected
from generator.emulator.files import Files, Record
from generator.errors import EmulatorError

__all__ = [
    "UNSET", "Endpoint", "call", "ensure_started", "environment_for", "redirected", "reset", "status", "stop",
]  # fmt: skip

START_SECONDS = 60.0
STOP_SECONDS = 60.0
CALL_SECONDS = 60.0
HEALTH_SECONDS = 10.0
POLL_SECONDS = 0.02


def ensure_started(directory: Path, *, port: int = 0, speed: float | None = None) -> Endpoint:
    """The server of `directory`, started when none runs. Raises EmulatorError when there is none in the end.

    `port` 0 takes the port that was used last, or any. `speed` is how much faster than ours the clock of
    Image Builder runs, None for what it was.
    """
    files = Files(directory.absolute())
    files.create()
    with files.starting():
        running = status(directory)
        if running is None:
            return _start(files, port, speed)
    if speed is not None:
        call(running, "clock", {"speed": speed})
    if port and running.port != port:
        raise EmulatorError(
            f"{running.url}: the embedded AWS runs already, on another port than {port}; "
            "a directory has one server. Run `goldsmith emulator stop` first, or leave --port out."
        )
    return running


def status(directory: Path) -> Endpoint | None:
    """The running server, or None. Raises EmulatorError when one runs that does not answer."""
    files = Files(directory.absolute())
    if not files.is_locked():
        return None
    deadline = time.monotonic() + HEALTH_SECONDS
    while time.monotonic() < deadline and files.is_locked():
        record = files.read_record()
        if record is not None and _is_healthy(record):
            return Endpoint(url=record.url, pid=record.pid)
        time.sleep(POLL_SECONDS)
    if not files.is_locked():
        return None
    raise EmulatorError(
        f"{files.directory}: the embedded AWS runs but does not answer; see {files.log}. "
        f"End its process{_named_pid(files)} and start it again."
    )


def stop(directory: Path) -> Endpoint | None:
    """End the server once it has written its state, and return what was running; None when nothing was."""
    files = Files(directory.absolute())
    running = status(directory)
    if running is None:
        return None
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while files.is_locked():
        if time.monotonic() > deadline:
            raise EmulatorError(
                f"{running.url}: the embedded AWS did not end in {STOP_SECONDS:.0f} s; see {files.log}. "
                f"End process {running.pid}; what it held since its last start is then lost."
            )
        time.sleep(POLL_SECONDS)
    record = files.read_record()
    if record is not None and record.problem:
        raise EmulatorError(record.problem)
    return running


def reset(directory: Path) -> Endpoint | None:
    """Forget all state, running or kept; returns the server if one runs, which goes on, empty."""
    running = status(directory)
    if running is not None:
        call(running, "reset", {})
        return running
    Files(directory.absolute()).snapshot.unlink(missing_ok=True)
    return None


def call(endpoint: Endpoint, name: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    """Ask a control of the server, `/goldsmith/<name>`; returns its answer. Raises EmulatorError."""
    request = urllib.request.Request(  # noqa: S310 (always http, to our own server)
        f"{endpoint.url}/goldsmith/{name}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    try:
        return _json_of(request, CALL_SECONDS)
    except urllib.error.HTTPError as error:
        with error:
            raise EmulatorError(_problem(error)) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise EmulatorError(
            f"{endpoint.url}: the embedded AWS does not answer ({error}). Run: goldsmith emulator status"
        ) from error


def _problem(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError):
        return f"{error.url}: HTTP {error.code}; see: goldsmith emulator logs"


def _start(files: Files, port: int, speed: float | None) -> Endpoint:
    arguments = ["--directory", str(files.directory), "--port", str(port), "--detach"]
    if speed is not None:
        arguments += ["--speed", str(speed)]
    reader, writer = os.pipe()
    try:
        _spawn(files, [*arguments, "--ready", str(writer)], writer)
        os.close(writer)
        answer = _read_line(reader, START_SECONDS)
    finally:
        os.close(reader)
    if "error" in answer:
        raise EmulatorError(answer["error"])
    if "url" not in answer:
        raise EmulatorError(f"{files.directory}: the embedded AWS did not start; see the end of {files.log}")
    return Endpoint(url=answer["url"], pid=answer["pid"])


def _spawn(files: Files, arguments: list[str], writer: int) -> None:
    """Run the server's module, which forks and returns at once: nobody is left to be waited for."""
    package = str(Path(generator.__file__).parent.parent)
    search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    with files.log.open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "generator.emulator.server", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(writer,),
            env={**os.environ, "PYTHONPATH": search, "PYTHONUNBUFFERED": "1"},
            check=False,
        )


def _read_line(reader: int, seconds: float) -> dict[str, Any]:
    """One JSON line of the pipe; an empty dict when its writer ends, or the time is over, before it."""
    deadline = time.monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(reader, 65536) if ready else b""
        if not chunk:
            return {}
        line += chunk
    answer: dict[str, Any] = json.loads(line)
    return answer


def _is_healthy(record: Record) -> bool:
    if not record.pid:
        return False
    try:
        health = _json_of(urllib.request.Request(f"{record.url}/goldsmith/health"), HEALTH_SECONDS)  # noqa: S310
    except (OSError, ValueError, http.client.HTTPException):
        return False
    return health.get("pid") == record.pid


def _json_of(request: urllib.request.Request, seconds: float) -> dict[str, Any]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=seconds) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def _named_pid(files: Files) -> str:
    record = files.read_record()
    return f" {record.pid}" if record is not None and record.pid else ""
