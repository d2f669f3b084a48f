"""One change of Terraform's plan JSON, leaf by leaf: what differs, and what of it may be seen.

`before` and `after` are values; `before_sensitive`, `after_sensitive` and `after_unknown` have their shape, with true
at what is sensitive or unknown as a whole.
https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.terraform.secrets import Secrets
from generator.terraform.sets import Pair, aligned
from generator.terraform.values import ABSENT, SENSITIVE, UNKNOWN, AttributeChange, Value, known

Step = str | int
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Leaf:
    """A changed attribute, and both sides as they are where one may not be seen: to be hashed, and then forgotten."""

    change: AttributeChange
    hidden: tuple[Any, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Side:
    """A place in a value, with the marks at the same place."""

    value: Any
    sensitive: Any = False
    unknown: Any = False

    @property
    def shape(self) -> Literal["map", "list", "leaf"]:
        if self.sensitive is True or self.unknown is True:
            return "leaf"
        if isinstance(self.value, dict) or (self.value is None and isinstance(self.unknown, dict)):
            return "map"
        if isinstance(self.value, list) or (self.value is None and isinstance(self.unknown, list)):
            return "list"
        return "leaf"

    @property
    def is_absent(self) -> bool:
        return self.value is None and not _any(self.unknown)

    def at(self, step: Step) -> _Side:
        return _Side(_at(self.value, step), _at(self.sensitive, step), _at(self.unknown, step))

    @property
    def keys(self) -> set[str]:
        unknown = {key for key, mark in _mapping(self.unknown).items() if _any(mark)}
        return set(_mapping(self.value)) | unknown

    @property
    def length(self) -> int:
        """A list's, with what is not known yet at its end."""
        unknown = self.unknown if isinstance(self.unknown, list) else []
        known_here = len(self.value) if isinstance(self.value, list) else 0
        return max(known_here, *(index + 1 for index, mark in enumerate(unknown) if _any(mark)), 0)


_ABSENT = _Side(None)
_SCALARS = {str, bool, int, float}


def leaves_of(change: Mapping[str, Any], secrets: Secrets, sets: frozenset[str] = frozenset()) -> tuple[Leaf, ...]:
    """What differs between the two sides of a resource's change, in the order of their paths.

    The names of a resource's attributes are its type's, and are told even where all of it is sensitive. Elements of
    `sets` (paths without indexes) have the index that they had before; new ones come after those.
    """
    before, after = _sides(change)
    reading = _Reading(secrets, [tuple(path) for path in change.get("replace_paths", [])], sets)
    names = sorted(before.keys | after.keys)
    return tuple(leaf for name in names for leaf in _walk((name,), before.at(name), after.at(name), reading))


def output_leaves(name: str, change: Mapping[str, Any], secrets: Secrets) -> tuple[Leaf, ...]:
    """What differs between the two sides of an output, below its name."""
    before, after = _sides(change)
    return tuple(_walk((name,), before, after, _Reading(secrets, ())))


def _sides(change: Mapping[str, Any]) -> tuple[_Side, _Side]:
    return (
        _Side(change.get("before"), change.get("before_sensitive", False)),
        _Side(change.get("after"), change.get("after_sensitive", False), change.get("after_unknown", False)),
    )


@dataclass(frozen=True)
class _Reading:
    secrets: Secrets
    forcing: Sequence[tuple[Step, ...]]
    sets: frozenset[str] = frozenset()

    def forces(self, path: tuple[Step, ...]) -> bool:
        """Whether the path, or one above or below it, forces the replacement."""
        return any(path[: len(each)] == each[: len(path)] for each in self.forcing)


def _walk(path: tuple[Step, ...], before: _Side, after: _Side, reading: _Reading) -> Iterator[Leaf]:
    if type(before.value) in _SCALARS and type(before.value) is type(after.value) and before.value == after.value:
        return
    shapes = {side.shape for side in (before, after) if not side.is_absent}
    if not shapes:
        return
    empty = before.value in ([], {}) or after.value in ([], {})
    if len(shapes) > 1 or shapes == {"leaf"} or (empty and (before.is_absent or after.is_absent)):
        yield from _leaf(path, before, after, reading)
    elif shapes == {"map"}:
        for name in sorted(before.keys | after.keys):
            yield from _walk((*path, name), before.at(name), after.at(name), reading)
    else:
        for index, (one, other) in enumerate(_pairs(path, before, after, reading.sets)):
            sides = (before.at(one) if one is not None else _ABSENT, after.at(other) if other is not None else _ABSENT)
            yield from _walk((*path, index), *sides, reading)


def _pairs(path: tuple[Step, ...], before: _Side, after: _Side, sets: frozenset[str]) -> list[Pair]:
    """Which elements of two lists are compared: those at the same index, but for sets."""
    is_set = bool(sets) and ".".join(step for step in path if isinstance(step, str)) in sets
    if is_set and before.value and after.value:
        return aligned(before.value, after.value)
    return [(index, index) for index in range(max(before.length, after.length))]


def _leaf(path: tuple[Step, ...], before: _Side, after: _Side, reading: _Reading) -> Iterator[Leaf]:
    if not _any(after.unknown) and _same(before.value, after.value):
        return
    # What becomes sensitive was so before, and what was stays so until it has another value.
    hide = any(_any(side.sensitive) or reading.secrets.are_in(side.value) for side in (before, after))
    shown = (_shown(before, hide), _shown(after, hide))
    yield Leaf(
        AttributeChange(reading.secrets.hidden_in(path_text(path)), *shown, reading.forces(path)),
        (before.value, after.value) if SENSITIVE in shown else None,
    )


def _shown(side: _Side, hide: bool) -> Value:
    if _any(side.unknown):
        return UNKNOWN
    if side.value is None:
        return ABSENT
    return SENSITIVE if hide else known(side.value)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON, where true is not 1."""
    return type(one) is type(other) and (
        one == other
        if not isinstance(one, list | dict)
        else json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def path_text(steps: Sequence[Step]) -> str:
    """`tags.Name`, `regions[0].name`, `tags["kubernetes.io/name"]`."""
    return "".join(_step(step) for step in steps).removeprefix(".")


def _step(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def _at(value: Any, step: Step) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list):
        return value[step] if isinstance(step, int) and step < len(value) else None
    return True if value is True else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else _NOTHING


def _any(marks: Any) -> bool:
    """Whether anything in a shape of marks is true."""
    if isinstance(marks, dict):
        return any(_any(mark) for mark in marks.values())
    if isinstance(marks, list):
        return any(_any(mark) for mark in marks)
    return marks is True
