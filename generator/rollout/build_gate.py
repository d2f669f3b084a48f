"""The gate `build`: each of its images has a build of what was applied, which must reach AVAILABLE.

What is asked of AWS is written down before, so that a rollout that is killed and goes on, on any machine, builds
nothing twice; only one that goes on after a build has failed starts another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from generator.images.build import Build
from generator.rollout.build_records import BuildRecords, Kept
from generator.rollout.record import BuildRecord, BuildState
from generator.rollout.words import lasting
from generator.spec.model_rollout import Gate


class Builder(Protocol):
    """See generator.images.ordered.PipelineBuilds."""

    def found(self) -> str | None: ...
    def start(self, token: str) -> str | None: ...
    def read(self, arn: str) -> Build: ...


@dataclass(frozen=True)
class Standing:
    """How it stands with an image: it waits to be built, is built, or how that ended."""

    image: str
    state: Literal["waiting", "building", "available", "failed"]
    reason: str = ""  # why it waits or has failed
    build: Build | None = None


class BuildGate:
    """One gate of one wave of a rollout.

    `builders` by image, each after those that it is built on; `bases` names these, where they are of the gate too.
    """

    def __init__(
        self,
        gate: Gate,
        wave: str,
        records: BuildRecords,
        builders: Mapping[str, Builder],
        bases: Mapping[str, Sequence[str]],
    ) -> None:
        self._gate = gate
        self._wave = wave
        self._records = records
        self._builders = builders
        self._bases = bases

    def advance(self, *, again: bool = False) -> tuple[Standing, ...]:
        """Start what can be started, look at what is under way, and tell how it stands with each image.

        Asked again it starts nothing again; with `again`, which is for a rollout that goes on, what has failed is built
        once more. Raises AwsError, JournalError.
        """
        found: dict[str, Standing] = {}
        for image in self._builders:
            missing = [base for base in self._bases.get(image, ()) if found[base].state != "available"]
            if missing:
                found[image] = Standing(image, "waiting", f"waits for {missing[0]}, which it is built on")
            else:
                found[image] = self._stands(image, again)
        return tuple(found.values())

    def _stands(self, image: str, again: bool) -> Standing:
        stored = self._records.read(image)
        if stored is None:
            stored = self._records.begin(image, self._wave, 1)
        elif again and stored.record.state == "failed":
            stored = self._taken_up(stored)
        if not stored.record.arn:
            builder = self._builders[image]
            arn = builder.found() or builder.start(stored.record.token)
            if arn is None:
                return self._waits(stored)
            stored = self._records.write(stored, arn=arn)
        return self._looked_at(stored)

    def _waits(self, stored: Kept) -> Standing:
        if self._is_late(stored.record):
            reason = f"its pipeline was busy for {self._time}, with a build of before"
            self._records.write(stored, state="failed", reason=reason, ended=self._records.clock())
            return Standing(stored.record.image, "failed", reason)
        return Standing(stored.record.image, "waiting", "waits for a build of before, which keeps its pipeline busy")

    def _taken_up(self, stored: Kept) -> Kept:
        """A build that was too slow may have ended well since; it is given its time again."""
        record = stored.record
        if record.arn:
            build = self._builders[record.image].read(record.arn)
            if build.is_running or build.status == "AVAILABLE":
                now = self._records.clock()
                return self._records.write(stored, state="building", started=now, ended=None, reason="")
        return self._records.begin(record.image, self._wave, record.attempt + 1, stored)

    def _looked_at(self, stored: Kept) -> Standing:
        """What has ended is on record, and stays so."""
        record = stored.record
        build = self._builders[record.image].read(record.arn)
        state, reason = record.state, record.reason
        if state == "building":
            state, reason = self._judged(record, build)
        if state != record.state:
            self._records.write(stored, state=state, reason=reason, ended=self._records.clock())
        return Standing(record.image, state, reason, build)

    def _judged(self, record: BuildRecord, build: Build) -> tuple[BuildState, str]:
        if build.status == "AVAILABLE":
            return "available", ""
        if not build.is_running:
            return "failed", f"build {build.version} is {build.status}"
        if self._is_late(record):
            return "failed", f"build {build.version} was not AVAILABLE within {self._time}"
        return "building", ""

    def _is_late(self, record: BuildRecord) -> bool:
        return self._gate.timeout is not None and self._records.clock() - record.started > self._gate.timeout

    @property
    def _time(self) -> str:
        return lasting(self._gate.timeout.total_seconds()) if self._gate.timeout else "ever"
