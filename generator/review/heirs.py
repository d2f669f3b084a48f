"""A new version of something immutable beside the old one that goes: two resources, and one change for who reads it.

Components and recipes have an address for each version (docs/decisions/0007-versions-have-addresses.md), so Terraform
creates one and destroys another. What a reviewer wants to see is what differs between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.terraform.plans import ResourceChange
from generator.terraform.values import ABSENT, AttributeChange

Key = tuple[str, str]  # type and name


@dataclass(frozen=True)
class Heirs:
    """Pairs of resources of one type and name, of which one goes as the other comes, by the address of either."""

    by_old: Mapping[str, ResourceChange]  # -> the new one
    by_new: Mapping[str, ResourceChange]  # -> the old one


def heirs_of(changes: Sequence[ResourceChange]) -> Heirs:
    """Where two or more come or go under one name, nobody knows who follows whom, and there is no pair."""
    old, new = _by_name(changes, "delete"), _by_name(changes, "create")
    pairs = [(old[key][0], new[key][0]) for key in old if len(old[key]) == len(new.get(key, ())) == 1]
    return Heirs({one.address: other for one, other in pairs}, {other.address: one for one, other in pairs})


def inherited(old: ResourceChange, new: ResourceChange) -> list[AttributeChange]:
    """What differs between the two, in the order of paths, as if one thing had changed."""
    before = {each.path: each.before for each in old.attributes}
    after = {each.path: each for each in new.attributes}
    differing = [
        AttributeChange(path, before.get(path, ABSENT), after[path].after if path in after else ABSENT)
        for path in sorted({*before, *after})
    ]
    return [each for each in differing if each.before != each.after]


def _by_name(changes: Iterable[ResourceChange], action: str) -> dict[Key, list[ResourceChange]]:
    found: dict[Key, list[ResourceChange]] = {}
    for change in changes:
        name = _name(change) if change.actions == (action,) and not change.deposed else None
        if name:
            found.setdefault((change.type, name), []).append(change)
    return found


def _name(change: ResourceChange) -> str | None:
    """The value of its attribute `name`, where that is a text."""
    for attribute in change.attributes:
        if attribute.path == "name":
            value = attribute.after if attribute.before == ABSENT else attribute.before
            return value.json if value.kind == "known" and isinstance(value.json, str) else None
    return None
