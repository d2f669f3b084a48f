"""Whether a Terraform of a root lives on this machine, also one that outlived the Goldsmith that started it.

Each has a file of its root open and locked, which it and all that it starts inherit: the system gives the lock back
when the last of them has ended, whatever ended them. https://man7.org/linux/man-pages/man2/flock.2.html
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def mark_of(data_directory: Path) -> Path:
    """The file of a root, beside what init makes of it."""
    return data_directory.with_name(f"{data_directory.name}.running")


@contextmanager
def living(mark: Path | None) -> Iterator[tuple[int, ...]]:
    """What a process has to inherit in this block, so that `lives` is true until it ends."""
    if mark is None:
        yield ()
        return
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def tell(mark: Path | None, pid: int) -> None:
    """Write down which process it is, for people: of several the last one."""
    if mark is not None:
        mark.write_text(f"{pid}\n", encoding="ascii")


def told_process(mark: Path) -> str:
    """`process 4711`, as `tell` wrote it."""
    try:
        return f"process {int(mark.read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "a process"


def lives(mark: Path) -> bool:
    """Whether a process lives that was started with this mark."""
    try:
        descriptor = os.open(mark, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
