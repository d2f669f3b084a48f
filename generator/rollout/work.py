"""A worker's right to a root: of its rollout nobody else works on it, and its rollout has it.

The work lease is the worker's own. The rollout's lease is usually its coordinator's, who renews it; where nobody does,
as between the jobs of a pipeline or after a coordinator's death, the worker takes it for as long as it works.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from generator.errors import AwsError, JournalError
from generator.rollout.holders import is_gone
from generator.rollout.journal import Actor
from generator.rollout.leases import RENEWAL, Clock, HeldError, Leases, LostError, now_in_utc, read_lease, stands
from generator.rollout.record import Lease
from generator.rollout.store import Store

OVERDUE = RENEWAL * 1.5


def folder_of(rollout: str) -> str:
    return f"rollouts/{rollout}/work/"


def is_overdue(lease: Lease, now: datetime) -> bool:
    """Whether its holder should have renewed it by now."""
    return now - lease.renewed > OVERDUE


class BusyError(HeldError):
    """Another process of the same rollout works on the root: what has to be done is being done."""


class Work:
    """One root, held by this process for its rollout. Threads may share it."""

    def __init__(
        self,
        store: Store,
        rollout: str,
        root: str,
        actor: Actor,
        clock: Clock = now_in_utc,
        *,
        coordinator: Leases | None = None,
    ) -> None:
        self.root = root
        self._store = store
        self._rollout = rollout
        self._clock = clock
        self._coordinator = coordinator  # of this very process
        self._taking = threading.Lock()  # the renewal and the work may ask at once
        self._work = Leases(store, rollout, actor, clock, folder=folder_of(rollout))
        self._roots = Leases(store, rollout, actor, clock, yields=self._is_left)

    def take(self) -> None:
        """Raises BusyError where another process of the rollout works on it, HeldError where another rollout has it,
        LostError where this process is the rollout's coordinator and has it no more.
        """
        try:
            self._work.take([self.root])
        except HeldError as error:
            raise BusyError(error.leases, self._clock()) from error
        try:
            self._have_rollout()
        except BaseException:
            self.release()
            raise

    @contextmanager
    def kept_off(self) -> Iterator[bool]:
        """Whether no other process works on it, and none begins to within the block."""
        try:
            self._work.take([self.root])
        except HeldError:
            yield False
            return
        try:
            yield True
        finally:
            self._work.release()

    def is_taken(self) -> bool:
        """Whether another process works on it."""
        lease = read_lease(self._store, self.root, folder_of(self._rollout))
        return lease is not None and stands(lease, self._clock()) and not is_gone(lease)

    def require(self, root: str) -> None:
        """Raise LostError, or HeldError, unless it is ours still. To be asked before anything in it is changed."""
        self._work.require(root)
        self._have_rollout()

    def is_superseded(self) -> bool:
        """Whether another process of the rollout has what was ours. Raises JournalError, AwsError."""
        levels = [self._work, self._coordinator] if self._coordinator else [self._work]
        return any(level.is_superseded([self.root]) for level in levels)

    def renew(self) -> bool:
        """False where the store failed, and the next renewal may work; what is lost, `require` tells."""
        renewed = [self._work.renew(), self._roots.renew()]
        try:
            self._have_rollout()
        except (JournalError, AwsError):
            return False
        return all(renewed)

    def release(self) -> None:
        self._roots.release()
        self._work.release()

    def _have_rollout(self) -> None:
        """The coordinator's lease will do while that is renewed; else it is ours. Raises HeldError, LostError."""
        if self._coordinator is not None:
            self._coordinator.require(self.root)
            return
        with self._taking:
            try:
                self._roots.require(self.root)
            except LostError:
                if not self._is_coordinated(read_lease(self._store, self.root)):
                    self._roots.take([self.root])

    def _is_coordinated(self, lease: Lease | None) -> bool:
        if lease is None or lease.rollout != self._rollout or not stands(lease, self._clock()):
            return False
        return not self._is_left(lease)

    def _is_left(self, lease: Lease) -> bool:
        """Of our own rollout: whether nobody renews it."""
        return is_gone(lease) or is_overdue(lease, self._clock())
