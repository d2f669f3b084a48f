"""Only one run has a root: others are told who, a dead one's is taken when it has expired, and it knows of its loss."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from generator.errors import JournalError
from generator.rollout.journal import Actor
from generator.rollout.leases import (
    DURATION,
    GRACE,
    HeldError,
    Leases,
    LostError,
    key_of,
    read_lease,
    record_key,
    unlock,
)
from generator.rollout.record import Lease, to_text
from generator.rollout.store import ConflictError, DirectoryStore
from tests.rollout.clocks import StillClock

ROOT, OTHER = "prod/web/us-east-1", "prod/data/us-east-1"
ADA, GRACE_H = Actor("ada", "https://ci.example.com/7"), Actor("grace")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


def lease_of(store: DirectoryStore, root: str = ROOT) -> Lease:
    lease = read_lease(store, root)
    assert lease is not None
    return lease


def elsewhere(store: DirectoryStore, clock: StillClock, **facts: object) -> None:
    """Make ROOT's holder a process of another machine, or of whatever `facts` say."""
    stored = store.read(key_of(ROOT))
    assert stored is not None
    changed = replace(lease_of(store), **{"host": "ci-7", **facts})  # type: ignore[arg-type]
    store.replace(key_of(ROOT), to_text(changed), stored.etag)


def test_a_second_run_is_told_who_holds_what(store: DirectoryStore, clock: StillClock) -> None:
    Leases(store, "first", ADA, clock).take([ROOT])
    elsewhere(store, clock, pid=4711)
    clock.advance(minutes=6)
    with pytest.raises(HeldError) as refused:
        Leases(store, "second", GRACE_H, clock).take([OTHER, ROOT])
    assert str(refused.value) == (
        "prod/web/us-east-1: held by ada (process 4711 on ci-7, https://ci.example.com/7) for rollout first, taken "
        "6 min ago, renewed 6 min ago, expires in 9 min\n"
        "Only one run works on a root. Wait for it, or stop it; if it is dead, make them free with: "
        "goldsmith rollout unlock first --confirm"
    )
    Leases(store, "third", GRACE_H, clock).take([OTHER])  # which the second one gave back


def test_of_many_roots_the_first_are_named(store: DirectoryStore, clock: StillClock) -> None:
    roots = [f"prod/a{number}/us-east-1" for number in range(5)]
    Leases(store, "first", ADA, clock).take(roots)
    with pytest.raises(HeldError, match=r"(?s)a0/us-east-1: held.*a2/us-east-1: held.*\nand 2 more roots\n"):
        Leases(store, "second", GRACE_H, clock).take(roots)


def test_of_runs_that_begin_together_one_has_the_roots(tmp_path: Path) -> None:
    def take(number: int) -> bool:
        try:
            Leases(DirectoryStore(tmp_path), str(number), ADA).take([ROOT])
        except HeldError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_runs_that_begin_together_never_all_refuse_each_other(tmp_path: Path) -> None:
    """Each has some roots of its own and shares others, in every order: at least one has all of its own in the end."""
    sets = [["a", "b", "c", "d"], ["d", "c", "b", "e"], ["e", "d", "a"], ["b", "d", "f", "e"]]

    for attempt in range(5):
        store = DirectoryStore(tmp_path / str(attempt))
        begin = Barrier(len(sets))

        def take(roots: list[str], store: DirectoryStore = store, begin: Barrier = begin) -> bool:
            leases = Leases(store, roots[0], ADA)
            begin.wait()
            try:
                leases.take(f"prod/{root}/us-east-1" for root in roots)
            except HeldError:
                return False
            return True

        with ThreadPoolExecutor(len(sets)) as pool:
            assert sum(pool.map(take, sets)) == 1  # all of them share `d`


def test_what_was_released_is_free(store: DirectoryStore, clock: StillClock) -> None:
    first = Leases(store, "first", ADA, clock)
    first.take([ROOT, OTHER])
    first.release([ROOT])
    second = Leases(store, "second", GRACE_H, clock)
    second.take([ROOT])
    second.require(ROOT)
    first.require(OTHER)
    with pytest.raises(LostError, match="not held any more"):
        first.require(ROOT)


def test_an_expired_lease_is_taken_after_a_grace(store: DirectoryStore, clock: StillClock) -> None:
    first = Leases(store, "first", ADA, clock)
    first.take([ROOT])
    clock.now += DURATION + GRACE - timedelta(seconds=1)
    with pytest.raises(LostError, match="could not be renewed in time"):
        first.require(ROOT)
    with pytest.raises(HeldError, match="expired 1 min ago"):
        Leases(store, "second", GRACE_H, clock).take([ROOT])
    clock.advance(seconds=1)
    Leases(store, "second", GRACE_H, clock).take([ROOT])
    assert lease_of(store).rollout == "second"


def test_who_renews_keeps_it(store: DirectoryStore, clock: StillClock) -> None:
    leases = Leases(store, "first", ADA, clock)
    leases.take([ROOT])
    taken = lease_of(store).taken
    for _ in range(5):
        clock.advance(minutes=10)
        leases.renew()
        leases.require(ROOT)
    assert (lease_of(store).taken, lease_of(store).renewed) == (taken, clock.now)


def test_a_run_that_slept_learns_who_has_its_root(store: DirectoryStore, clock: StillClock) -> None:
    first = Leases(store, "first", ADA, clock)
    first.take([ROOT])
    clock.advance(hours=1)
    Leases(store, "second", GRACE_H, clock).take([ROOT])
    first.renew()
    with pytest.raises(LostError, match=r"not held any more \(held by grace .* for rollout second"):
        first.require(ROOT)
    first.release()
    assert lease_of(store).is_held(clock.now), "the other's lease stays"


def test_a_renewal_that_fails_is_made_up_for(tmp_path: Path, clock: StillClock) -> None:
    store = DirectoryStore(tmp_path / "journal")
    leases = Leases(store, "first", ADA, clock)
    leases.take([ROOT])
    (tmp_path / "journal").rename(tmp_path / "away")
    (tmp_path / "journal").touch()
    clock.advance(minutes=5)
    leases.renew()
    leases.require(ROOT)
    (tmp_path / "journal").unlink()
    (tmp_path / "away").rename(tmp_path / "journal")
    leases.renew()
    assert lease_of(store).renewed == clock.now


def test_a_block_renews_and_then_releases(store: DirectoryStore, clock: StillClock) -> None:
    leases = Leases(store, "first", ADA, clock)
    leases.take([ROOT])
    clock.advance(minutes=1)
    with leases.renewed(every=timedelta()):
        while lease_of(store).renewed != clock.now:
            pass
    assert lease_of(store).released == clock.now


def dead_pid() -> int:
    said = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], stdout=subprocess.PIPE, check=True)
    return int(said.stdout)


def test_a_dead_process_of_this_machine_is_named_so(store: DirectoryStore, clock: StillClock) -> None:
    store.create(record_key("first"), "{}")
    Leases(store, "first", ADA, clock).take([ROOT])
    pid = dead_pid()
    elsewhere(store, clock, host=socket.gethostname(), pid=pid)
    with pytest.raises(HeldError, match=rf"process {pid} on \S+, which is gone"):
        Leases(store, "second", GRACE_H, clock).take([ROOT])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell which process a pid is")
def test_what_a_run_took_that_died_before_it_was_on_record_is_free(store: DirectoryStore, clock: StillClock) -> None:
    Leases(store, "first", ADA, clock).take([ROOT])
    with pytest.raises(HeldError):  # it lives
        Leases(store, "second", GRACE_H, clock).take([ROOT])
    elsewhere(store, clock, host=socket.gethostname(), pid=dead_pid())
    second = Leases(store, "second", GRACE_H, clock)
    second.take([ROOT])
    assert [lease.rollout for lease in second.taken_over] == ["first"]


def test_unlocking_makes_the_roots_of_one_rollout_free(store: DirectoryStore, clock: StillClock) -> None:
    dead = Leases(store, "dead", ADA, clock)
    dead.take([ROOT])
    elsewhere(store, clock)
    Leases(store, "living", ADA, clock).take([OTHER])
    ended = unlock(store, "dead", [ROOT, OTHER, "prod/never/us-east-1"], GRACE_H, clock.now)
    assert [lease.root for lease in ended] == [ROOT]
    assert (lease_of(store).released, lease_of(store).released_by) == (clock.now, GRACE_H)
    assert lease_of(store, OTHER).released is None
    dead.renew()
    with pytest.raises(LostError, match="not held any more"):
        dead.require(ROOT)
    assert unlock(store, "dead", [ROOT], GRACE_H, clock.now) == []


def test_what_a_living_process_here_holds_is_not_unlocked(store: DirectoryStore, clock: StillClock) -> None:
    Leases(store, "first", ADA, clock).take([ROOT])
    with pytest.raises(
        JournalError, match=rf"that process runs on this machine\. Stop it first, with: kill {os.getpid()}"
    ):
        unlock(store, "first", [ROOT], GRACE_H, clock.now)


def test_a_lease_that_is_damaged_is_told(store: DirectoryStore, clock: StillClock, tmp_path: Path) -> None:
    Leases(store, "first", ADA, clock).take([ROOT])
    path = tmp_path / key_of(ROOT)
    path.write_text(path.read_text()[:40])
    with pytest.raises(JournalError, match=r"leases/prod/web/us-east-1.json: is damaged, as it is no JSON"):
        Leases(store, "second", GRACE_H, clock).take([ROOT])


class Gone(DirectoryStore):
    """Its creations meet another's, of which there is nothing to read."""

    def create(self, key: str, text: str) -> str:
        raise ConflictError(key)


def test_a_root_of_which_nothing_is_known_is_not_taken(tmp_path: Path, clock: StillClock) -> None:
    with pytest.raises(ConflictError):
        Leases(Gone(tmp_path), "first", ADA, clock).take([ROOT])
