"""The files of an embedded AWS, in a directory of its own: who runs, where it listens, its log, its state.

A server holds an exclusive lock on the file `lock` for as long as it lives. That, and not a process id,
says whether it runs: a lock goes with its process, however that ends, while a process id may long be
another program's.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.errors import EmulatorError


@dataclass(frozen=True)
class Record:
    """What a server wrote about itself: when it began to listen, and again when it ended (`pid` 0)."""

    url: str
    port: int
    pid: int
    problem: str = ""  # why the state could not be kept, when it ended


@dataclass(frozen=True)
class Files:
    directory: Path

    @property
    def record(self) -> Path:
        return self.directory / "emulator.json"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    @property
    def snapshot(self) -> Path:
        return self.directory / "snapshot"

    @property
    def lock(self) -> Path:
        return self.directory / "lock"

    @property
    def start_lock(self) -> Path:
        return self.directory / "start.lock"

    def create(self) -> None:
        """Make the directory, for its owner alone: the state in it is loaded as code is."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in (self.lock, self.start_lock, self.log):
                path.touch(mode=0o600)
        except OSError as error:
            raise EmulatorError(
                f"{self.directory}: the embedded AWS cannot keep its files here ({error.strerror}); "
                "a directory that you may write to is needed. Set GOLDSMITH_STATE_DIR to one."
            ) from error

    def read_record(self) -> Record | None:
        """The last record, or None when there is none or it is torn."""
        try:
            return Record(**json.loads(self.record.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write_record(self, record: Record) -> None:
        write_private(self.record, json.dumps(asdict(record)).encode())

    def is_locked(self) -> bool:
        """Whether a server lives."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Keep other starters of the same directory waiting: two commands at once share one server."""
        with self.start_lock.open() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def take(lock: Path) -> int:
    """Lock a file for the life of this process; raises BlockingIOError when another process has it."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def write_private(path: Path, content: bytes) -> None:
    """Replace a file whole, readable by its owner alone."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
