"""What an apply writes into the journal, from the workers that know it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.errors import GoldsmithError
from generator.review.digest import root_digest
from generator.review.planning import planned_root
from generator.rollout.journal import Entry, Journal, State, actor_of
from generator.terraform.adapter import CancelledError

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.terraform.fleet import Outcome
    from generator.terraform.plans import Plan
    from generator.terraform.root import Applied


class Scribe:
    """Writes what comes of each root into the journal, from the worker that knows it."""

    def __init__(
        self, session: Session, journal: Journal, commit: str, approved: str = "", recording: Recording | None = None
    ) -> None:
        self._session = session
        self._recording = recording
        self._journal = journal
        self._commit = commit
        self._approved = approved
        self._actor = actor_of(os.environ)
        self._roots = {root.name: root for root in session.roots}
        journal.open()

    def planned(self, plan: Plan, approved: str = "") -> None:
        """`approved` is the digest of the plan that was approved, of which this may be what is left to do: nothing."""
        if self._recording:
            self._recording.bring(plan.root, "planned", digest=approved or self.digest(plan))

    def approved(self, root: str) -> None:
        if self._recording:
            self._recording.bring(root, "approved")

    def applies(self, root: str) -> None:
        """To be told before a plan is applied. Raises StoppedError or LostError where it must not be."""
        if self._recording:
            self._recording.applies(root)

    def did(self, applied: Applied) -> None:
        state: State = "unchanged" if applied.plan.is_empty else "applied"
        self._write(applied.root, state, self.digest(applied.plan), applied.seconds, applied.plan)
        if self._recording:
            self._recording.applied(applied.root, applied.seconds, changed=not applied.plan.is_empty)

    def failed(self, root: str, plan: Plan | None, reason: str = "") -> None:
        self._write(root, "failed", self.digest(plan) if plan else "", plan.seconds if plan else 0.0, plan)
        if self._recording:
            self._recording.failed(root, plan.seconds if plan else 0.0, reason)

    def skipped(self, outcomes: Sequence[Outcome[Applied]]) -> None:
        for outcome in outcomes:
            if outcome.state == "skipped":
                self._write(outcome.name, "skipped", "", 0.0, None)

    def digest(self, plan: Plan) -> str:
        root = self._roots[plan.root]
        planned = planned_root(root, self._session.root_directory(root).directory, plan)
        return root_digest(replace(planned, removed=self._session.is_removed(plan.root)))

    def _write(self, root: str, state: State, digest: str, seconds: float, plan: Plan | None) -> None:
        self._journal.write(
            Entry(
                time=datetime.now(UTC),
                root=root,
                state=state,
                digest=digest,
                approved=self._approved,
                commit=self._commit,
                actor=self._actor,
                seconds=round(seconds, 2),
                changes=plan.counts if plan else {},
                terraform=self._session.binary.version,
            )
        )


def reason_of(error: GoldsmithError) -> str:
    """Why a root failed, in the record's words; empty where the step that failed says all that is known."""
    return "interrupted" if isinstance(error, CancelledError) else ""
