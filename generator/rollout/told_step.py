"""A step of a rollout as `goldsmith rollout next --json` tells it, read back by the jobs that take it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from generator.errors import JournalError, UsageError
from generator.spec.model_rollout import Mode

_KNOWN = ConfigDict(extra="ignore")  # of the same version, what is added later changes nothing of what is here


@checked(frozen=True, config=_KNOWN)
class ToldRoot:
    root: str
    digest: str  # that was approved for it


@checked(frozen=True, config=_KNOWN)
class ToldStep:
    version: Literal[1]
    rollout: str
    do: Literal["apply", "wait", "done", "stop"]
    wave: str | None
    roots: tuple[ToldRoot, ...]  # to be applied
    max_concurrent: int  # of them
    mode: Mode
    reason: str
    journal: str  # where the rollout is recorded, as `goldsmith run-one` takes it
    until: AwareDatetime | None = None  # of a wait

    @property
    def mark(self) -> str:
        """The same for the same roots of the same wave: a step that is told twice got nobody any further."""
        names = "\n".join([self.rollout, self.wave or "", *sorted(each.root for each in self.roots)])
        return hashlib.sha256(names.encode()).hexdigest()[:16]


def read_step(file: Path) -> ToldStep:
    """Raises UsageError where there is no such file, JournalError where it holds no step."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}). Write it with: goldsmith rollout next --json"
        ) from error
    try:
        step: ToldStep = TypeAdapter(ToldStep).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise JournalError(
            f"{file}: is no step of a rollout, at {place or 'its beginning'} ({first['msg']}). Write it with the same "
            "Goldsmith: goldsmith rollout next ID --json"
        ) from error
    return step
