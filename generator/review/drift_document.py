"""Drift for programs: what `goldsmith drift --json` writes. Its JSON Schema is docs/schemas/drift.schema.json.

Within a version, members may come; none goes, and none changes its meaning.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from generator.review.document import ChangePart, CheckPart, OutputPart, Part
from generator.review.drifted import Drifted, DriftGroup, verdict
from generator.review.model import PlannedRoot

VERSION: Literal[1] = 1


class FoundPart(Part):
    """How many resources were changed by others, how many are gone, and how many outputs differ by it."""

    changed: int
    gone: int
    outputs: int


class OwnerPart(Part):
    """Who should look, by the tag Owner of the spec."""

    environment: str
    image: str | None = Field(description="Whose modules have the drift; null where it belongs to no single image.")
    owner: str | None = Field(description="Null where the spec names nobody.")


class DriftGroupPart(Part):
    """Roots that drifted alike; what was found in the first of them stands for all."""

    name: str
    digest: str
    roots: tuple[str, ...]
    environments: tuple[str, ...]
    found: FoundPart = Field(description="In one of its roots.")
    odd: str | None = Field(description="What makes it differ from a larger group.")
    owners: tuple[OwnerPart, ...]
    command: str = Field(description="Sets back what the spec says.")
    changes: tuple[ChangePart, ...] = Field(description="From what was applied to what is there now.")
    output_changes: tuple[OutputPart, ...]
    checks: tuple[CheckPart, ...]


class DriftRootPart(Part):
    name: str
    environment: str
    account: str
    account_id: str
    region: str
    state: Literal["drifted", "clean", "failed"]
    group: str | None
    failure: str | None


class DriftDocument(Part):
    """What others changed in a fleet since it was applied."""

    version: Literal[1]
    verdict: str
    drifted: bool
    commit: str | None
    terraform: str | None
    found: FoundPart = Field(description="In all roots together.")
    groups: tuple[DriftGroupPart, ...]
    roots: tuple[DriftRootPart, ...]


def drift_document(drifted: Drifted) -> str:
    """The drift as JSON text, in ASCII."""
    content = _document(drifted).model_dump(mode="json", exclude_unset=True)
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def drift_schema() -> dict[str, Any]:
    """The JSON Schema of what `drift_document` writes."""
    return DriftDocument.model_json_schema(mode="serialization")


def _document(drifted: Drifted) -> DriftDocument:
    planned = drifted.review.planned
    names = {root.name: each.group.name for each in drifted.groups for root in each.group.roots}
    return DriftDocument(
        version=VERSION,
        verdict=verdict(drifted),
        drifted=bool(drifted.groups),
        commit=planned.commit or None,
        terraform=planned.terraform or None,
        found=FoundPart(**drifted.counts),
        groups=tuple(map(_group, drifted.groups)),
        roots=tuple(_root(root, names.get(root.name)) for root in planned.roots),
    )


def _group(each: DriftGroup) -> DriftGroupPart:
    told = each.group.plan.as_dict()
    owners = (
        OwnerPart(environment=one.environment, image=one.image or None, owner=one.owner or None) for one in each.owners
    )
    return DriftGroupPart(
        name=each.group.name,
        digest=each.group.digest,
        roots=tuple(root.name for root in each.group.roots),
        environments=each.group.environments,
        found=FoundPart(**each.counts),
        odd=each.group.odd or None,
        owners=tuple(owners),
        command=each.command,
        changes=told["changes"],
        output_changes=told["output_changes"],
        checks=told["checks"],
    )


def _root(root: PlannedRoot, group: str | None) -> DriftRootPart:
    states: dict[str, Literal["drifted", "clean", "failed"]] = {"changed": "drifted", "unchanged": "clean"}
    return DriftRootPart(
        name=root.name,
        environment=root.environment,
        account=root.account,
        account_id=root.account_id,
        region=root.region,
        state=states.get(root.state, "failed"),
        group=group,
        failure=root.failure or None,
    )
