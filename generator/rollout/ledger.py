"""The durable journal of rollouts: begun, brought on root by root, ended or aborted, and read by any machine."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from generator.errors import JournalError, UsageError
from generator.rollout.build_records import BuildRecords
from generator.rollout.journal import Actor
from generator.rollout.leases import Clock, Leases, each, now_in_utc, read_lease, record_key, unlock
from generator.rollout.record import (
    NEXT_OF_ROLLOUT,
    BuildRecord,
    Lease,
    RolloutRecord,
    RolloutState,
    RootRecord,
    RootState,
    WaveOfRoots,
    from_text,
    moved,
    pending,
    to_text,
)
from generator.rollout.store import ConflictError, Store, Stored
from generator.rollout.work import Work, folder_of

FOLDER = "rollouts/"
_IN_WORDS = {"running": "runs", "succeeded": "has succeeded", "failed": "has failed", "aborted": "was aborted"}
_TRIES = 10  # of changes to a rollout, which few write


class Ledger:
    """`rollouts/ID/rollout.json`, `rollouts/ID/roots/ROOT.json` and the leases of a store."""

    def __init__(self, store: Store, actor: Actor, clock: Clock = now_in_utc, *, address: str = "") -> None:
        self.store = store
        self.address = address or store.place  # as another machine opens it, with its Region and key
        self._actor = actor
        self._clock = clock

    def begin(
        self,
        environments: Iterable[str],
        waves: Sequence[WaveOfRoots],
        *,
        approved: str = "",
        commit: str = "",
        state_bucket: str = "",
        state_region: str = "",
        to_commit: bool = False,
        all_at_once: bool = False,
    ) -> tuple[RolloutRecord, Leases]:
        """A rollout with all of its roots held and pending. Raises HeldError where another has one of them."""
        now = self._clock()
        record = RolloutRecord(
            id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
            environments=tuple(environments),
            waves=tuple(waves),
            approved=approved,
            commit=commit,
            to_commit=to_commit,
            all_at_once=all_at_once,
            actor=self._actor,
            state="running",
            started=now,
            state_bucket=state_bucket,
            state_region=state_region,
        )
        leases = self.leases(record.id)
        leases.take(record.roots)
        try:
            self.store.create(record_key(record.id), to_text(record))
            each(lambda root: self.store.create(*self._pending(record.id, root)), record.roots)
        except BaseException:
            leases.release()
            raise
        return record, leases

    def resume(self, id: str) -> tuple[RolloutRecord, Leases]:
        """One that stopped, or whose run died, with all of its roots held again.

        Raises HeldError where one of them is held, JournalError where it has ended well or was aborted.
        """
        leases = self.leases(id)
        leases.take(self.read(id).roots)
        try:
            return self.reopen(id), leases
        except BaseException:
            leases.release()
            raise

    def leases(self, id: str) -> Leases:
        """Of this process, for a rollout; none is taken yet."""
        return Leases(self.store, id, self._actor, self._clock)

    def builds(self, id: str, environment: str) -> BuildRecords:
        """What its gates wait for."""
        return BuildRecords(self.store, id, environment, self._actor, self._clock)

    def all_builds(self, id: str) -> list[BuildRecord]:
        """What the gates of a rollout wait for, or have waited for, by environment and image."""

        def read(key: str) -> BuildRecord | None:
            stored = self.store.read(key)
            return from_text(BuildRecord, stored.text, f"{self.store.place}/{key}") if stored else None

        return [record for record in each(read, self.store.list(f"{FOLDER}{id}/builds/")) if record is not None]

    def work(self, id: str, root: str, coordinator: Leases | None = None) -> Work:
        """Of this process, on a root of a rollout, which it may coordinate; not taken yet."""
        return Work(self.store, id, root, self._actor, self._clock, coordinator=coordinator)

    def bring(self, id: str, root: str, state: RootState, seen: RootRecord | None = None, **facts: Any) -> RootRecord:
        """A root into its next state. Raises JournalError where it cannot come there.

        Raises ConflictError where another wrote meanwhile: since it was `seen` so, if that is given.
        """
        record, etag = self._root(id, root)
        if seen is not None and _is_other(record, seen):
            raise ConflictError(
                f"{root}: is {record.state} in the journal by now, which another process of rollout {id} wrote."
            )
        record = moved(record, state, self._actor, self._clock(), **facts)
        self.store.replace(_root_key(id, root), to_text(record), etag)
        return record

    def root(self, id: str, root: str) -> RootRecord:
        return self._root(id, root)[0]

    def reopen(self, id: str) -> RolloutRecord:
        """One that stopped goes on. Raises JournalError where it has ended well or was aborted."""
        return self._change(id, _running)

    def passes(self, id: str, passed: Callable[[tuple[str, ...]], Iterable[str]]) -> RolloutRecord:
        """Note the waves whose bake and gates are behind them, told by those that were noted until now."""
        return self._change(id, lambda record: replace(record, passed=tuple(passed(record.passed))))

    def end(self, id: str, state: RolloutState, reason: str = "", waits_for: str = "") -> RolloutRecord:
        """One that has ended stays as it is, such as one that was aborted meanwhile.

        `waits_for` is the wave whose approval would have it go on.
        """

        def ended(record: RolloutRecord) -> RolloutRecord:
            if record.state != "running":
                return record
            return _brought(record, state, ended=self._clock(), reason=reason, waits_for=waits_for)

        return self._change(id, ended)

    def abort(self, id: str, reason: str) -> RolloutRecord:
        """Its runs begin no further root. Raises JournalError where it has ended well, or is aborted already."""
        facts = {"ended": self._clock(), "reason": reason, "ended_by": self._actor}
        return self._change(id, lambda record: _brought(record, "aborted", **facts))

    def unlock(self, id: str) -> list[Lease]:
        """End the leases that a rollout holds. Raises JournalError where their holder runs on this machine."""
        record = self.read(id)
        of_workers = unlock(self.store, id, self._worked_on(record), self._actor, self._clock(), folder_of(id))
        return of_workers + unlock(self.store, id, record.roots, self._actor, self._clock())

    def read(self, id: str) -> RolloutRecord:
        return from_text(RolloutRecord, self._stored(record_key(id)).text, f"{self.store.place}/{record_key(id)}")

    def roots(self, record: RolloutRecord) -> list[RootRecord]:
        """In the order of its waves. One that is not written yet, as its rollout just begins, is pending."""

        def read(root: str) -> RootRecord:
            key = _root_key(record.id, root)
            stored = self.store.read(key)
            if stored is None:
                return pending(root, record.actor, record.started)
            return from_text(RootRecord, stored.text, f"{self.store.place}/{key}")

        return each(read, record.roots)

    def held(self, record: RolloutRecord) -> list[Lease]:
        """The leases that it has not released, expired ones too; a root at which a worker is has two."""
        found = each(lambda root: read_lease(self.store, root), record.roots)
        found += each(lambda root: read_lease(self.store, root, folder_of(record.id)), self._worked_on(record))
        return [lease for lease in found if lease and lease.rollout == record.id and lease.released is None]

    def ids(self) -> list[str]:
        """Newest first."""
        parts = [key.split("/") for key in self.store.list(FOLDER)]
        return sorted({part[1] for part in parts if part[-1] == "rollout.json" and len(part) == 3}, reverse=True)

    def find(self, beginning: str | None) -> str:
        """The id that begins so, or the newest. Raises UsageError where there is none, or more than one."""
        ids = self.ids()
        found = ids[:1] if beginning is None else [id for id in ids if id.startswith(beginning)]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise UsageError(
                f"{beginning}: so begin {len(found)} rollouts, {found[-1]} to {found[0]}. Give more of it."
            )
        asked = f"{beginning}: there is no such rollout" if beginning else "there is no rollout"
        raise UsageError(f"{asked} in {self.store.place}. See: goldsmith rollout history")

    def _root(self, id: str, root: str) -> tuple[RootRecord, str]:
        stored = self._stored(_root_key(id, root))
        return from_text(RootRecord, stored.text, f"{self.store.place}/{_root_key(id, root)}"), stored.etag

    def _worked_on(self, record: RolloutRecord) -> list[str]:
        """The roots that ever had a worker."""
        folder = folder_of(record.id)
        return sorted(
            {key.removeprefix(folder).removesuffix(".json") for key in self.store.list(folder)} & {*record.roots}
        )

    def _pending(self, id: str, root: str) -> tuple[str, str]:
        return _root_key(id, root), to_text(pending(root, self._actor, self._clock()))

    def _change(self, id: str, change: Callable[[RolloutRecord], RolloutRecord]) -> RolloutRecord:
        """Read, change and replace; again where another was faster."""
        for _ in range(_TRIES):
            stored = self._stored(record_key(id))
            record = change(from_text(RolloutRecord, stored.text, f"{self.store.place}/{record_key(id)}"))
            try:
                self.store.replace(record_key(id), to_text(record), stored.etag)
            except ConflictError:
                continue
            return record
        raise ConflictError(f"{self.store.place}/{record_key(id)}: others write it all the time. Try again.")

    def _stored(self, key: str) -> Stored:
        stored = self.store.read(key)
        if stored is None:
            raise JournalError(f"{self.store.place}/{key}: is not there any more. See: goldsmith rollout history")
        return stored


def _brought(record: RolloutRecord, state: RolloutState, **facts: Any) -> RolloutRecord:
    if state not in NEXT_OF_ROLLOUT[record.state]:
        raise JournalError(f"{record.id}: {_IN_WORDS[record.state]}, so it cannot become {state}.")
    return replace(record, state=state, **facts)


def _running(record: RolloutRecord) -> RolloutRecord:
    if record.state == "running":  # its run died
        return record
    return _brought(record, "running", ended=None, reason="", waits_for="")


def _is_other(record: RootRecord, seen: RootRecord) -> bool:
    """What is pending is not always written yet."""
    if record.state == seen.state == "pending":
        return False
    return (record.state, record.changed) != (seen.state, seen.changed)


def _root_key(id: str, root: str) -> str:
    return f"{FOLDER}{id}/roots/{root}.json"
