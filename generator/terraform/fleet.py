"""Run many roots beside each other. One that fails does not stop its siblings, unless that is asked for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Generic, Literal, Protocol, TypeVar

from generator.errors import GoldsmithError
from generator.terraform.adapter import CancelledError
from generator.terraform.cancellation import Cancellation
from generator.terraform.fairness import ROOTS_PER_ACCOUNT, next_fair

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_LOOK = 5.0  # seconds: how often memory is looked at where it keeps a task waiting


@dataclass(frozen=True)
class Task(Generic[T]):
    """Work on one root. It starts when those named in `after` are done, and is skipped if one is not."""

    name: str
    action: Callable[[Callable[[str], None]], T]  # is given a function to say what it is doing
    after: frozenset[str] = frozenset()
    account: str = ""  # whose calls it makes; those of no account are not bounded


@dataclass(frozen=True)
class Outcome(Generic[T_co]):
    name: str
    state: Literal["done", "failed", "skipped"]
    value: T_co | None = None
    message: str = ""  # why it failed or was skipped
    seconds: float = 0.0


@dataclass(frozen=True)
class Bounds:
    """How many tasks may be under way."""

    jobs: int
    per_account: int = ROOTS_PER_ACCOUNT
    # Whether the machine carries one more, by the seconds for which each has been under way. The first one always may.
    has_room: Callable[[Sequence[float]], bool] = lambda _ages: True


class Progress(Protocol):
    """Told what happens, from any thread."""

    def started(self, name: str) -> None: ...
    def says(self, name: str, text: str) -> None: ...
    def ended(self, outcome: Outcome[object]) -> None: ...


def run_fleet(
    tasks: Sequence[Task[T]],
    *,
    bounds: Bounds,
    progress: Progress,
    cancellation: Cancellation,
    fail_fast: bool = False,
    pace: Callable[[int], int] | None = None,
) -> list[Outcome[T]]:
    """Run every task within the bounds; returns their outcomes in the order of `tasks`.

    Of those that can start, the account with the fewest under way has its turn, else the order of `tasks` counts.

    `pace` says how many may run at once after so many failures, where that is less; 0 lets no further one start.

    A GoldsmithError of a task is its outcome; any other exception is a bug, raised when all have stopped.
    An interrupt (or SIGTERM) lets every running Terraform stop in good order, then raises KeyboardInterrupt;
    a second one kills them.
    """
    with terminate_as_interrupt(), ThreadPoolExecutor(max_workers=bounds.jobs) as pool:
        fleet = _Fleet(pool, bounds, progress, list(tasks))
        try:
            while fleet.waiting or fleet.running:
                jobs = bounds.jobs if pace is None else min(bounds.jobs, pace(fleet.failures()))
                if jobs < 1:
                    fleet.skip(fleet.waiting, "more failed than may fail")
                fleet.skip_broken()
                is_held = fleet.start(jobs)
                failed = fleet.take_ended(_LOOK if is_held else None)
                if failed and fail_fast:
                    cancellation.cancel()
                if cancellation.is_requested():
                    fleet.skip(fleet.waiting, "another root failed")
        except BaseException:
            _stop_all(fleet.running, cancellation)
            raise
    return [fleet.outcomes[task.name] for task in tasks]


@dataclass(frozen=True)
class _Begun(Generic[T]):
    task: Task[T]
    at: float  # of the monotonic clock


@dataclass
class _Fleet(Generic[T]):
    """Where every task stands."""

    pool: ThreadPoolExecutor
    bounds: Bounds
    progress: Progress
    waiting: list[Task[T]]
    running: dict[Future[Outcome[T]], _Begun[T]] = field(default_factory=dict)
    outcomes: dict[str, Outcome[T]] = field(default_factory=dict)

    def failures(self) -> int:
        return sum(outcome.state == "failed" for outcome in self.outcomes.values())

    def skip(self, tasks: Sequence[Task[T]], reason: str) -> None:
        for task in tasks:
            outcome: Outcome[T] = Outcome(task.name, "skipped", message=f"{task.name}: not started; {reason}.")
            self.outcomes[task.name] = outcome
            self.progress.ended(outcome)
        self.waiting = [task for task in self.waiting if task.name not in self.outcomes]

    def skip_broken(self) -> None:
        """What waits for one that did not get done, and what waits for that."""
        while (found := self._broken()) is not None:
            self.skip([found[0]], f"{found[1]} did not get done")

    def _broken(self) -> tuple[Task[T], str] | None:
        for task in self.waiting:
            for name in sorted(task.after & self.outcomes.keys()):
                if self.outcomes[name].state != "done":
                    return task, name
        return None

    def start(self, jobs: int) -> bool:
        """Start what can start; returns whether it is for memory that another one has to wait."""
        while len(self.running) < jobs and (task := self._next()) is not None:
            now = time.monotonic()
            if self.running and not self.bounds.has_room([now - begun.at for begun in self.running.values()]):
                return True
            self.waiting.remove(task)
            self.running[self.pool.submit(_perform, task, self.progress)] = _Begun(task, now)
        return False

    def _next(self) -> Task[T] | None:
        under_way = [begun.task for begun in self.running.values()]
        awaited = {task.name for task in (*self.waiting, *under_way)}
        ready = [task for task in self.waiting if not task.after & awaited]
        return next_fair(ready, [task.account for task in under_way], self.bounds.per_account)

    def take_ended(self, timeout: float | None) -> bool:
        """Wait until one has ended, or so many seconds; returns whether one failed."""
        done, _ = wait(self.running, timeout, return_when=FIRST_COMPLETED)
        ended = [(self.running.pop(future).task, future.result()) for future in done]
        for task, outcome in ended:
            self.outcomes[task.name] = outcome
            self.progress.ended(outcome)
        return any(outcome.state == "failed" for _, outcome in ended)


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


def _stop_all(running: Iterable[Future[Outcome[T]]], cancellation: Cancellation) -> None:
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
