"""Stop running Terraforms so that each can release its state lock, however many there are."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

# Terraform answers the first signal by finishing what it has begun and saving its state; the second makes it
# leave at once, and may leave the lock behind.
INTERRUPT_SECONDS = 60.0
TERMINATE_SECONDS = 10.0


@dataclass
class Cancellation:
    """One for a command. `cancel()` may be called from any thread, any number of times."""

    interrupt_seconds: float = INTERRUPT_SECONDS
    terminate_seconds: float = TERMINATE_SECONDS
    _requested: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def is_requested(self) -> bool:
        return self._requested.is_set()

    def wait(self, seconds: float) -> bool:
        """Let so many seconds pass, fewer where a stop is asked for meanwhile; whether one is."""
        return self._requested.wait(seconds)

    def cancel(self) -> None:
        """Ask every running Terraform to stop, and each that is started later."""
        with self._lock:
            first = not self._requested.is_set()
            self._requested.set()
            running = list(self._running)
        for process in running if first else []:
            self._stop_aside(process)

    def force(self) -> None:
        """End every running Terraform at once: a state lock may be left behind."""
        self.cancel()
        with self._lock:
            running = list(self._running)
        for process in running:
            signal_group(process, signal.SIGKILL)

    @contextmanager
    def watching(self, process: subprocess.Popen[bytes], seconds: float | None) -> Iterator[threading.Event]:
        """Stop `process` when a stop is asked for, or after `seconds`; the event says its time was over."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.stop(process)

        timer = threading.Timer(seconds, expire) if seconds is not None else None
        with self._lock:
            self._running.add(process)
            requested = self._requested.is_set()
        if requested:
            self._stop_aside(process)
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            yield expired
        finally:
            if timer is not None:
                timer.cancel()
            with self._lock:
                self._running.discard(process)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Interrupt, then terminate, then kill the process's group; returns when it has ended."""
        for number, seconds in (
            (signal.SIGINT, self.interrupt_seconds),
            (signal.SIGTERM, self.terminate_seconds),
        ):
            signal_group(process, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                return
        signal_group(process, signal.SIGKILL)
        process.wait()

    def _stop_aside(self, process: subprocess.Popen[bytes]) -> None:
        threading.Thread(target=self.stop, args=(process,), daemon=True).start()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process and all that it started, unless it has ended and been waited for."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
