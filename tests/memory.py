"""How much memory a process and all that it starts take together at most."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

SECONDS = 0.5  # between two looks


class Peak:
    """Bytes, with pages that processes share counted once (PSS), of the children of this process."""

    def __init__(self) -> None:
        self.size = 0

    def look(self) -> None:
        self.size = max(self.size, sum(map(_proportional, psutil.Process().children(recursive=True))))


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Look all the time, until the block ends."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(SECONDS):
            peak.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _proportional(process: psutil.Process) -> int:
    with suppress(psutil.Error):  # it has ended
        size: int = process.memory_full_info().pss
        return size
    return 0
