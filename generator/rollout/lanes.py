"""The roots of one shard, a few beside each other, each by a process of its own."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field

Command = Callable[[str], Sequence[str]]  # root -> the words that take it


@dataclass
class Lanes:
    """So many roots are under way at a time, and each lane takes the next when its own is done.

    With `strict` a lane whose root failed takes no further one, here and so in every shard: the lanes of all shards are
    as many as roots may be under way, and each failure takes one off.
    """

    count: int
    strict: bool
    command: Command
    goes_on: Callable[[], bool]  # whether further roots may begin
    environment: Mapping[str, str]
    failed: list[str] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)  # what is left in the end
    _interrupted: bool = False
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, roots: Sequence[str]) -> None:
        """Raises KeyboardInterrupt once all that is under way has ended; it is told to stop in good order, once."""
        self.waiting.extend(roots)
        with ThreadPoolExecutor(self.count) as pool:
            lanes = [pool.submit(self._lane) for _ in range(min(self.count, len(roots)))]
            try:
                wait(lanes)
            except KeyboardInterrupt:
                self._interrupt()
                _wait_out(lambda: wait(lanes))
                raise
        for lane in lanes:
            lane.result()

    def _lane(self) -> None:
        while (started := self._start_next()) is not None:
            root, process = started
            code = process.wait()
            with self._lock:
                self._running.discard(process)
                if code:
                    self.failed.append(root)
            if code and self.strict:
                return

    def _start_next(self) -> tuple[str, subprocess.Popen[bytes]] | None:
        with self._lock:
            if self._interrupted or not self.waiting or not self.goes_on():
                return None
            root = self.waiting.popleft()
            # A group of its own, so that an interrupt at a terminal comes to it once, from here.
            process = subprocess.Popen(self.command(root), env=self.environment, process_group=0)
            self._running.add(process)
            return root, process

    def _interrupt(self) -> None:
        with self._lock:
            self._interrupted = True
            for process in self._running:
                process.send_signal(signal.SIGINT)


def _wait_out(ended: Callable[[], object]) -> None:
    """A second interrupt hastens nothing: a Terraform that is cut off leaves its lock, and things half made."""
    while True:
        with suppress(KeyboardInterrupt):
            ended()
            return
