"""A rollout plan for programs: what `goldsmith rollout preview --json` writes.

Its JSON Schema is docs/schemas/rollout-plan.schema.json. Within a version, members may come; none goes, and none
changes its meaning.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from generator.documents.json_schema import DRAFT
from generator.rollout.plan import RolloutPlan, Wave, WaveKind
from generator.rollout.timeline import Timeline, WaveTime
from generator.spec.model_rollout import Gate, GateKind, Mode

VERSION: Literal[1] = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GatePart(_Part):
    kind: GateKind
    images: tuple[str, ...] = Field(description="Of `build`: images that must reach AVAILABLE.")
    command: tuple[str, ...] = Field(description="Of `command`: a program and its arguments, run without a shell.")
    approver: str | None = Field(description="Of `approval`: who is asked; null for anybody.")
    timeout_seconds: float | None = Field(description="Null: it waits.")


class FrozenPart(_Part):
    """A freeze that puts off a wave."""

    window: str = Field(description="As the spec says it.")
    timezone: str
    reason: str | None


class RootPart(_Part):
    name: str
    account: str
    account_id: str
    region: str
    kind: Literal["build", "target"]


class WavePart(_Part):
    """Roots that are rolled out together."""

    id: str
    environment: str
    kind: WaveKind
    after: tuple[str, ...] = Field(description="Waves that have passed, with their bake and gates, before it begins.")
    roots: tuple[RootPart, ...]
    max_concurrent: int
    failure_tolerance: int
    mode: Mode
    concurrency: int = Field(description="Roots at once before any has failed.")
    bake_seconds: float
    gates: tuple[GatePart, ...] = Field(description="What must hold after it, in this order.")
    seconds: float | None = Field(description="Estimated, of its roots alone; null where no run is recorded.")
    not_before: str | None = Field(description="When it can begin; gates that take time put it off. Null: never.")
    frozen: FrozenPart | None


class EmptiedPart(_Part):
    environment: str
    wave: str
    reason: str


class RolloutDocument(_Part):
    """The waves of a rollout."""

    version: Literal[1]
    at: str = Field(description="The moment that it was made for.")
    environments: tuple[str, ...] = Field(description="In order.")
    waves: tuple[WavePart, ...] = Field(description="Each after those that it waits for.")
    empty: tuple[EmptiedPart, ...] = Field(description="Waves of the spec that take no root of this rollout.")
    recorded: int = Field(description="How many roots have a recorded run, by which durations are estimated.")
    not_done_before: str | None = Field(description="When the last wave could end, without gates. Null: never.")


def document(plan: RolloutPlan, times: Timeline, now: datetime) -> str:
    """The plan as JSON text, in ASCII."""
    content = RolloutDocument(
        version=VERSION,
        at=now.isoformat(timespec="seconds"),
        environments=plan.environments,
        waves=tuple(_wave(wave, times.waves[wave.id]) for wave in plan.waves),
        empty=tuple(EmptiedPart(environment=e.environment, wave=e.wave, reason=e.reason) for e in plan.emptied),
        recorded=times.recorded,
        not_done_before=_moment(times.ends),
    )
    return json.dumps(content.model_dump(mode="json"), indent=2, ensure_ascii=True) + "\n"


def rollout_schemas() -> dict[str, dict[str, Any]]:
    """Each kind of file that is written about rollouts, and what it holds."""
    return {"rollout-plan": {"$schema": DRAFT, **RolloutDocument.model_json_schema(mode="serialization")}}


def _wave(wave: Wave, time: WaveTime) -> WavePart:
    return WavePart(
        id=wave.id,
        environment=wave.environment,
        kind=wave.kind,
        after=wave.after,
        roots=tuple(
            RootPart(
                name=root.name,
                account=root.account.name,
                account_id=root.account.id,
                region=root.region,
                kind=root.kind,
            )
            for root in wave.roots
        ),
        max_concurrent=wave.max_concurrent,
        failure_tolerance=wave.failure_tolerance,
        mode=wave.mode,
        concurrency=wave.concurrency(),
        bake_seconds=wave.bake.total_seconds(),
        gates=tuple(map(_gate, wave.gates)),
        seconds=None if time.seconds is None else round(time.seconds, 1),
        not_before=_moment(time.begins),
        frozen=_frozen(time),
    )


def _gate(gate: Gate) -> GatePart:
    return GatePart(
        kind=gate.kind,
        images=gate.images,
        command=gate.command,
        approver=gate.approver or None,
        timeout_seconds=gate.timeout.total_seconds() if gate.timeout else None,
    )


def _frozen(time: WaveTime) -> FrozenPart | None:
    if time.frozen is None:
        return None
    return FrozenPart(window=time.frozen.text, timezone=time.frozen.timezone, reason=time.frozen.reason or None)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
