"""A review for programs: what `goldsmith review --json` writes. Its JSON Schema is docs/schemas/review.schema.json.

Within a version, members may come; none goes, and none changes its meaning.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from generator.review.model import Group, Level, PlannedRoot, Review, Risk
from generator.review.summary import Situation, counts_of, situation, total_counts, verdict

VERSION: Literal[1] = 1


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(Part):
    """Resources; a replacement counts once."""

    add: int
    change: int
    replace: int
    destroy: int


class ReasonPart(Part):
    kind: str
    text: str


class AllowancePart(Part):
    reason: str
    until: str = Field(description="The last day on which it holds: 2026-12-31.")


class RiskPart(Part):
    code: str
    name: str
    level: Level
    root: str
    address: str | None = Field(description="Of the resource; null where it is about the root as a whole.")
    message: str
    blocks: bool
    allowed: AllowancePart | None


class ValuePart(Part):
    """One side of a change: `known` with a JSON value, or true at why there is none to be shown."""

    known: Any = None
    sensitive: Literal[True] | None = None
    unknown: Literal[True] | None = None
    absent: Literal[True] | None = None
    sha256: str | None = Field(None, description="Of a long text, of which `known` is the beginning.")
    size: int | None = Field(None, description="The characters of a long text.")


class AttributePart(Part):
    path: str
    before: ValuePart
    after: ValuePart
    forces_replacement: bool = False


class ChangePart(Part):
    address: str
    action: str
    actions: tuple[str, ...] = Field(description="As Terraform has them.")
    replace_paths: tuple[str, ...]
    reason: str | None = None
    deposed: str | None = None
    previous_address: str | None = None
    imported_id: str | None = None
    attributes: tuple[AttributePart, ...]


class OutputPart(Part):
    name: str
    action: str
    attributes: tuple[AttributePart, ...]


class CheckPart(Part):
    address: str
    status: Literal["fail", "error", "unknown"]
    messages: tuple[str, ...]


class GroupPart(Part):
    """Roots with the same changes; those of its first root stand for all."""

    name: str
    digest: str
    roots: tuple[str, ...]
    environments: tuple[str, ...]
    counts: Counts = Field(description="Of one of its roots.")
    level: Level | None = Field(description="The worst risk that nobody allowed.")
    odd: str | None = Field(description="What makes it differ from a larger group.")
    changes: tuple[ChangePart, ...]
    output_changes: tuple[OutputPart, ...]
    drift: tuple[ChangePart, ...]
    checks: tuple[CheckPart, ...]


class RootPart(Part):
    name: str
    environment: str
    account: str
    account_id: str
    region: str
    kind: Literal["build", "target"]
    state: Literal["failed", "changed", "unchanged"]
    digest: str | None
    group: str | None
    counts: Counts
    failure: str | None
    reasons: tuple[ReasonPart, ...]
    removed: bool


class ReviewDocument(Part):
    """The review of a fleet's plans."""

    version: Literal[1]
    verdict: str
    situation: Situation
    blocked: bool = Field(description="A root failed, or a risk blocks: it may not be applied as it is.")
    digest: str | None = Field(description="Of the fleet: what an approval names. Null where a root failed.")
    commit: str | None
    base: str | None = Field(description="The commit that it was compared with; null where all roots were planned.")
    terraform: str | None
    counts: Counts = Field(description="Of all roots together.")
    groups: tuple[GroupPart, ...]
    risks: tuple[RiskPart, ...]
    roots: tuple[RootPart, ...]
    unaffected: tuple[str, ...] = Field(description="Roots that were not planned, since nothing of theirs differs.")


def document(review: Review) -> str:
    """The review as JSON text, in ASCII."""
    content = _document(review).model_dump(mode="json", exclude_unset=True)
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def review_schema() -> dict[str, Any]:
    """The JSON Schema of what `document` writes."""
    return ReviewDocument.model_json_schema(mode="serialization")


def _document(review: Review) -> ReviewDocument:
    planned = review.planned
    groups = {root.name: group.name for group in review.groups for root in group.roots}
    return ReviewDocument(
        version=VERSION,
        verdict=verdict(review),
        situation=situation(review),
        blocked=review.blocked,
        digest=review.digest or None,
        commit=planned.commit or None,
        base=planned.base or None,
        terraform=planned.terraform or None,
        counts=Counts(**total_counts(review)),
        groups=tuple(_group(group) for group in review.groups),
        risks=tuple(_risk(risk) for risk in review.risks),
        roots=tuple(_root(root, groups.get(root.name)) for root in planned.roots),
        unaffected=planned.unaffected,
    )


def _group(group: Group) -> GroupPart:
    told = group.plan.as_dict()
    return GroupPart(
        name=group.name,
        digest=group.digest,
        roots=tuple(root.name for root in group.roots),
        environments=group.environments,
        counts=Counts(**group.counts),
        level=group.level,
        odd=group.odd or None,
        changes=told["changes"],
        output_changes=told["output_changes"],
        drift=told["drift"],
        checks=told["checks"],
    )


def _risk(risk: Risk) -> RiskPart:
    let = risk.allowed
    return RiskPart(
        code=risk.code,
        name=risk.name,
        level=risk.level,
        root=risk.root,
        address=risk.address or None,
        message=risk.message,
        blocks=risk.blocks,
        allowed=AllowancePart(reason=let.reason, until=let.until.isoformat()) if let else None,
    )


def _root(root: PlannedRoot, group: str | None) -> RootPart:
    return RootPart(
        name=root.name,
        environment=root.environment,
        account=root.account,
        account_id=root.account_id,
        region=root.region,
        kind=root.kind,
        state=root.state,
        digest=root.digest or None,
        group=group,
        counts=Counts(**counts_of(root)),
        failure=root.failure or None,
        reasons=tuple(ReasonPart(kind=reason.kind, text=reason.text) for reason in root.reasons),
        removed=root.removed,
    )
