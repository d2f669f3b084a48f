"""Who works on which root: one lease for each, so that two runs never work on one root at once.

A lease is taken by creating it, or by replacing one that was released or has expired, and only as it was read: of two
that take it one gets it. Holders renew theirs in time. A lease is never deleted.

There are two levels. `leases/ROOT.json` says which rollout has a root; `rollouts/ID/work/ROOT.json`, which of that
rollout's processes works on it (see generator.rollout.work).

Times are those of each machine's own clock. A lease counts for GRACE longer with others than with its holder, who
stops in time also where the clocks differ by less than that.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from generator.errors import AwsError, GoldsmithError, JournalError
from generator.rollout.holders import described, is_gone, process_of, runs_here
from generator.rollout.journal import Actor
from generator.rollout.record import Lease, from_text, to_text
from generator.rollout.store import ConflictError, Store

FOLDER = "leases/"
DURATION = timedelta(minutes=15)
RENEWAL = timedelta(minutes=5)  # two may fail in a row
GRACE = timedelta(minutes=2)
_WRITERS = 8  # an S3 request takes tens of milliseconds, whatever else happens

Clock = Callable[[], datetime]
T = TypeVar("T")


def now_in_utc() -> datetime:
    return datetime.now(UTC)


class HeldError(JournalError):
    """Another run works on the root."""

    def __init__(self, leases: Iterable[Lease], now: datetime) -> None:
        self.leases = tuple(leases)
        told = [f"{lease.root}: {described(lease, now)}" for lease in self.leases[:3]]
        more = [f"and {len(self.leases) - 3} more roots"] if len(self.leases) > 3 else []
        rollout = self.leases[0].rollout
        super().__init__(
            "\n".join([*told, *more])
            + "\nOnly one run works on a root. Wait for it, or stop it; if it is dead, make them free with: "
            + f"goldsmith rollout unlock {rollout} --confirm"
        )


class LostError(JournalError):
    """A lease of ours is no more: nothing may be applied by it."""


def key_of(root: str, folder: str = FOLDER) -> str:
    return f"{folder}{root}.json"


class Leases:
    """The leases of one process for one rollout. Threads may share it.

    What another process of the same rollout holds is taken where that `yields`: at once when it is dead for certain.
    """

    def __init__(
        self,
        store: Store,
        rollout: str,
        actor: Actor,
        clock: Clock = now_in_utc,
        *,
        folder: str = FOLDER,
        yields: Callable[[Lease], bool] = is_gone,
    ) -> None:
        self._store = store
        self._rollout = rollout
        self._actor = actor
        self._clock = clock
        self._folder = folder
        self._yields = yields
        self.taken_over: list[Lease] = []  # what processes of this rollout held that are dead
        self._token = secrets.token_hex(8)
        self._lock = threading.Lock()  # of the two below
        self._writing = threading.Lock()  # a lease is not renewed and released at once
        self._held: dict[str, tuple[Lease, str]] = {}  # by root, with its etag
        self._lost: dict[str, str] = {}  # by root, why

    def take(self, roots: Iterable[str]) -> None:
        """All of them, or none. Raises HeldError, JournalError, AwsError.

        One after the other in the order of their names: of runs that begin together and meet, the one that has the last
        root which any of them reached has no other in its way, so that they never all refuse each other.
        """
        names = sorted(roots)
        try:
            held = [lease for lease in each(self._in_the_way, names) if lease is not None]
            for root in names if not held else ():
                lease = self._take_one(root)
                if lease is not None:
                    held = [lease]
                    break
            if held:
                raise HeldError(held, self._clock())
        except BaseException:
            self.release()
            raise

    def require(self, root: str) -> None:
        """Raise LostError unless the root is still ours. To be asked before anything in it is changed."""
        with self._lock:
            lease, _ = self._held.get(root, (None, ""))
            why = self._lost.get(root, "it was never taken, or has been released")
        if lease is None:
            raise LostError(f"{root}: is not held any more ({why}). Nothing was applied in it by this run.")
        if self._clock() >= lease.expires:
            raise LostError(f"{root}: could not be renewed in time, so others may have it. Run it again.")

    def is_superseded(self, roots: Iterable[str] | None = None) -> bool:
        """Whether another process of the same rollout has one of these roots, or of those that were ours: it went on,
        and what becomes of them is for it to say. Raises JournalError, AwsError.
        """
        return any(each(self._has_another, self._no_more() if roots is None else roots))

    def renew(self) -> bool:
        """All that are held; False where the store failed, and the next renewal may work. What another took is lost."""
        with self._writing:
            return all(each(self._renew_one, self._ours()))

    def release(self, roots: Iterable[str] | None = None) -> None:
        """Some of them, or all. One that could not be released expires by itself."""
        with self._writing:
            each(self._release_one, self._ours() if roots is None else sorted({*roots} & {*self._ours()}))

    def renewed(self, every: timedelta = RENEWAL) -> AbstractContextManager[None]:
        """Renew in the background, and release all at the end."""
        return renewed(self, every)

    def _in_the_way(self, root: str) -> Lease | None:
        lease = read_lease(self._store, root, self._folder)
        return lease if lease is not None and self._keeps_out(lease) else None

    def _keeps_out(self, lease: Lease) -> bool:
        if lease.token == self._token or not stands(lease, self._clock()):
            return False
        if lease.rollout == self._rollout:
            return not self._yields(lease)
        return not (is_gone(lease) and self._never_began(lease.rollout))

    def _never_began(self, rollout: str) -> bool:
        """Whether it took roots, and died before it was on record: then nobody could resume or unlock it."""
        return self._store.read(record_key(rollout)) is None

    def _take_one(self, root: str) -> Lease | None:
        """The lease of another, where that stands in the way."""
        now = self._clock()
        ours = Lease(
            *(root, self._rollout, self._actor, socket.gethostname(), os.getpid(), self._token),
            *(now, now, now + DURATION),
            process=process_of(os.getpid()),
        )
        key = key_of(root, self._folder)
        stored = self._store.read(key)
        try:
            if stored is None:
                etag = self._store.create(key, to_text(ours))
            else:
                there = read_text(stored.text, self._store, root, self._folder)
                if self._keeps_out(there):
                    return there
                etag = self._store.replace(key, to_text(ours), stored.etag)
                if there.token != self._token and stands(there, now):
                    self.taken_over.append(there)
        except ConflictError:
            faster = read_lease(self._store, root, self._folder)
            if faster is None:
                raise
            return faster
        with self._lock:
            self._held[root] = ours, etag
        return None

    def _has_another(self, root: str) -> bool:
        lease = read_lease(self._store, root, self._folder)
        return (
            lease is not None
            and lease.rollout == self._rollout
            and lease.token != self._token
            and stands(lease, self._clock())
        )

    def _no_more(self) -> list[str]:
        now = self._clock()
        with self._lock:
            return [*self._lost, *(root for root, (lease, _) in self._held.items() if now >= lease.expires)]

    def _ours(self) -> list[str]:
        with self._lock:
            return list(self._held)

    def _renew_one(self, root: str) -> bool:
        with self._lock:
            lease, etag = self._held[root]
        now = self._clock()
        renewed = replace(lease, renewed=now, expires=now + DURATION)
        try:
            self._write(renewed, etag)
        except ConflictError:
            if not self._renew_ours(renewed):
                self._lose(root, self._whose(root, now))
        except (JournalError, AwsError):
            return False
        return True

    def _renew_ours(self, renewed: Lease) -> bool:
        """Whether what is there is ours all the same: a write whose answer got lost on its way."""
        with suppress(JournalError, AwsError):
            stored = self._store.read(key_of(renewed.root, self._folder))
            there = read_text(stored.text, self._store, renewed.root, self._folder) if stored else None
            if stored is not None and there is not None and there.token == self._token and there.released is None:
                self._write(renewed, stored.etag)
                return True
        return False

    def _whose(self, root: str, now: datetime) -> str:
        """Who has a root that was ours."""
        with suppress(JournalError, AwsError):
            taken = read_lease(self._store, root, self._folder)
            if taken is not None:
                return described(taken, now)
        return "another run took it"

    def _release_one(self, root: str) -> None:
        with self._lock:
            lease, etag = self._held[root]
        with suppress(GoldsmithError):  # it is another's, or expires
            self._write(replace(lease, released=self._clock()), etag)
        self._lose(root, "it has been released")

    def _write(self, lease: Lease, etag: str) -> None:
        written = self._store.replace(key_of(lease.root, self._folder), to_text(lease), etag)
        with self._lock:
            self._held[lease.root] = lease, written

    def _lose(self, root: str, why: str) -> None:
        with self._lock:
            self._held.pop(root, None)
            self._lost[root] = why


class Renewable(Protocol):
    def renew(self) -> bool: ...
    def release(self) -> None: ...


@contextmanager
def renewed(held: Renewable, every: timedelta = RENEWAL) -> Iterator[None]:
    """Renew in the background what is held, soon again where that failed, and release it at the end."""
    stop = threading.Event()

    def go_on() -> None:
        pause = every
        while not stop.wait(pause.total_seconds()):
            pause = every if held.renew() else every / 5

    thread = threading.Thread(target=go_on, name="leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        held.release()


def each(act: Callable[[str], T], roots: Iterable[str]) -> list[T]:
    """The answers for all of them, in their order; a store is asked for several at once."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        return list(pool.map(act, roots))


def record_key(rollout: str) -> str:
    """Of the record of a rollout as a whole."""
    return f"rollouts/{rollout}/rollout.json"


def stands(lease: Lease, now: datetime) -> bool:
    """Whether others have to leave the root to its holder."""
    return lease.is_held(now - GRACE)


def read_text(text: str, store: Store, root: str, folder: str = FOLDER) -> Lease:
    return from_text(Lease, text, f"{store.place}/{key_of(root, folder)}")


def read_lease(store: Store, root: str, folder: str = FOLDER) -> Lease | None:
    stored = store.read(key_of(root, folder))
    return read_text(stored.text, store, root, folder) if stored else None


def unlock(
    store: Store, rollout: str, roots: Iterable[str], actor: Actor, now: datetime, folder: str = FOLDER
) -> list[Lease]:
    """Make roots free that a rollout holds; returns the leases that were ended.

    Raises JournalError where the holder is a process of this machine that still runs, before anything is done.
    """
    found = [(root, stored) for root in roots if (stored := store.read(key_of(root, folder)))]
    held = [(read_text(stored.text, store, root, folder), stored.etag) for root, stored in found]
    held = [(lease, etag) for lease, etag in held if lease.rollout == rollout and lease.released is None]
    for lease, _ in held:
        if stands(lease, now) and runs_here(lease):
            raise JournalError(
                f"{lease.root}: {described(lease, now)}; that process runs on this machine. Stop it first, with: "
                f"kill {lease.pid}"
            )
    for lease, etag in held:
        store.replace(key_of(lease.root, folder), to_text(replace(lease, released=now, released_by=actor)), etag)
    return [lease for lease, _ in held]
