"""Roots that would do the same are one group: hashed, so that a fleet costs as much as its roots together.

What stands the same in all roots needs no mask; only what differs between them is compared masked, with as little
masked as makes the roots alike. So a text that happens to be the name of one environment parts nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.review.digest import VOLATILE
from generator.review.masking import LEVELS, Mask, masks_of
from generator.review.model import PlannedRoot
from generator.review.places import Place, in_order_of_content
from generator.terraform.plans import Plan, ResourceChange
from generator.terraform.values import ABSENT, UNKNOWN, AttributeChange, Value


@dataclass(frozen=True)
class Held:
    """What stands at a place: both sides of an attribute, or the head of a change as JSON."""

    sides: tuple[Value, ...] = ()
    head: str = ""

    @property
    def plain(self) -> str:
        return self.head or json.dumps([side.as_dict() for side in self.sides], sort_keys=True)

    def masked(self, mask: Mask) -> Held:
        return Held(tuple(mask.value(side) for side in self.sides), mask.text(self.head))


@dataclass(frozen=True)
class Likeness:
    """A root's changes, ready to be compared with those of others."""

    root: PlannedRoot
    masks: tuple[Mask, ...]  # by level
    held: Mapping[Place, Held]
    texts: Mapping[Place, str]  # what is compared

    @property
    def key(self) -> str:
        """The same for two roots that are one group."""
        return _hash(sorted(self.texts.items()))

    @property
    def digest(self) -> str:
        """Of the changes with all masked, whatever other roots there are."""
        return _hash(sorted((place, held.masked(self.masks[-1]).plain) for place, held in self.held.items()))


def alike(roots: Iterable[PlannedRoot]) -> list[list[Likeness]]:
    """The roots that have changes, together with those that have the same; each group in the order of `roots`."""
    groups: dict[str, list[Likeness]] = defaultdict(list)
    for each in _compared(_read(roots)):
        groups[each.key].append(each)
    return list(groups.values())


def _read(roots: Iterable[PlannedRoot]) -> list[Likeness]:
    """With nothing masked but what places are called by, such as the keys of addresses: as they are most alike."""
    planned = [(root, masks_of(root), root.plan) for root in roots if root.plan is not None and not root.plan.is_empty]
    by_level = [[_likeness(root, masks, plan, level) for root, masks, plan in planned] for level in range(len(LEVELS))]
    return min(by_level, key=lambda every: len({place for each in every for place in each.held}))


def _likeness(root: PlannedRoot, masks: tuple[Mask, ...], plan: Plan, level: int) -> Likeness:
    held: dict[Place, Held] = {Place(""): Held(head=f"removed: {root.removed}")}
    for place, what in _entries(plan, masks[level]):
        while place in held:  # objects that were left behind share an address
            place = place._replace(address=f"{place.address}'")
        held[place] = what
    return Likeness(root, masks, held, {place: what.plain for place, what in held.items()})


def _compared(every: Sequence[Likeness]) -> Iterator[Likeness]:
    """Each with its texts as they are compared: plain where all are the same, else with what makes them most alike."""
    varying = _varying(every)
    masked = [
        {
            place: [held.masked(mask).plain for mask in each.masks]
            for place, held in each.held.items()
            if place in varying
        }
        for each in every
    ]
    distinct: dict[Place, list[set[str]]] = defaultdict(lambda: [set() for _ in LEVELS])
    for texts in masked:
        for place, by_level in texts.items():
            for found, text in zip(distinct[place], by_level, strict=True):
                found.add(text)
    levels = {place: min(range(len(LEVELS)), key=lambda level: len(sets[level])) for place, sets in distinct.items()}
    for each, texts in zip(every, masked, strict=True):
        chosen = {place: by_level[levels[place]] for place, by_level in texts.items()}
        yield replace(each, texts={**each.texts, **chosen})


def _varying(every: Sequence[Likeness]) -> set[Place]:
    """Places where two roots have something else, masked or not."""
    first: dict[Place, str] = {}
    return {place for each in every for place, text in each.texts.items() if first.setdefault(place, text) != text}


def _entries(plan: Plan, mask: Mask) -> Iterator[tuple[Place, Held]]:
    for change in plan.changes:
        yield from _of_change(change, mask)
    for output in plan.output_changes:
        address = f"output.{output.name}"
        yield Place(address), Held(head=json.dumps([output.action]))
        for attribute in output.attributes:
            yield Place(address, attribute.path), _sides(attribute)
    for check in plan.checks:
        yield Place(mask.address(check.address), "condition"), Held(head=json.dumps([check.status, *check.messages]))


def _of_change(change: ResourceChange, mask: Mask) -> Iterator[tuple[Place, Held]]:
    """What goes is known by its address: the rest of it is the account's own, ids and times for the most part."""
    address = mask.address(change.address)
    yield Place(address), Held(head=json.dumps(_head(change)))
    if change.action not in ("delete", "forget"):
        volatile = VOLATILE.get(change.type, frozenset())
        told = [attribute for attribute in change.attributes if attribute.path not in volatile]
        for path, attribute in in_order_of_content(change.type, told, mask):
            yield Place(address, path), _sides(attribute)


def _head(change: ResourceChange) -> list[Any]:
    """The action comes first. Ids of what is imported, and keys of what was left behind, are the account's own."""
    return [
        change.action,
        change.actions,
        change.type,
        sorted(change.replace_paths),
        change.reason,
        change.previous_address,
        change.imported_id is not None,
        change.deposed is not None,
    ]


def _sides(attribute: AttributeChange) -> Held:
    """What AWS will say anew was the account's own before."""
    return Held((ABSENT if attribute.after == UNKNOWN else attribute.before, attribute.after))


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
