"""A worker has a root of its rollout beside the coordinator, alone among workers, and after a coordinator's death."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.rollout.journal import Actor
from generator.rollout.leases import HeldError, Leases, LostError, key_of, read_lease
from generator.rollout.record import to_text
from generator.rollout.store import DirectoryStore
from generator.rollout.work import OVERDUE, BusyError, Work, folder_of
from tests.rollout.clocks import StillClock

ROOT = "prod/web/us-east-1"
ADA = Actor("ada")
OURS = "20260301-120000-3f9a1c"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


def work_of(store: DirectoryStore, clock: StillClock, rollout: str = OURS) -> Work:
    return Work(store, rollout, ROOT, ADA, clock)


def holder_of(store: DirectoryStore) -> tuple[str, bool]:
    """Whose the root is, and whether it was given back."""
    lease = read_lease(store, ROOT)
    assert lease is not None
    return lease.token, lease.released is not None


def test_its_coordinators_lease_is_left_alone(store: DirectoryStore, clock: StillClock) -> None:
    coordinator = Leases(store, OURS, ADA, clock)
    coordinator.take([ROOT])
    before = holder_of(store)
    work = work_of(store, clock)
    work.take()
    work.require(ROOT)
    assert work_of(store, clock).is_taken()
    work.release()
    assert holder_of(store) == before
    coordinator.require(ROOT)
    assert not work.is_taken()


def test_one_process_of_a_rollout_works_on_a_root(store: DirectoryStore, clock: StillClock) -> None:
    Leases(store, OURS, ADA, clock).take([ROOT])
    work_of(store, clock).take()
    with pytest.raises(BusyError, match="held by ada"):
        work_of(store, clock).take()


def test_what_another_rollout_holds_is_not_worked_on(store: DirectoryStore, clock: StillClock) -> None:
    Leases(store, "20260301-110000-000000", ADA, clock).take([ROOT])
    work = work_of(store, clock)
    with pytest.raises(HeldError, match="for rollout 20260301-110000-000000") as refused:
        work.take()
    assert not isinstance(refused.value, BusyError)
    assert not work.is_taken()


def test_without_a_coordinator_it_holds_the_root_itself(store: DirectoryStore, clock: StillClock) -> None:
    work = work_of(store, clock)
    work.take()
    with pytest.raises(HeldError):
        Leases(store, "20260301-130000-000000", ADA, clock).take([ROOT])
    for _ in range(3):
        clock.advance(minutes=10)
        work.renew()
        work.require(ROOT)
    work.release()
    assert holder_of(store)[1]


def test_of_a_coordinator_that_renews_no_more_it_takes_over_in_time(store: DirectoryStore, clock: StillClock) -> None:
    coordinator = Leases(store, OURS, ADA, clock)
    coordinator.take([ROOT])
    work = work_of(store, clock)
    work.take()
    clock.now += OVERDUE
    work.renew()
    coordinator.require(ROOT)
    clock.advance(seconds=1)
    work.renew()
    coordinator.renew()
    with pytest.raises(LostError):
        coordinator.require(ROOT)
    clock.advance(minutes=10)
    work.require(ROOT)


def test_a_worker_that_slept_applies_nothing_more(store: DirectoryStore, clock: StillClock) -> None:
    work = work_of(store, clock)
    work.take()
    clock.advance(hours=1)
    Leases(store, "20260301-130000-000000", ADA, clock).take([ROOT])
    with pytest.raises(LostError):
        work.require(ROOT)
    work.renew()
    with pytest.raises(HeldError):
        work.require(ROOT)


def test_a_dead_workers_root_is_taken_at_once(store: DirectoryStore, clock: StillClock) -> None:
    work_of(store, clock).take()
    for key in (key_of(ROOT), key_of(ROOT, folder_of(OURS))):
        stored = store.read(key)
        lease = read_lease(store, ROOT, key.removesuffix(f"{ROOT}.json"))
        assert stored is not None
        assert lease is not None
        assert lease.process is not None
        earlier = replace(lease, process=replace(lease.process, started=lease.process.started - 1))
        store.replace(key, to_text(earlier), stored.etag)
    work_of(store, clock).take()
