"""Who was overtaken, as a machine that slept or a command that read before another wrote, changes no record."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generator.aws import UnreachableError
from generator.commands.dask_engine import DaskEngine, connect
from generator.commands.local_engine import LocalEngine
from generator.commands.recording import Recording, _kept
from generator.commands.rollout_next import _settle
from generator.errors import RolloutError
from generator.rollout import leases as leases_module
from generator.rollout.conductor import RolloutStoppedError
from generator.rollout.journal import Actor
from generator.rollout.leases import Leases, LostError, renewed
from generator.rollout.ledger import Ledger
from generator.rollout.record import RootState, WaveOfRoots
from generator.rollout.store import ConflictError, DirectoryStore
from generator.rollout.work import Work
from tests.rollout.clocks import StillClock

WEB, DATA = "prod/web/us-east-1", "prod/data/us-east-1"
SESSION: Any = SimpleNamespace(roots=[])


class Rolled:
    """A rollout of two approved roots that nobody holds, as different processes see it."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock()
        self.store = DirectoryStore(folder)
        self.ledger = Ledger(self.store, Actor("ada"), self.clock)
        self.record, leases = self.ledger.begin(["prod"], [WaveOfRoots("prod/targets", (WEB, DATA))], approved="d" * 64)
        leases.release()
        for root in (WEB, DATA):
            self.ledger.bring(self.record.id, root, "planned", digest="0" * 64)
            self.ledger.bring(self.record.id, root, "approved")

    def process(self, leases: Leases | None = None) -> Recording:
        """What a process knows that reads the record now; a moment later."""
        self.clock.advance(seconds=1)
        record = self.ledger.read(self.record.id)
        return Recording(SESSION, self.ledger, record, leases, self.ledger.roots(record))

    def coordinator(self) -> Leases:
        return self.ledger.resume(self.record.id)[1]

    def bring(self, root: str, *states: RootState) -> None:
        self.clock.advance(seconds=1)
        for state in states:
            self.ledger.bring(self.record.id, root, state)

    def state(self, root: str) -> RootState:
        return self.ledger.root(self.record.id, root).state


@pytest.fixture
def rolled(tmp_path: Path) -> Rolled:
    return Rolled(tmp_path)


def test_what_another_process_wrote_since_is_not_written_over(rolled: Rolled) -> None:
    slept = rolled.process()
    slept.bring(WEB, "planned")
    rolled.bring(WEB, "planned", "applying")
    with pytest.raises(ConflictError, match="is applying in the journal by now"):
        slept.bring(WEB, "planned")
    rolled.bring(WEB, "applied")
    slept.failed(WEB, reason="plan failed")
    assert rolled.state(WEB) == "applied"
    slept.refresh()
    slept.bring(WEB, "verified")
    assert rolled.state(WEB) == "verified"


def test_a_write_whose_answer_was_lost_is_no_other_process(rolled: Rolled, monkeypatch: pytest.MonkeyPatch) -> None:
    process, replace = rolled.process(), rolled.store.replace

    def lose_answer(*arguments: str) -> str:
        replace(*arguments)
        raise UnreachableError("AWS does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(rolled.store, "replace", lose_answer)
        with pytest.raises(UnreachableError):
            process.bring(WEB, "applying")
    process.failed(WEB)
    assert rolled.state(WEB) == "failed"


def test_what_a_worker_finished_just_now_is_not_settled_as_failed(rolled: Rolled) -> None:
    rolled.bring(WEB, "applying")
    asked = rolled.process()
    rolled.bring(WEB, "applied")
    working = rolled.ledger.work(rolled.record.id, DATA)
    working.take()
    _settle(asked, (WEB, DATA))
    assert (rolled.state(WEB), rolled.state(DATA)) == ("applied", "approved")
    working.release()
    _settle(asked, (WEB, DATA))
    assert (rolled.state(WEB), rolled.state(DATA)) == ("applied", "failed")


def test_a_coordinator_that_was_overtaken_neither_fails_a_root_nor_ends_the_rollout(rolled: Rolled) -> None:
    slept = rolled.coordinator()
    recording = rolled.process(slept)
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(LostError))
        stack.enter_context(_kept(recording, slept))
        rolled.clock.advance(hours=1)
        rolled.coordinator()
        recording.applies(WEB)
    assert rolled.state(WEB) == "approved"
    assert rolled.ledger.read(rolled.record.id).state == "running"


def test_a_coordinator_that_nobody_overtook_says_why_it_stopped(rolled: Rolled) -> None:
    leases = rolled.coordinator()
    recording = rolled.process(leases)
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(LostError))
        stack.enter_context(_kept(recording, leases))
        rolled.clock.advance(hours=1)
        recording.applies(WEB)
    assert rolled.state(WEB) == "failed"
    assert rolled.ledger.read(rolled.record.id).state == "failed"


def test_a_coordinator_does_not_take_its_own_lease_for_one_that_is_left(rolled: Rolled) -> None:
    leases = rolled.coordinator()
    work = rolled.process(leases).work(WEB)
    rolled.clock.advance(minutes=9)
    work.take()
    leases.renew()
    leases.require(WEB)
    work.release()


def test_a_worker_that_was_overtaken_knows_it(rolled: Rolled) -> None:
    slept = rolled.ledger.work(rolled.record.id, WEB)
    slept.take()
    rolled.clock.advance(hours=1)
    assert not slept.is_superseded()
    rolled.ledger.work(rolled.record.id, WEB).take()
    assert slept.is_superseded()
    with pytest.raises(LostError):
        slept.require(WEB)


def test_a_renewal_whose_answer_was_lost_loses_no_lease(rolled: Rolled, monkeypatch: pytest.MonkeyPatch) -> None:
    leases = rolled.coordinator()
    replace = rolled.store.replace

    def lose_answer(*arguments: str) -> str:
        replace(*arguments)
        raise UnreachableError("AWS does not answer")

    rolled.clock.advance(minutes=5)
    with monkeypatch.context() as patch:
        patch.setattr(rolled.store, "replace", lose_answer)
        assert not leases.renew()
    rolled.clock.advance(minutes=1)
    assert leases.renew()
    leases.require(WEB)
    # What a person made free is not taken back.
    key = leases_module.key_of(WEB)
    stored = rolled.store.read(key)
    assert stored is not None
    rolled.store.replace(
        key, stored.text.replace('"released": null', '"released": "2026-03-01T12:06:00Z"'), stored.etag
    )
    leases.renew()
    with pytest.raises(LostError):
        leases.require(WEB)


def test_a_renewal_that_failed_is_made_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: Iterator[bool] = iter([False, False, True])
    pauses: list[float] = []
    held = SimpleNamespace(renew=lambda: next(outcomes), release=lambda: None)

    class Event:
        def wait(self, seconds: float) -> bool:
            pauses.append(seconds)
            return len(pauses) == 4

        def set(self) -> None:
            pass

    monkeypatch.setattr(leases_module.threading, "Event", Event)
    monkeypatch.setattr(leases_module.threading, "Thread", Now)
    with renewed(held, timedelta(seconds=300)):
        pass
    assert pauses == [300, 60, 60, 300]


class Now:
    """A thread that does all it does at once."""

    def __init__(self, target: Any, **_: object) -> None:
        self.start = target

    def join(self) -> None:
        pass


def test_two_that_note_waves_at_once_lose_none(rolled: Rolled) -> None:
    first, second = rolled.process(), rolled.process()
    first.passes("prod/canaries")
    second.passes("prod/early#1")
    first.passes("prod/early")
    second.passes("prod/canaries")
    assert set(rolled.ledger.read(rolled.record.id).passed) == {"prod/canaries", "prod/early"}


def test_one_that_is_taken_up_halfway_has_still_failed(rolled: Rolled) -> None:
    """So that what was not taken up is by the next who goes on, rather than passed over as skipped."""
    rolled.bring(WEB, "failed")
    rolled.bring(DATA, "skipped")
    rolled.ledger.end(rolled.record.id, "failed", "too many failed")
    cut_off = rolled.process()
    cut_off.bring(WEB, "planned")
    again = rolled.process()
    again.take_up()
    assert rolled.ledger.read(rolled.record.id).state == "failed"
    again.reopen()
    assert (rolled.state(DATA), again.record.state) == ("approved", "running")


def test_none_begins_to_work_where_work_is_kept_off(rolled: Rolled) -> None:
    work: Work = rolled.ledger.work(rolled.record.id, WEB)
    with work.kept_off() as is_free:
        assert is_free
        with rolled.ledger.work(rolled.record.id, WEB).kept_off() as is_free_too:
            assert not is_free_too
    assert not work.is_taken()


def test_an_engine_counts_what_had_failed_before_its_roots_begin() -> None:
    wave: Any = SimpleNamespace(concurrency=lambda failures: max(0, 3 - failures))
    engine = LocalEngine(SESSION, SimpleNamespace(), SimpleNamespace(), {})  # type: ignore[arg-type]
    assert [engine._pace(wave, 1, failures) for failures in (0, 1, 2)] == [2, 1, 0]


def test_a_scheduler_without_certificates_is_told() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(RolloutError, match="tls://HOST:8786 with the certificates"):
        connect("tls://127.0.0.1:1")


def test_a_scheduler_that_is_lost_stops_the_rollout(monkeypatch: pytest.MonkeyPatch) -> None:
    """`distributed.wait` raises so within seconds of the scheduler's end."""
    distributed = pytest.importorskip("distributed")

    def lost(*_: object, **__: object) -> None:
        raise CancelledError("scheduler-connection-lost")

    monkeypatch.setattr(distributed, "wait", lost)
    record = SimpleNamespace(state="approved", reason="")
    free = SimpleNamespace(is_taken=lambda: False)
    recording: Any = SimpleNamespace(records=lambda: {WEB: record}, work=lambda _: free, address="")
    cancelled: list[object] = []
    client = SimpleNamespace(submit=lambda *_, **__: "task", cancel=cancelled.extend)
    wave: Any = SimpleNamespace(
        id="prod/targets", roots=(SimpleNamespace(name=WEB),), failure_tolerance=0, concurrency=lambda _: 1
    )
    engine = DaskEngine(client, recording, {WEB: "0" * 64}, [], "/srv", None)
    with pytest.raises(RolloutStoppedError, match="resume"):
        engine.apply(wave, wave.roots)
    assert cancelled == ["task"]
