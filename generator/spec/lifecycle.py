"""Lifecycle policies: as a spec says them, and what that means in an environment.

What AWS takes: botocore imagebuilder CreateLifecyclePolicy. By count only deletes; one rule for each action;
deprecating and disabling reach AMIs only; snapshots go only with their AMIs; containers can only be deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, cast

from pydantic import Field

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model_lifecycle import Action, Exclusions, Lifecycle, LifecycleRule, Period, Unit
from generator.spec.shape import Written, text_or

MAX_RECIPE_VERSIONS = 50  # in a policy: botocore LifecyclePolicyResourceSelectionRecipes
MAX_KEPT_BY_AGE = 10  # botocore LifecyclePolicyDetailFilterRetainAtLeast
MAX_LAST_LAUNCHED = 365  # botocore LifecyclePolicyDetailExclusionRulesAmisLastLaunchedValue

_PERIOD = r"([1-9][0-9]{0,2}|1000) (day|week|month|year)s?"
_COUNT = r"keep ([1-9][0-9]{0,2}|1000)"
_DAYS: Mapping[Unit, int] = {"DAYS": 1, "WEEKS": 7, "MONTHS": 30, "YEARS": 365}

PeriodText = Annotated[
    str,
    v.matching(f"^{_PERIOD}$", "a period reads like 60 days, 2 weeks, 6 months or 1 year, up to 1000 of them", "G316"),
]
DeleteText = Annotated[
    str,
    v.matching(f"^({_PERIOD}|{_COUNT})$", "allowed are a period such as 180 days, and a count such as keep 5", "G316"),
]
Keep = Annotated[int, Field(ge=1, le=1000)]


class ExclusionsWritten(Written):
    """What the rules leave alone."""

    public: bool | None = Field(default=None, description="public AMIs [default: true]")
    regions: list[v.Region] | None = Field(default=None, description="AMIs in these Regions")
    accounts: list[str] | None = Field(default=None, description="AMIs that are shared with these accounts")
    last_launched: PeriodText | None = Field(
        default=None, description="AMIs that were launched within this time, such as `30 days`"
    )
    tags: v.Tags | None = Field(default=None, description="AMIs with any of these tags")
    image_tags: v.Tags | None = Field(
        default=None, description="images with any of these tags, which EC2 Image Builder keeps apart from an AMI's"
    )


class AgeRuleWritten(Written):
    """Deprecates or disables by age."""

    after: PeriodText = Field(description="age of the image, such as `60 days`")
    keep: Annotated[int, Field(ge=1, le=MAX_KEPT_BY_AGE)] | None = Field(
        default=None, description="leave at least so many images alone"
    )
    amis: bool | None = Field(default=None, description="the AMIs too [default: true]")
    exclude: ExclusionsWritten | None = Field(default=None, description="replaces the policy's")


class DeleteRuleWritten(Written):
    """Deletes by age, or all but the newest."""

    after: PeriodText | None = Field(default=None, description="age of the image, such as `180 days`")
    keep: Keep | None = Field(
        default=None,
        description="with `after`: leave at least so many images, up to 10 [default: 1]; alone: all but the newest",
    )
    amis: bool | None = Field(default=None, description="the AMIs too [default: true]")
    snapshots: bool | None = Field(default=None, description="the AMIs' snapshots too [default: as amis]")
    containers: bool | None = Field(
        default=None, description="for container images, those in repositories too [default: true]"
    )
    exclude: ExclusionsWritten | None = Field(default=None, description="replaces the policy's")


class LifecycleWritten(Written):
    """What becomes of old images."""

    deprecate: text_or(AgeRuleWritten, PeriodText) | None = Field(  # type: ignore[valid-type]
        default=None, description="age from which images no longer show up: `60 days`, or a mapping"
    )
    disable: text_or(AgeRuleWritten, PeriodText) | None = Field(  # type: ignore[valid-type]
        default=None, description="age from which images cannot be launched: `90 days`, or a mapping"
    )
    delete: text_or(DeleteRuleWritten, DeleteText) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="what deletes images with their AMIs and snapshots: an age (`180 days`), a count that stays "
        "(`keep 5`), or a mapping",
    )
    exclude: ExclusionsWritten | None = Field(default=None, description="what all of the rules leave alone")
    select_tags: Annotated[v.Tags, Field(min_length=1)] | None = Field(
        default=None,
        description="the images that have these tags in EC2 Image Builder [default: the images of the recipe, "
        "in each version of the lock]",
    )
    enabled: bool | None = Field(default=None, description="whether the policy runs [default: true]")


NoLifecycle = Annotated[str, v.matching("^none$", "`none`, or a mapping with deprecate, disable or delete, is")]
LifecycleValue = text_or(LifecycleWritten, NoLifecycle)


@dataclass(frozen=True)
class LifecyclePlace:
    """Where a lifecycle is written, and what it applies to there."""

    document: Document
    path: Path
    is_container: bool
    recipe_versions: tuple[str, ...]  # every version that the lock has for the recipe, the oldest first
    account_id: Callable[[Document, Path, str], str | None]  # reports a name that is none
    check_region: Callable[[Document, Path, str], None]  # reports a Region that is none


def resolve_lifecycle(written: LifecycleWritten, place: LifecyclePlace, report: Report) -> Lifecycle | None:
    """The policy, or None after what is wrong has been reported."""
    findings = len(report.diagnostics)
    resolver = _Resolver(place, report)
    rules = resolver.rules(written)
    if not rules and len(report.diagnostics) == findings:
        message = "has no rule; at least one of deprecate, disable and delete is needed."
        report.error(place.document, place.path, message, code="G316")
    _check_order(rules, place, report)
    if len(report.diagnostics) > findings:
        return None
    return Lifecycle(
        enabled=True if written.enabled is None else written.enabled,
        resource_type="CONTAINER_IMAGE" if place.is_container else "AMI_IMAGE",
        rules=tuple(rules),
        recipe_versions=() if written.select_tags else place.recipe_versions[-MAX_RECIPE_VERSIONS:],
        tags=_sorted(written.select_tags),
    )


@dataclass(frozen=True)
class _Resolver:
    place: LifecyclePlace
    report: Report

    def rules(self, written: LifecycleWritten) -> list[LifecycleRule]:
        """The rules in the order deprecate, disable, delete."""
        ages: tuple[tuple[Literal["deprecate", "disable"], Action], ...] = (
            ("deprecate", "DEPRECATE"),
            ("disable", "DISABLE"),
        )
        found = [self._age_rule(key, action, written) for key, action in ages]
        return [rule for rule in (*found, self._delete_rule(written)) if rule]

    def _age_rule(
        self, key: Literal["deprecate", "disable"], action: Action, written: LifecycleWritten
    ) -> LifecycleRule | None:
        rule: str | AgeRuleWritten | None = getattr(written, key)
        if rule is None:
            return None
        if self.place.is_container:
            self._error((key,), "is not for container images; they can only be deleted. Remove it.")
            return None
        long = AgeRuleWritten(after=rule) if isinstance(rule, str) else rule
        exclusions = self._exclusions(key, long.exclude, written)
        amis = True if long.amis is None else long.amis
        return LifecycleRule(action, _period(long.after), long.keep, amis, False, False, exclusions)

    def _delete_rule(self, written: LifecycleWritten) -> LifecycleRule | None:
        if written.delete is None:
            return None
        long = _long_delete(written.delete)
        if long.after is None and long.keep is None:
            self._error(("delete",), "has neither after nor keep; an age or a count is needed. Add one.")
            return None
        if long.after is not None and (long.keep or 1) > MAX_KEPT_BY_AGE:
            message = f"{long.keep} is too large; by age at most {MAX_KEPT_BY_AGE} images can be kept."
            self._error(("delete", "keep"), message)
        amis = not self.place.is_container if long.amis is None else long.amis
        snapshots = amis if long.snapshots is None else long.snapshots
        containers = self.place.is_container if long.containers is None else long.containers
        self._check_resources(amis, snapshots, containers)
        after = _period(long.after) if long.after else None
        keep = long.keep or 1  # by age, never the last image
        exclusions = self._exclusions("delete", long.exclude, written)
        return LifecycleRule("DELETE", after, keep, amis, snapshots, containers, exclusions)

    def _check_resources(self, amis: bool, snapshots: bool, containers: bool) -> None:
        if self.place.is_container and amis:
            self._error(("delete", "amis"), "is not for container images, which have no AMIs. Remove it.")
        if not self.place.is_container and containers:
            self._error(("delete", "containers"), "is for container images only. Remove it.")
        if snapshots and not amis:
            message = "needs amis; a snapshot cannot be deleted while its AMI is there. Set it to false."
            self._error(("delete", "snapshots"), message)

    def _exclusions(self, key: str, own: ExclusionsWritten | None, written: LifecycleWritten) -> Exclusions:
        path: Path = (key, "exclude") if own else ("exclude",)
        given = own or written.exclude or ExclusionsWritten()
        document = self.place.document
        for index, region in enumerate(given.regions or []):
            self.place.check_region(document, (*self.place.path, *path, "regions", index), region)
        ids = [
            self.place.account_id(document, (*self.place.path, *path, "accounts", index), name)
            for index, name in enumerate(given.accounts or [])
        ]
        last_launched = _period(given.last_launched) if given.last_launched else None
        if last_launched and last_launched.value > MAX_LAST_LAUNCHED:
            message = f"{last_launched.value} is too large; the most is {MAX_LAST_LAUNCHED}, of any unit."
            self._error((*path, "last_launched"), message)
        return Exclusions(
            public=True if given.public is None else given.public,
            regions=tuple(sorted(set(given.regions or []))),
            account_ids=tuple(sorted({each for each in ids if each})),
            last_launched=last_launched,
            ami_tags=_sorted(given.tags),
            image_tags=_sorted(given.image_tags),
        )

    def _error(self, path: Path, message: str) -> None:
        self.report.error(self.place.document, (*self.place.path, *path), message, code="G316")


def _check_order(rules: list[LifecycleRule], place: LifecyclePlace, report: Report) -> None:
    """A rule that comes after a stronger one would never find an image."""
    aged = [(rule.action.lower(), rule.after.value * _DAYS[rule.after.unit]) for rule in rules if rule.after]
    for (weaker, first), (stronger, then) in pairwise(aged):
        if first >= then:
            message = (
                f"comes no later than {weaker}, so nothing would be left to {weaker}. Raise it, or remove {weaker}."
            )
            report.error(place.document, (*place.path, stronger), message, code="G316")


def _long_delete(written: str | DeleteRuleWritten) -> DeleteRuleWritten:
    if isinstance(written, DeleteRuleWritten):
        return written
    count = re.fullmatch(_COUNT, written)
    return DeleteRuleWritten(keep=int(count.group(1))) if count else DeleteRuleWritten(after=written)


def _period(text: str) -> Period:
    value, unit = text.split(" ")
    return Period(int(value), cast(Unit, unit.rstrip("s").upper() + "S"))


def _sorted(tags: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tags or {}).items()))
