"""The journal's invariant, held against workers, `next`s, kills and sleeps in any order, without Terraform.

Simulated workers and `next`s of one rollout share a store, each in small steps: one worker at most has the root, it is
applied once, the record says so and does not take it back, and a rollout that goes on is done in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.commands.recording import Recording, StoppedError
from generator.commands.rollout_next import _settle
from generator.errors import GoldsmithError
from generator.rollout import leases, ledger
from generator.rollout.journal import Actor
from generator.rollout.leases import LostError
from generator.rollout.ledger import Ledger
from generator.rollout.record import RootState, WaveOfRoots
from generator.rollout.steps import DONE
from generator.rollout.store import ConflictError, Stored
from generator.rollout.work import Work
from tests.rollout.clocks import StillClock

ROOT = "prod/web/us-east-1"  # one, since no root's record has anything of another's
ROOTS = (ROOT,)
WAVE = "prod/targets"
T = TypeVar("T")
SESSION: Any = SimpleNamespace(roots=[])


class Memory:
    """A store that keeps the promises of generator.rollout.store.Store."""

    place = "memory"

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def read(self, key: str) -> Stored | None:
        text = self.texts.get(key)
        return Stored(text, text) if text is not None else None

    def create(self, key: str, text: str) -> str:
        if key in self.texts:
            raise ConflictError(key)
        self.texts[key] = text
        return text

    def replace(self, key: str, text: str, etag: str) -> str:
        if self.texts.get(key) != etag:
            raise ConflictError(key)
        self.texts[key] = text
        return text

    def list(self, prefix: str) -> list[str]:
        return sorted(key for key in self.texts if key.startswith(prefix))


class World:
    """What Terraform has done: it holds its own lock while it applies, and knows what is left to do."""

    def __init__(self) -> None:
        self.applying: dict[str, object] = {}
        self.applied: dict[str, int] = dict.fromkeys(ROOTS, 0)

    def ends(self, root: str) -> None:
        del self.applying[root]
        self.applied[root] += 1


class Worker:
    """`run-one` of one root as generator.commands.one_root takes it, a step at each call of `go_on`."""

    def __init__(self, rollout: Rolled, root: str) -> None:
        self.root = root
        self.rollout = rollout
        self.is_alive = True
        self.work: Work | None = None
        self.steps = self._steps()

    def has_root(self) -> bool:
        """Whether it may begin to apply, by what it knows."""
        if self.work is None:
            return False
        try:
            self.work.require(self.root)
        except GoldsmithError:
            return False
        return True

    def go_on(self) -> None:
        if next(self.steps, None) is None:
            self.is_alive = False

    def _steps(self) -> Generator[str, None, None]:
        recording = self.rollout.process()
        if recording.record.state != "running" or recording.state(self.root) in DONE:
            return
        yield "has read"
        self.work = work = recording.work(self.root)
        try:
            work.take()
        except GoldsmithError:
            return
        yield "has the root"
        try:
            yield from self._at_work(recording, work)
        finally:
            if self.is_alive:  # one that was killed releases nothing
                work.release()

    def _at_work(self, recording: Recording, work: Work) -> Generator[str, None, None]:
        world = self.rollout.world
        try:
            if recording.read(self.root).state in DONE:
                return
            if self.root in world.applying:  # Terraform's lock
                recording.failed(self.root)
                return
            is_empty = world.applied[self.root] > 0
            yield "has planned"
            work.require(self.root)
            recording.bring(self.root, "planned", digest="0" * 64)
            if not is_empty:
                yield "is about to apply"
                work.require(self.root)
                recording.applies(self.root)
                yield "says that it applies"
                if self.root in world.applying or world.applied[self.root]:  # the lock, and a plan that is stale
                    recording.failed(self.root)
                    return
                world.applying[self.root] = self
                yield "applies"
                world.ends(self.root)
                yield "has applied"
            recording.bring(self.root, "applied")
        except StoppedError:
            return
        except LostError:
            if not work.is_superseded():
                recording.failed(self.root)
        except GoldsmithError:
            recording.failed(self.root)


class Rolled:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.ledger = Ledger(Memory(), Actor("ada"), self.clock)
        self.record, leases = self.ledger.begin(["prod"], [WaveOfRoots(WAVE, ROOTS)], approved="d" * 64)
        self.world = World()
        leases.release()
        for root in ROOTS:
            self.ledger.bring(self.record.id, root, "planned", digest="0" * 64)
            self.ledger.bring(self.record.id, root, "approved")

    def process(self) -> Recording:
        record = self.ledger.read(self.record.id)
        return Recording(SESSION, self.ledger, record, None, self.ledger.roots(record))

    def state(self) -> RootState:
        return self.ledger.root(self.record.id, ROOT).state


class Scene:
    """What may happen, in any order; `number` chooses among those to whom it may."""

    def __init__(self) -> None:
        self.rolled = Rolled()
        self.workers: list[Worker] = []
        self.reads: list[Recording] = []  # of `next`s that go on later
        self.was_done = False

    def act(self, what: str, number: int) -> None:
        self._tick()
        getattr(self, what)(number)
        self._holds()

    def start(self, _number: int) -> None:
        self.workers.append(Worker(self.rolled, ROOT))

    def step(self, number: int) -> None:
        self._go_on(number, 1)

    def finish(self, number: int) -> None:
        self._go_on(number, 99)

    def kill(self, number: int) -> None:
        """Its Terraform goes on alone: it comes to its end now, or after all others."""
        for worker in self._chosen(number):
            self.workers.remove(worker)
            worker.is_alive = False
            worker.steps.close()
            if number % 2 and self.rolled.world.applying.get(ROOT) is worker:
                self.rolled.world.ends(ROOT)

    def renew(self, number: int) -> None:
        for worker in self._chosen(number):
            if worker.work is not None:
                worker.work.renew()

    def sleep(self, number: int) -> None:
        self.rolled.clock.advance(minutes=(3, 8, 20)[number % 3])

    def read(self, _number: int) -> None:
        self.reads.append(self.rolled.process())

    def settle(self, _number: int) -> None:
        with suppress(GoldsmithError, IndexError):
            _settle(self.reads.pop(0), ROOTS)

    def take_up(self, _number: int) -> None:
        with suppress(GoldsmithError, IndexError):
            self.reads.pop(0).take_up()

    def end(self) -> None:
        """All that live come to their end; then the rollout goes on, and is done."""
        while self.workers:
            self.act("finish", 0)
        self.rolled.clock.advance(hours=1)
        if ROOT in self.rolled.world.applying:
            self.rolled.world.ends(ROOT)
        for what in ("read", "settle", "read", "take_up", "start", "finish"):
            self.act(what, 0)
        assert self.rolled.state() in DONE
        assert self.rolled.world.applied[ROOT] == 1

    def _chosen(self, number: int) -> list[Worker]:
        return [self.workers[number % len(self.workers)]] if self.workers else []

    def _go_on(self, number: int, steps: int) -> None:
        for worker in self._chosen(number):
            for _ in range(steps):
                if worker.is_alive:
                    self._tick()
                    worker.go_on()
            if not worker.is_alive:
                self.workers.remove(worker)

    def _holds(self) -> None:
        """What is true at any moment."""
        state = self.rolled.state()
        assert sum(worker.has_root() for worker in self.workers) <= 1, "one has the root at most"
        assert self.rolled.world.applied[ROOT] <= 1, "it is applied once"
        assert state not in DONE or self.rolled.world.applied[ROOT] == 1, "what is done was applied"
        assert state in DONE or not self.was_done, "what is done stays so"
        self.was_done = state in DONE

    def _tick(self) -> None:
        """No two texts are the same."""
        self.rolled.clock.advance(milliseconds=1)


KINDS = ("start", "step", "step", "step", "finish", "kill", "renew", "sleep", "read", "settle", "take_up")
ACTIONS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5)), min_size=15, max_size=50)


def one_after_the_other(act: Callable[[str], T], roots: Iterable[str]) -> list[T]:
    """In the place of the threads that ask a store for several at once, which take most of the time here."""
    return [act(root) for root in roots]


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
@given(actions=ACTIONS)
def test_whatever_happens_a_root_is_applied_once_and_its_record_is_true(actions: list[tuple[str, int]]) -> None:
    with patch.object(leases, "each", one_after_the_other), patch.object(ledger, "each", one_after_the_other):
        scene = Scene()
        for what, number in actions:
            scene.act(what, number)
        scene.end()
