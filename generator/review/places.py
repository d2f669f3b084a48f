"""Where something stands in a plan, so that the same thing stands at the same place in the plans of two roots."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from generator.review.masking import Mask
from generator.terraform.sets import IDENTITIES, sets_of
from generator.terraform.values import AttributeChange


class Place(NamedTuple):
    address: str
    path: str = ""  # of an attribute; empty for the change as a whole


def in_order_of_content(
    resource_type: str, attributes: Sequence[AttributeChange], mask: Mask
) -> Iterator[tuple[str, AttributeChange]]:
    """Each attribute with its path, in which elements of sets are called by what they hold once masked.

    Terraform counts them in the order of what they hold unmasked, which is another order in each account.
    """
    paths = [attribute.path for attribute in attributes]
    # Inner sets first: what an outer element holds has its order then.
    for name in sorted(sets_of(resource_type), key=lambda each: -each.count(".")):
        paths = _counted(name, paths, attributes, mask)
    yield from zip(paths, attributes, strict=True)


def _counted(name: str, paths: Sequence[str], attributes: Sequence[AttributeChange], mask: Mask) -> list[str]:
    """The paths, with the elements of one set called anew."""
    elements: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    pattern = _element_of(name)
    for position, path in enumerate(paths):
        if found := pattern.match(path):
            elements[found["set"]][found["index"]].append((position, path[found.end() :]))
    renamed = list(paths)
    for prefix, members in elements.items():
        for label, places in _labelled(members, attributes, mask):
            for position, rest in places:
                renamed[position] = f"{prefix}[{label}]{rest}"
    return renamed


def _labelled(
    members: Mapping[str, list[tuple[int, str]]], attributes: Sequence[AttributeChange], mask: Mask
) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Elements of a set with what they are called by: what they are, or what tells them apart, else their number."""
    held = {
        index: sorted(_content(rest, attributes[position], mask) for position, rest in places)
        for index, places in members.items()
    }
    used: set[str] = set()
    for count, index in enumerate(sorted(held, key=held.__getitem__)):
        label = _identity({rest: attributes[position] for position, rest in members[index]}, mask)
        if not label or label in used:
            label = str(count)
        used.add(label)
        yield label, members[index]


def _identity(element: Mapping[str, AttributeChange], mask: Mask) -> str:
    """`"us-east-1"`; empty where nothing tells."""
    for rest in ("", *(f".{name}" for name in IDENTITIES)):
        if rest in element:
            sides = (element[rest].after, element[rest].before)
            told = next((side.json for side in sides if isinstance(side.json, str) and side.json), "")
            return json.dumps(mask.text(told), ensure_ascii=False) if told else ""
    return ""


@cache
def _element_of(name: str) -> re.Pattern[str]:
    """A path into an element of a set that is named without indexes."""
    steps = r"(?:\[\d+\])?\.".join(re.escape(step) for step in name.split("."))
    return re.compile(rf"(?P<set>{steps})\[(?P<index>\d+)\]")


def _content(path: str, attribute: AttributeChange, mask: Mask) -> str:
    sides = [mask.value(side).as_dict() for side in (attribute.before, attribute.after)]
    return json.dumps([path, *sides], sort_keys=True)
