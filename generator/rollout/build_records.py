"""Which builds a rollout's gates wait for, on record beside its roots."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from generator.rollout.journal import Actor
from generator.rollout.record import BuildRecord, from_text, to_text
from generator.rollout.store import Store

_TOKENS = uuid.UUID("6f1a52c4-3a0e-5d59-9d4e-0c7f6a0b7f11")  # of this program's own; any would do


@dataclass(frozen=True)
class Kept:
    """A record, and what it is at its place."""

    record: BuildRecord
    etag: str


@dataclass(frozen=True)
class BuildRecords:
    """`rollouts/ID/builds/ENVIRONMENT/IMAGE.json` of a store."""

    store: Store
    rollout: str
    environment: str
    actor: Actor
    clock: Callable[[], datetime]

    def read(self, image: str) -> Kept | None:
        stored = self.store.read(self._key(image))
        if stored is None:
            return None
        return Kept(from_text(BuildRecord, stored.text, f"{self.store.place}/{self._key(image)}"), stored.etag)

    def begin(self, image: str, wave: str, attempt: int, before: Kept | None = None) -> Kept:
        """An attempt, in the place of the one before. Raises ConflictError where another run is faster."""
        token = str(uuid.uuid5(_TOKENS, f"{self.rollout} {self.environment}/{image} {attempt}"))
        record = BuildRecord(self.environment, image, wave, attempt, token, "building", self.actor, self.clock())
        if before is not None:
            return Kept(record, self.store.replace(self._key(image), to_text(record), before.etag))
        return Kept(record, self.store.create(self._key(image), to_text(record)))

    def write(self, stored: Kept, **facts: object) -> Kept:
        record = replace(stored.record, **facts)  # type: ignore[arg-type]
        return Kept(record, self.store.replace(self._key(record.image), to_text(record), stored.etag))

    def _key(self, image: str) -> str:
        return f"rollouts/{self.rollout}/builds/{self.environment}/{image}.json"
