"""What is to be done next in a rollout, for the engines that take one step at a time: `goldsmith rollout next --json`.

Its JSON Schema is docs/schemas/rollout-next.schema.json. Within a version, members may come; none goes, and none
changes its meaning.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.documents.json_schema import DRAFT
from generator.errors import JournalError, UsageError
from generator.rollout.record import RolloutRecord, RootRecord, adapter
from generator.rollout.steps import Step, failed_in
from generator.spec.model_rollout import Mode

VERSION: Literal[1] = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NextRoot(_Part):
    root: str
    digest: str = Field(description="Of its plan, which was approved.")


class NextDocument(_Part):
    """The next step of a rollout."""

    version: Literal[1] = VERSION
    rollout: str = Field(description="Its id.")
    do: Literal["apply", "wait", "done", "stop"] = Field(
        description="apply: the roots, by `goldsmith run-one`. wait: ask again at `until`. done: it has succeeded. "
        "stop: it has failed or was aborted; `reason` says why, and how to go on."
    )
    wave: str | None = Field(default=None, description="Of apply and wait.")
    roots: tuple[NextRoot, ...] = Field(default=(), description="Of apply: those of the wave that are not done.")
    max_concurrent: int = Field(default=0, description="Of apply: how many of them may be under way at once.")
    failure_tolerance: int = Field(default=0, description="Of apply: how many more of them may fail.")
    mode: Mode | None = Field(
        default=None, description="Of apply. strict: each further failure takes one off what may be under way."
    )
    until: str | None = Field(
        default=None, description="Of wait: the end of a bake or a freeze, or when to look at builds again."
    )
    seconds: int = Field(default=0, description="Of wait: from now to `until`, rounded up.")
    approval: str | None = Field(default=None, description="Of stop: the wave whose approval it waits for.")
    reason: str = ""
    journal: str = Field(description="The address of the rollout, for `goldsmith run-one --journal`.")


def to_apply(step: Step, records: Mapping[str, RootRecord], rollout: str, journal: str) -> NextDocument:
    """Of a step that applies roots. In mode strict, concurrency is that after the failures until now."""
    assert step.wave is not None  # noqa: S101 of every step but the last
    failed = len(failed_in(step.wave, records))
    return NextDocument(
        rollout=rollout,
        do="apply",
        wave=step.wave.id,
        roots=tuple(NextRoot(root=root.name, digest=records[root.name].digest) for root in step.roots),
        max_concurrent=min(step.wave.concurrency(failed), len(step.roots)),
        failure_tolerance=step.wave.failure_tolerance - failed,
        mode=step.wave.mode,
        journal=journal,
    )


def to_wait(step: Step, now: datetime, rollout: str, journal: str) -> NextDocument:
    """Of a bake, of a freeze that ends, or of builds that are under way."""
    assert step.until is not None  # noqa: S101 what has no end is no wait
    return NextDocument(
        rollout=rollout,
        do="wait",
        wave=step.wave.id if step.wave else None,
        until=step.until.isoformat(timespec="seconds"),
        seconds=max(1, math.ceil((step.until - now).total_seconds())),
        reason=step.reason,
        journal=journal,
    )


def ended(record: RolloutRecord, journal: str) -> NextDocument:
    """Of a rollout that has ended."""
    if record.state == "succeeded":
        return NextDocument(rollout=record.id, do="done", journal=journal)
    reason = record.reason or record.state
    go_on = f"goldsmith rollout next {record.id} " + (
        f"--approve {record.waits_for}" if record.waits_for else "--resume"
    )
    return NextDocument(
        rollout=record.id,
        do="stop",
        approval=record.waits_for or None,
        reason=f"{reason}; it was aborted" if record.state == "aborted" else f"{reason}; go on with: {go_on}",
        journal=journal,
    )


def read(file: Path) -> NextDocument:
    """What `as_text` wrote. Raises UsageError where there is no such file, JournalError where it is something else."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}). Write it with: goldsmith rollout next ID --json"
        ) from error
    try:
        return NextDocument.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise JournalError(
            f"{file}: is no step of a rollout, at {place or 'its beginning'} ({first['msg']}). Write it with the same "
            "Goldsmith: goldsmith rollout next ID --json"
        ) from error


def as_text(document: NextDocument) -> str:
    return json.dumps(document.model_dump(mode="json"), indent=2, ensure_ascii=True) + "\n"


def without_roots(document: NextDocument) -> str:
    """For who may read no more than some hundred kilobytes, as a state machine; its roots are in the manifest."""
    return as_text(document.model_copy(update={"roots": ()}))


def manifest(document: NextDocument) -> str:
    """Its roots, one item for each worker."""
    items = [{"root": each.root, "digest": each.digest, "journal": document.journal} for each in document.roots]
    return json.dumps(items, indent=1, ensure_ascii=True) + "\n"


def step_schemas() -> dict[str, dict[str, Any]]:
    """What `rollout next` and `run-one` write for programs."""
    root = adapter(RootRecord).json_schema(mode="serialization")
    root["properties"] = {"version": {"const": 1}, **root["properties"]}
    root["required"] = ["version", *root["required"]]
    return {
        "rollout-next": {"$schema": DRAFT, **NextDocument.model_json_schema(mode="serialization")},
        "rollout-root": {"$schema": DRAFT, **root, "title": "What became of a root in a rollout"},
    }
