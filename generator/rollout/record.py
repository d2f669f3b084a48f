"""What is written down of a rollout: the whole, each of its roots, and who holds which root. One JSON text for each.

A text has no value of any attribute, and no word of Terraform's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from generator.errors import JournalError
from generator.rollout.journal import Actor

VERSION = 1

RootState = Literal["pending", "planned", "approved", "applying", "applied", "verified", "failed", "skipped"]
RolloutState = Literal["running", "succeeded", "failed", "aborted"]

# What a root may become. From every state but the good ends it may be planned again: that is a rollout that goes on.
NEXT: Mapping[RootState, frozenset[RootState]] = {
    "pending": frozenset({"planned", "failed", "skipped"}),
    "planned": frozenset({"planned", "approved", "applying", "applied", "failed", "skipped"}),  # applied: nothing to do
    "approved": frozenset({"planned", "applying", "applied", "failed", "skipped"}),
    "applying": frozenset({"planned", "applied", "failed"}),
    "applied": frozenset({"verified", "failed"}),
    "verified": frozenset(),
    "failed": frozenset({"planned", "skipped"}),
    "skipped": frozenset({"planned", "skipped"}),
}
NEXT_OF_ROLLOUT: Mapping[RolloutState, frozenset[RolloutState]] = {
    "running": frozenset({"succeeded", "failed", "aborted"}),
    "failed": frozenset({"running", "aborted"}),
    "succeeded": frozenset(),
    "aborted": frozenset(),
}
UNDER_WAY: frozenset[RootState] = frozenset({"planned", "approved", "applying"})

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class WaveOfRoots:
    name: str
    roots: tuple[str, ...]


@checked(frozen=True, config=_STRICT)
class RolloutRecord:
    """A rollout as a whole. Its roots have records of their own, which its workers write beside each other."""

    id: str  # 20260301-120000-3f9a1c: begins with when it began, UTC
    environments: tuple[str, ...]
    waves: tuple[WaveOfRoots, ...]  # in their order; every root is in exactly one
    approved: str  # the fleet digest that was approved; empty where none was asked for
    commit: str  # whose tree it rolls out; empty outside a repository
    actor: Actor  # who began it
    state: RolloutState
    started: AwareDatetime
    ended: AwareDatetime | None = None
    reason: str = ""  # of a failure or an abort
    ended_by: Actor | None = None  # who aborted it
    state_bucket: str = ""  # where the states of its roots are; unknown in older records
    state_region: str = ""
    to_commit: bool = False  # whether the commit was named to go to, instead of being what was checked out
    passed: tuple[str, ...] = ()  # waves whose bake and gates are behind them
    waits_for: str = ""  # the wave whose approval it stopped for
    all_at_once: bool = False  # whether it is an apply, which takes no waves of the spec

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(root for wave in self.waves for root in wave.roots)


@checked(frozen=True, config=_STRICT)
class RootRecord:
    root: str
    state: RootState
    actor: Actor  # who brought it there
    changed: AwareDatetime  # when it came into this state
    digest: str = ""  # of its plan; where one was approved for it, of that
    started: AwareDatetime | None = None  # its last turn: when its plan was made, or its apply began
    ended: AwareDatetime | None = None
    seconds: float = 0.0  # of Terraform's time
    serial: int | None = None  # of Terraform's state when it was applied
    lineage: str = ""  # of that state
    reason: str = ""  # why it failed or was skipped, in one phrase; "no changes" where nothing was to be applied
    cause: str = ""  # what that came from, such as the root that it waits for
    begun: bool = False  # whether an apply of it was begun in this rollout; unknown in older records


BuildState = Literal["building", "available", "failed"]


@checked(frozen=True, config=_STRICT)
class BuildRecord:
    """The build of an image that a gate waits for, written down before it is asked for, so that it is started once."""

    environment: str
    image: str
    wave: str
    attempt: int  # from 1
    token: str  # asks AWS for this attempt, which it starts once
    state: BuildState
    actor: Actor  # who began the attempt
    started: AwareDatetime
    arn: str = ""  # empty until it is known what AWS calls it
    ended: AwareDatetime | None = None
    reason: str = ""  # of a failure


@dataclass(frozen=True)
class Process:
    """A process for certain: of its pid there are others on other machines, in other containers, and later ones."""

    boot: str  # of the machine, another with each start of it
    namespace: str  # of pids: a container has its own
    started: int  # in clock ticks since the machine's start


@checked(frozen=True, config=_STRICT)
class Lease:
    """The right to work on a root until it expires; whoever has it renews it meanwhile."""

    root: str
    rollout: str
    actor: Actor
    host: str
    pid: int
    token: str  # of the process that holds it; one of each
    taken: AwareDatetime
    renewed: AwareDatetime
    expires: AwareDatetime
    released: AwareDatetime | None = None
    released_by: Actor | None = None  # where that was not its holder
    process: Process | None = None  # which its pid is, so that its death can be told; unknown in older records

    def is_held(self, now: datetime) -> bool:
        return self.released is None and now < self.expires


Record = TypeVar("Record", RolloutRecord, RootRecord, BuildRecord, Lease)


def pending(root: str, actor: Actor, now: datetime) -> RootRecord:
    return RootRecord(root, "pending", actor, now)


def moved(record: RootRecord, state: RootState, actor: Actor, now: datetime, **facts: Any) -> RootRecord:
    """The record in its next state, with facts of it. Raises JournalError where it cannot come there."""
    if state not in NEXT[record.state]:
        raise JournalError(
            f"{record.root}: is {record.state} in the journal, so it cannot become {state}: another run works on it, "
            "or the journal was changed by hand. See: goldsmith rollout status"
        )
    times: dict[str, Any] = {"changed": now}
    if state == "approved":  # its turn is still to come
        times["started"] = None
    elif record.started is None or state in ("planned", "applying"):
        times["started"] = now
    if state != "verified":  # it ended when it was applied
        times["ended"] = None if state in UNDER_WAY else now
    if state == "planned":
        facts = {"reason": "", "cause": "", "seconds": 0.0, **facts}
    if state == "applying":
        facts = {"begun": True, **facts}
    return replace(record, state=state, actor=actor, **times, **facts)


def to_text(record: RolloutRecord | RootRecord | BuildRecord | Lease) -> str:
    told = adapter(type(record)).dump_python(record, mode="json")
    return json.dumps({"version": VERSION, **told}, ensure_ascii=True, indent=1) + "\n"


def from_text(kind: type[Record], text: str, place: str) -> Record:
    """The record that a text has. Raises JournalError, with the `place` of the text, where it has none."""
    hint = "Put its last copy back, such as the version before in the bucket."
    try:
        document = json.loads(text)
    except ValueError as error:
        raise JournalError(f"{place}: is damaged, as it is no JSON ({error}). {hint}") from error
    version = document.pop("version", None) if isinstance(document, dict) else None
    if version != VERSION:
        raise JournalError(
            f"{place}: is a record of version {version!r}; this Goldsmith reads version {VERSION}. Use the Goldsmith "
            "that wrote it."
        )
    try:
        record: Record = adapter(kind).validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        steps = ".".join(str(step) for step in first["loc"])
        raise JournalError(f"{place}: is damaged at {steps or 'its beginning'} ({first['msg']}). {hint}") from error
    return record


def adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Reads and writes one of the records, and knows its JSON Schema."""
    return _ADAPTERS[kind]


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (RolloutRecord, RootRecord, BuildRecord, Lease)
}
