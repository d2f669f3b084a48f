"""Progress for people, on standard error: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from generator.terraform.fleet import Outcome, Progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Summary = Callable[[Any], str]  # of an outcome's value, in a few words


@contextmanager
def shown_progress(total: int, summary: Summary, console: Console | None = None) -> Iterator[Progress]:
    """Progress over `total` roots, as fits where standard error leads to."""
    from rich.console import Console as RichConsole

    screen = console or RichConsole(stderr=True)
    if not screen.is_terminal or screen.is_dumb_terminal or os.environ.get("CI"):
        yield Lines(screen, total, summary)
        return
    with _live(screen, total, summary) as view:
        yield view


class Lines:
    """One line when a root begins and one when it ends: for logs and for pipes."""

    def __init__(self, console: Console, total: int, summary: Summary) -> None:
        self._console = console
        self._total = total
        self._summary = summary
        self._ended = 0
        self._lock = threading.Lock()

    def started(self, name: str) -> None:
        pass

    def says(self, name: str, text: str) -> None:
        pass

    def ended(self, outcome: Outcome[object]) -> None:
        with self._lock:
            self._ended += 1
            line = f"[{self._ended}/{self._total}] {ended_line(outcome, self._summary)}"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class Live:
    """A line for each root at work and one for the whole; what has ended stands above."""

    def __init__(self, console: Console, total: int, summary: Summary) -> None:
        self._console = console
        self._total = total
        self._summary = summary
        self._began = time.monotonic()
        self._running: dict[str, tuple[float, str]] = {}
        self._ended = 0
        self._lock = threading.Lock()

    def started(self, name: str) -> None:
        with self._lock:
            self._running[name] = (time.monotonic(), "")

    def says(self, name: str, text: str) -> None:
        with self._lock:
            if name in self._running:
                self._running[name] = (self._running[name][0], text)

    def ended(self, outcome: Outcome[object]) -> None:
        with self._lock:
            self._running.pop(outcome.name, None)
            self._ended += 1
        style = {"done": "green", "failed": "bold red", "skipped": "yellow"}[outcome.state]
        line = ended_line(outcome, self._summary)
        self._console.print(line, style=style, markup=False, highlight=False)

    def __rich__(self) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        with self._lock:
            running, ended = list(self._running.items()), self._ended
        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        for name, (began, text) in running:
            table.add_row(name, f"{now - began:.0f} s", Text(text, overflow="ellipsis", no_wrap=True))
        table.add_row(f"{ended}/{self._total} roots", f"{now - self._began:.0f} s", "")
        return table


@contextmanager
def _live(console: Console, total: int, summary: Summary) -> Iterator[Live]:
    from rich.live import Live as RichLive

    view = Live(console, total, summary)
    with RichLive(view, console=console, refresh_per_second=4, transient=True):
        yield view


def ended_line(outcome: Outcome[object], summary: Summary) -> str:
    """`prod/web-prod/us-east-1: 3 to add (5.1 s)`."""
    if outcome.state == "done":
        return f"{outcome.name}: {summary(outcome.value)} ({outcome.seconds:.1f} s)"
    if outcome.state == "failed":
        return f"{outcome.name}: FAILED ({outcome.seconds:.1f} s)"
    return outcome.message
