"""What the backend of one account and Region holds, and what every kind of resource needs of it.

Records are plain dicts in the shape in which the service answers them, so that a snapshot can keep them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.arns import Arn, slug
from generator.emulator.imagebuilder.builds import Build
from generator.emulator.imagebuilder.errors import (
    DryRunOperation,
    IdempotentParameterMismatch,
    ResourceAlreadyExists,
    ResourceNotFound,
)

if TYPE_CHECKING:
    from generator.emulator.imagebuilder.lifecycle_runs import Execution

Request = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class Token:
    """What a client token was first used for."""

    request: str
    arn: str


class State:
    """The part of the backend that its operations share; moto sets account, Region and partition."""

    account_id: str
    region_name: str
    partition: str

    def _empty(self) -> None:
        self.components: dict[str, Record] = {}
        self.recipes: dict[str, Record] = {}
        self.container_recipes: dict[str, Record] = {}
        self.workflows: dict[str, Record] = {}
        self.lifecycle_policies: dict[str, Record] = {}
        self.lifecycle_executions: dict[str, Execution] = {}
        self.findings: dict[str, list[Record]] = {}  # of scans, by image ARN
        self.resource_policies: dict[str, str] = {}  # policy documents by the ARN of the resource
        self.infrastructures: dict[str, Record] = {}
        self.distributions: dict[str, Record] = {}
        self.pipelines: dict[str, Record] = {}
        self.images: dict[str, Record] = {}
        self.builds: dict[str, Build] = {}  # by image ARN, finished ones included
        self.imports: dict[str, Any] = {}  # PendingImport by image ARN, until they are over
        self.build_numbers: dict[str, int] = {}  # the highest that a version ARN ever had
        self.tokens: dict[tuple[str, str], Token] = {}

    def arn(self, kind: str, name: str, version: str | None = None, build: int | None = None) -> Arn:
        return Arn(self.partition, self.region_name, self.account_id, kind, slug(name), version, build)

    def next_build(self, version_arn: str) -> int:
        """Build numbers count from 1 and are never used again."""
        self.build_numbers[version_arn] = self.build_numbers.get(version_arn, 0) + 1
        return self.build_numbers[version_arn]

    def once(self, operation: str, request: Request, make: Callable[[], str]) -> str:
        """Idempotency by client token: the same request again answers the same ARN, another one is refused."""
        asked = {key: value for key, value in request.items() if key != "clientToken"}
        content = json.dumps(asked, sort_keys=True, default=str)  # a moment is asked for as datetime
        key = (operation, request.get("clientToken") or "")
        known = self.tokens.get(key)
        if known is None:
            known = Token(content, make())
            self.tokens[key] = known
        elif known.request != content:
            raise IdempotentParameterMismatch(
                f"The client token '{key[1]}' was used before with other parameter values."
            )
        return known.arn


def add(records: dict[str, Record], arn: Arn, record: Record, request: Request) -> str:
    """Keep a new record, unless its ARN is taken or the request is only tried."""
    if str(arn) in records:
        raise ResourceAlreadyExists(str(arn))
    end_dry_run(request)
    records[str(arn)] = {"arn": str(arn), **record}
    return str(arn)


def end_dry_run(request: Request) -> None:
    """To be called when all checks have passed and nothing has been changed yet."""
    if request.get("dryRun"):
        raise DryRunOperation


def recipe_of(image: Record) -> Record:
    """The recipe of an image, be it for an AMI or a container image."""
    recipe: Record = image.get("imageRecipe") or image["containerRecipe"]
    return recipe


def find(records: Mapping[str, Record], arn: str) -> Record:
    if arn not in records:
        raise ResourceNotFound(arn)
    return records[arn]


def chosen(request: Request, *names: str) -> Record:
    """The members of a request by name, without those that are absent."""
    return {name: request[name] for name in names if request.get(name) is not None}


def is_scheduled_by(pipeline: Record, shown: str) -> bool:
    """Whether a pipeline's next run is due at a time as `timestamp` writes it: such times are ordered as texts."""
    return "dateNextRun" in pipeline and bool(pipeline["dateNextRun"] <= shown)


def timestamp(moment: datetime | None = None) -> str:
    """Now, or a moment, as the service writes it: 2026-08-26T12:00:00.000Z."""
    return (moment or CLOCK.now()).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
