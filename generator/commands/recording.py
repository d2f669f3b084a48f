"""What an apply brings about, written into the durable journal of rollouts while it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from generator.commands.rollout_options import default_place, ledger_at
from generator.errors import AwsError, GoldsmithError, JournalError, ReviewError
from generator.rollout.conductor import RolloutStoppedError
from generator.rollout.holders import described
from generator.rollout.leases import LostError
from generator.rollout.places import journal_url
from generator.rollout.record import WaveOfRoots, pending
from generator.rollout.store import ConflictError
from generator.terraform.adapter import CancelledError

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.rollout.leases import Leases
    from generator.rollout.ledger import Ledger
    from generator.rollout.record import RolloutRecord, RootRecord, RootState
    from generator.rollout.work import Work
    from generator.terraform.fleet import Outcome
    from generator.terraform.root import Applied

NO_CHANGES = "no changes"
# An apply of this rollout's whose run died, or that failed, had done all of it, as the next plan tells.
FINISHED = "finished by the run before"
_BEFORE_APPLY = frozenset({"pending", "planned", "approved"})


class StoppedError(CancelledError):
    """The rollout was aborted before the root's turn came."""


class Recording:
    """One rollout of a session's roots; workers write of different roots at the same time.

    `leases` are asked before a root is applied; none where its worker sees to that. `roots` are as they are on record;
    all are pending unless they are given.
    """

    def __init__(
        self,
        session: Session,
        ledger: Ledger,
        record: RolloutRecord,
        leases: Leases | None,
        roots: Sequence[RootRecord] = (),
    ) -> None:
        self.ledger = ledger
        self._leases = leases
        self.record = record
        self._id = record.id
        self._roots = {root: pending(root, record.actor, record.started) for root in record.roots}
        self._roots.update({root.root: root for root in roots})
        self._state_keys = {root.name: root.state_key for root in session.roots}
        self._session = session
        self._unsure: set[str] = set()  # roots of which a write failed, and may have come through

    @property
    def address(self) -> str:
        """Of the rollout, for workers elsewhere."""
        return journal_url(self.ledger.address, self._id)

    def bring(self, root: str, state: RootState, **facts: Any) -> None:
        """From where this process saw it last. Raises ConflictError where another process wrote since, as one does that
        took over what this one had: its word is the later one.
        """
        seen = None if root in self._unsure else self._roots[root]
        try:
            self._roots[root] = self.ledger.bring(self._id, root, state, seen, **facts)
        except ConflictError:
            raise
        except (JournalError, AwsError):
            self._unsure.add(root)
            raise
        self._unsure.discard(root)

    def state(self, root: str) -> RootState:
        return self._roots[root].state

    def records(self) -> Mapping[str, RootRecord]:
        """As this process has written them, in the order of the waves."""
        return self._roots

    def work(self, root: str) -> Work:
        """Of this process, on a root; not taken yet."""
        return self.ledger.work(self._id, root, self._leases)

    def read(self, root: str) -> RootRecord:
        """As it is on record now, whoever wrote that."""
        self._roots[root] = self.ledger.root(self._id, root)
        return self._roots[root]

    def refresh(self) -> None:
        """Read what others have written."""
        self.record = self.ledger.read(self._id)
        self._roots.update({root.root: root for root in self.ledger.roots(self.record)})

    def passes(self, wave: str) -> None:
        """Note that a wave is behind, or a gate of one (`gate_mark`), which is of no interest when its wave is."""

        def passed(before: tuple[str, ...]) -> list[str]:
            return [*(each for each in before if each != wave and not each.startswith(f"{wave}#")), wave]

        self.record = self.ledger.passes(self._id, passed)

    def take_up(self) -> None:
        """Have roots that failed or were skipped stand where they stood; their waves pass their gates again."""
        left = {root.root: root.digest for root in self._roots.values() if root.state in ("failed", "skipped")}
        for root, digest in left.items():
            self.bring(root, "planned", digest=digest)
            self.bring(root, "approved")
        behind = [wave.name for wave in self.record.waves if not left.keys() & {*wave.roots}]
        if left:
            self.record = self.ledger.passes(self._id, lambda passed: [wave for wave in passed if wave in behind])

    def reopen(self) -> None:
        """Have a rollout that failed go on. Raises JournalError where it was aborted."""
        self.record = self.ledger.reopen(self._id)

    def roots(self) -> list[RootRecord]:
        return list(self._roots.values())

    def require_running(self) -> None:
        """Raises StoppedError after an abort."""
        if self.ledger.read(self._id).state == "aborted":
            raise StoppedError(f"{self._id}: was aborted; no further root is begun.")

    def applies(self, root: str) -> None:
        """To be told before anything is applied. Raises StoppedError after an abort, LostError without the root."""
        record = self.ledger.read(self._id)
        if record.state == "aborted":
            raise StoppedError(f"{root}: not started; the rollout was aborted.")
        if record.state != "running":
            raise StoppedError(f"{root}: not started; the rollout has stopped.")
        try:
            if self._leases:
                self._leases.require(root)
        except LostError:
            if self._leases and not self._leases.is_superseded([root]):
                self.bring(root, "failed", reason="not held any more")
            raise
        self.bring(root, "applying")

    def applied(self, root: str, seconds: float, *, changed: bool) -> None:
        serial, lineage = self._state_of(root)
        reason = "" if changed else FINISHED if self._roots[root].begun else NO_CHANGES
        self.bring(root, "applied", seconds=round(seconds, 2), serial=serial, lineage=lineage, reason=reason)

    def failed(self, root: str, seconds: float = 0.0, reason: str = "") -> None:
        """Told, and no error, where that cannot be recorded: what the root failed of is more to the point."""
        if self.state(root) == "failed":
            return
        step = "apply" if self.state(root) == "applying" else "plan"
        try:
            self.bring(root, "failed", reason=reason or f"{step} failed", seconds=round(seconds, 2))
        except (JournalError, AwsError) as error:
            click.echo(f"{root}: failed, which is not on record: {error}", err=True)

    def end(self, outcomes: Sequence[Outcome[Applied]]) -> None:
        """The rollout, and what was never begun of it."""
        for outcome in outcomes:
            if outcome.state == "skipped" and self.state(outcome.name) in _BEFORE_APPLY:
                _, _, why = outcome.message.partition("not started; ")
                self.bring(outcome.name, "skipped", reason=why.rstrip(".") or "interrupted")
        unfinished = sum(outcome.state != "done" for outcome in outcomes)
        if unfinished:
            self.stop(f"{unfinished} of {len(outcomes)} roots not done")
        else:
            self.succeed()

    def succeed(self) -> None:
        self.ledger.end(self._id, "succeeded")

    def stop(self, reason: str, waits_for: str = "") -> None:
        self.ledger.end(self._id, "failed", reason, waits_for)

    def _state_of(self, root: str) -> tuple[int | None, str]:
        """Serial and lineage of Terraform's state; none where it cannot be read, which undoes no apply."""
        from generator.aws import caller_client
        from generator.rollout.state_identity import state_identity

        state = self._session.spec.organization.state
        try:
            client = caller_client("s3", self._session.environment, state.region, patient=True)
            return state_identity(client, state.bucket, self._state_keys[root])
        except AwsError:
            return None, ""


@contextmanager
def recorded(
    session: Session, place: str | None, commit: str, approved: str, waves: Sequence[WaveOfRoots] | None = None
) -> Iterator[Recording | None]:
    """Hold the roots of the session and record what comes of them; nothing where there are none.

    The waves are those of an apply, unless others are given.

    Raises HeldError where another run has one of them, JournalError where nothing can be recorded.
    """
    if not session.roots:
        yield None
        return
    where = place or default_place(session.state_directory, session.endpoint is not None)
    ledger = ledger_at(where, session.environment)
    environments = dict.fromkeys(root.environment.name for root in session.roots)
    state = session.spec.organization.state
    record, leases = ledger.begin(
        *(environments, waves or waves_of(session)),
        approved=approved,
        commit=session.commit or commit,
        to_commit=bool(session.commit),
        all_at_once=waves is None,
        state_bucket=state.bucket,
        state_region=state.region,
    )
    with _kept(Recording(session, ledger, record, leases), leases) as recording:
        yield recording


@contextmanager
def resumed(session: Session, ledger: Ledger, id: str) -> Iterator[Recording]:
    """Hold the roots of a rollout again, and go on recording. Raises HeldError, JournalError."""
    record, leases = ledger.resume(id)
    for lease in leases.taken_over:
        click.echo(f"{lease.root}: {described(lease, datetime.now(UTC))}; taken over", err=True)
    try:
        roots = ledger.roots(record)
    except BaseException:
        leases.release()
        raise
    with _kept(Recording(session, ledger, record, leases, roots), leases) as recording:
        yield recording


@contextmanager
def _kept(recording: Recording, leases: Leases) -> Iterator[Recording]:
    """The leases renewed meanwhile and released at the end; what stops the run is the rollout's reason."""
    with leases.renewed():
        try:
            yield recording
        except BaseException as error:
            if not leases.is_superseded():
                recording.stop(_in_words(error), error.waits_for if isinstance(error, RolloutStoppedError) else "")
            raise


def waves_of(session: Session) -> list[WaveOfRoots]:
    """As an apply goes: the targets of each environment, then its build root."""
    waves: dict[str, list[str]] = {}
    for root in sorted(session.roots, key=lambda root: root.kind == "build"):
        waves.setdefault(f"{root.environment.name}/{'build' if root.kind == 'build' else 'targets'}", []).append(
            root.name
        )
    return [WaveOfRoots(name, tuple(roots)) for name, roots in waves.items()]


def _in_words(error: BaseException) -> str:
    if isinstance(error, RolloutStoppedError):
        return error.reason
    if isinstance(error, ReviewError):
        return "the plan is not what was approved"
    if isinstance(error, GoldsmithError):
        return "refused before anything was applied"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "a bug"
