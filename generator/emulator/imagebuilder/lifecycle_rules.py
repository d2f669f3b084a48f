"""Which images a lifecycle policy acts on, and what it does to each: nothing is changed here.

Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/lifecycle-policy-execution.html (newest first, one
action for each image, in the order deprecate, disable, delete) and
https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-rules.html (retention, tags, states).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from generator.emulator.imagebuilder.arns import Arn, is_match, slug
from generator.emulator.imagebuilder.state import Record, State

Action = Literal["AVAILABLE", "DELETE", "DEPRECATE", "DISABLE"]

PRIORITY: tuple[Action, ...] = ("DEPRECATE", "DISABLE", "DELETE")
DAYS: Mapping[str, int] = {"DAYS": 1, "WEEKS": 7, "MONTHS": 30, "YEARS": 365}  # a month and a year: a guess
KINDS: Mapping[str, str] = {"AMI_IMAGE": "AMI", "CONTAINER_IMAGE": "DOCKER"}  # resourceType: type of the image
UNFINISHED = ("PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING")
FAILED = ("FAILED", "CANCELLED")
DONE_BEFORE: Mapping[Action, tuple[str, ...]] = {
    "DEPRECATE": ("DEPRECATED", "DISABLED", "DELETED", *FAILED),
    "DISABLE": ("DISABLED", "DELETED", *FAILED),
    "DELETE": ("DELETED",),
}


@dataclass(frozen=True)
class Order:
    """What one execution is to do to one image, and why; `excluded`: why it leaves the image alone after all."""

    image_arn: str
    action: Action
    reason: str
    include: Mapping[str, bool] = field(default_factory=dict)  # amis, snapshots, containers
    ami_exclusions: Mapping[str, Any] = field(default_factory=dict)  # LifecyclePolicyDetailExclusionRulesAmis
    excluded: str = ""


def span(value: int, unit: str) -> timedelta:
    return timedelta(days=value * DAYS[unit])


def orders_of(state: State, policy: Record, moment: datetime) -> list[Order]:
    """What a run of the policy at `moment` does, newest image first; images that no rule touches are left out."""
    rules = sorted(policy["policyDetails"], key=lambda detail: PRIORITY.index(detail["action"]["type"]))
    kept: dict[str, int] = {}  # images that fill a retention slot, by version ARN
    orders = (_order(rules, image, moment, kept) for image in _selected(state, policy))
    return [order for order in orders if order is not None]


def _selected(state: State, policy: Record) -> Iterator[Record]:
    kind = KINDS[policy["resourceType"]]
    for image in sorted(state.images.values(), key=lambda image: str(image["dateCreated"]), reverse=True):
        if (
            image["type"] == kind
            and image["state"]["status"] not in UNFINISHED
            and _is_in_scope(policy["resourceSelection"], image)
        ):
            yield image


def _is_in_scope(selection: Mapping[str, Any], image: Record) -> bool:
    """By recipe and version, or by any one of the tags of the image resource."""
    if selection.get("tagMap"):
        return matching_tag(selection["tagMap"], image["tags"]) is not None
    recipe = image.get("imageRecipe") or image.get("containerRecipe")
    return recipe is not None and any(
        slug(recipe["name"]) == slug(wanted["name"]) and is_match(wanted["semanticVersion"], recipe["version"])
        for wanted in selection["recipes"]
    )


def matching_tag(wanted: Mapping[str, str], tags: Mapping[str, str]) -> str | None:
    """The first of the wanted tags that is there with its very value, as `key: value`."""
    found = (f"{key}: {value}" for key, value in wanted.items() if tags.get(key) == value)
    return next(found, None)


def _order(rules: list[Record], image: Record, moment: datetime, kept: dict[str, int]) -> Order | None:
    """The first rule that applies; when a tag keeps the image from all of them, the last one that it kept it from."""
    passed_over = None
    for rule in rules:
        order = _judged(rule, image, moment, kept)
        if order is not None and not order.excluded:
            return order
        passed_over = order or passed_over
    return passed_over


def _judged(rule: Record, image: Record, moment: datetime, kept: dict[str, int]) -> Order | None:
    action: Action = rule["action"]["type"]
    if image["state"]["status"] in DONE_BEFORE[action]:
        return None
    reason = _reason(rule["filter"], image, moment, kept) if action == "DELETE" else _age(rule["filter"], image, moment)
    if reason is None:
        return None
    exclusions = rule.get("exclusionRules") or {}
    tag = matching_tag(exclusions.get("tagMap") or {}, image["tags"])
    return Order(
        image["arn"],
        action,
        reason,
        rule["action"].get("includeResources") or {},
        exclusions.get("amis") or {},
        f"The image is excluded by its tag {tag}." if tag else "",
    )


def _reason(wanted: Mapping[str, Any], image: Record, moment: datetime, kept: dict[str, int]) -> str | None:
    """Why the image is deleted, None where it stays. What failed is always deleted, and fills no retention slot."""
    if image["state"]["status"] in FAILED:
        return f"The image is {image['state']['status']}."
    arn = Arn.parse(image["arn"])
    version = arn.version_arn if arn else image["arn"]
    slots = wanted["value"] if wanted["type"] == "COUNT" else wanted.get("retainAtLeast") or 0
    if kept.get(version, 0) < slots:
        kept[version] = kept.get(version, 0) + 1
        return None
    if wanted["type"] == "COUNT":
        return f"There are {slots} newer images of the same recipe version."
    return _age(wanted, image, moment)


def _age(wanted: Mapping[str, Any], image: Record, moment: datetime) -> str | None:
    value, unit = wanted["value"], wanted["unit"]
    if moment - created_at(image) < span(value, unit):
        return None
    return f"The image is older than {value} {unit.lower()}."


def created_at(image: Record) -> datetime:
    """Image Builder's own date, not that of the AMI."""
    moment = datetime.fromisoformat(str(image["dateCreated"]))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
