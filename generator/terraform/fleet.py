"""Run many roots beside each other. One that fails does not stop its siblings, unless that is asked for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Generic, Literal, Protocol, TypeVar

from generator.errors import GoldsmithError
from generator.terraform.adapter import CancelledError
from generator.terraform.cancellation import Cancellation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Task(Generic[T]):
    """Work on one root. It starts when those named in `after` are done, and is skipped if one is not."""

    name: str
    action: Callable[[Callable[[str], None]], T]  # is given a function to say what it is doing
    after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome(Generic[T_co]):
    name: str
    state: Literal["done", "failed", "skipped"]
    value: T_co | None = None
    message: str = ""  # why it failed or was skipped
    seconds: float = 0.0


class Progress(Protocol):
    """Told what happens, from any thread."""

    def started(self, name: str) -> None: ...
    def says(self, name: str, text: str) -> None: ...
    def ended(self, outcome: Outcome[object]) -> None: ...


def run_fleet(
    tasks: Sequence[Task[T]],
    *,
    jobs: int,
    progress: Progress,
    cancellation: Cancellation,
    fail_fast: bool = False,
    pace: Callable[[int], int] | None = None,
) -> list[Outcome[T]]:
    """Run every task, at most `jobs` at once; returns their outcomes in the order of `tasks`.

    `pace` says how many may run at once after so many failures, where that is less; 0 lets no further one start.

    A GoldsmithError of a task is its outcome; any other exception is a bug, raised when all have stopped.
    An interrupt (or SIGTERM) lets every running Terraform stop in good order, then raises KeyboardInterrupt;
    a second one kills them.
    """
    outcomes: dict[str, Outcome[T]] = {}
    with terminate_as_interrupt(), ThreadPoolExecutor(max_workers=jobs) as pool:
        running: dict[Future[Outcome[T]], str] = {}
        waiting = list(tasks)
        try:
            while waiting or running:
                allowed = jobs if pace is None else min(jobs, pace(_failures(outcomes)))
                if allowed < 1:
                    waiting = _skip(waiting, "more failed than may fail", outcomes, progress)
                waiting = _start_ready(waiting, outcomes, running, pool, allowed, progress)
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    outcomes[name] = future.result()
                    progress.ended(outcomes[name])
                    if fail_fast and outcomes[name].state == "failed":
                        cancellation.cancel()
                if cancellation.is_requested():
                    waiting = _skip(waiting, "another root failed", outcomes, progress)
        except BaseException:
            _stop_all(running, cancellation)
            raise
    return [outcomes[task.name] for task in tasks]


def _failures(outcomes: dict[str, Outcome[T]]) -> int:
    return sum(outcome.state == "failed" for outcome in outcomes.values())


def _start_ready(
    waiting: list[Task[T]],
    outcomes: dict[str, Outcome[T]],
    running: dict[Future[Outcome[T]], str],
    pool: ThreadPoolExecutor,
    jobs: int,
    progress: Progress,
) -> list[Task[T]]:
    """Start what can start now; returns what has to wait. What can never start is skipped."""
    present = {task.name for task in waiting} | set(running.values()) | set(outcomes)
    rest = []
    for task in waiting:
        needed = task.after & present
        broken = sorted(name for name in needed if name in outcomes and outcomes[name].state != "done")
        if broken:
            _skip([task], f"{broken[0]} did not get done", outcomes, progress)
        elif len(running) < jobs and all(name in outcomes for name in needed):
            running[pool.submit(_perform, task, progress)] = task.name
        else:
            rest.append(task)
    # A task that was skipped just now may stand before others.
    if rest and not running and len(rest) < len(waiting):
        return _start_ready(rest, outcomes, running, pool, jobs, progress)
    return rest


def _perform(task: Task[T], progress: Progress) -> Outcome[T]:
    started = time.monotonic()
    progress.started(task.name)
    try:
        value = task.action(lambda text: progress.says(task.name, text))
    except CancelledError as error:
        return Outcome(task.name, "skipped", message=str(error), seconds=time.monotonic() - started)
    except GoldsmithError as error:
        return Outcome(task.name, "failed", message=str(error), seconds=time.monotonic() - started)
    return Outcome(task.name, "done", value, seconds=time.monotonic() - started)


def _skip(tasks: list[Task[T]], reason: str, outcomes: dict[str, Outcome[T]], progress: Progress) -> list[Task[T]]:
    for task in tasks:
        outcomes[task.name] = Outcome(task.name, "skipped", message=f"{task.name}: not started; {reason}.")
        progress.ended(outcomes[task.name])
    return []


def _stop_all(running: dict[Future[Outcome[T]], str], cancellation: Cancellation) -> None:
    """Let every Terraform release its lock; whoever interrupts again does not want to wait."""
    cancellation.cancel()
    try:
        wait(running)
    except KeyboardInterrupt:
        cancellation.force()
        wait(running)


@contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """What stops a CI job is SIGTERM: it counts as an interrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
