"""What `goldsmith rollout status --json` and `history --json` write, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from generator.documents.json_schema import DRAFT
from generator.rollout.record import Lease, RolloutRecord, RootRecord
from generator.rollout.state_locks import RootLock


@dataclass(frozen=True)
class Shown:
    """A rollout with what is known of it; `history` leaves the roots and leases out."""

    rollout: RolloutRecord
    roots: tuple[RootRecord, ...] = ()
    leases: tuple[Lease, ...] = ()  # not released; expired ones too
    locks: tuple[RootLock, ...] = ()  # of the states of roots that are not done


@dataclass(frozen=True)
class Document:
    version: Literal[1]
    place: str
    rollouts: tuple[Shown, ...]


def document(place: str, rollouts: Sequence[Shown]) -> dict[str, Any]:
    told: dict[str, Any] = _ADAPTER.dump_python(Document(1, place, tuple(rollouts)), mode="json")
    return told


def record_schemas() -> dict[str, dict[str, Any]]:
    """Each kind of file, and what it holds."""
    schema = _ADAPTER.json_schema(mode="serialization")
    return {"rollouts": {"$schema": DRAFT, **schema, "title": "Rollouts that Goldsmith knows of"}}


_ADAPTER = TypeAdapter(Document)
