"""What makes a group odd, in words: `one change more: aws_iam_role.x (create)`, `volume_size 30 instead of 20`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from generator.review.grouping import Held, Likeness
from generator.review.places import Place
from generator.terraform.values import ABSENT, SENSITIVE, UNKNOWN, Value

NEIGHBOURS = 20  # how many of the largest groups one is compared with, so that the cost stays linear
TOLD = 3  # differences that are told in full
LONG = 40  # characters of a value

_INDEX_END = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_UNSHOWN = {SENSITIVE: "another secret", UNKNOWN: "a value known after apply", ABSENT: "nothing"}


@dataclass(frozen=True)
class Kind:
    """A group on its way: the root that stands for it, and how many are like it."""

    likeness: Likeness
    size: int

    @cached_property
    def changes(self) -> Mapping[str, Mapping[Place, str]]:
        """What stands where, as it is compared, by address."""
        found: dict[str, dict[Place, str]] = {}
        for place, text in self.likeness.texts.items():
            found.setdefault(place.address, {})[place] = text
        return found


def oddities(kinds: Sequence[Kind]) -> list[str]:
    """For each, in words, what makes it differ from the nearest of the larger ones; empty where none is near."""
    largest = sorted(kinds, key=lambda kind: -kind.size)[:NEIGHBOURS]
    return [_oddity(kind, [other for other in largest if other.size > kind.size]) for kind in kinds]


def _oddity(kind: Kind, larger: Iterable[Kind]) -> str:
    near = [other for other in larger if _is_near(kind, other)]
    if not near:
        return ""
    nearest = min(near, key=lambda other: (_distance(kind, other), -other.size))
    parts = [part for part in _parts(kind, nearest) if part]
    more = f"; and {len(parts) - TOLD} more differences" if len(parts) > TOLD + 1 else ""
    return "; ".join(parts[: TOLD if more else TOLD + 1]) + more


def _is_near(one: Kind, other: Kind) -> bool:
    """Whether they are of the same kind at all: what they have in common is at least what only one of them has."""
    ours, theirs = set(one.changes) - {""}, set(other.changes) - {""}
    return len(ours & theirs) >= max(1, len(ours ^ theirs))


def _distance(one: Kind, other: Kind) -> int:
    return sum(one.changes.get(address) != other.changes.get(address) for address in {*one.changes, *other.changes})


def _parts(odd: Kind, usual: Kind) -> Iterator[str]:
    ours, theirs = odd.changes, usual.changes
    yield _counted("more", [_named(odd, address) for address in sorted(set(ours) - set(theirs))])
    yield _counted("less", [_named(usual, address) for address in sorted(set(theirs) - set(ours))])
    if ours.get("") != theirs.get(""):
        yield "the root is removed" if odd.likeness.root.removed else "the root stays"
    for address in sorted(set(ours) & set(theirs) - {""}):
        if ours[address] != theirs[address]:
            yield from _differences(address, odd, usual)


def _counted(word: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    told = names if len(names) <= TOLD else names[: TOLD - 1]
    rest = f" and {len(names) - len(told)} others" if len(told) < len(names) else ""
    return f"{'one change' if len(names) == 1 else f'{len(names)} changes'} {word}: {', '.join(told)}{rest}"


def _named(kind: Kind, address: str) -> str:
    """`aws_iam_role.x (create)`, as the root itself has it."""
    action = _action(kind, address)
    return f"{address} ({action})" if action else address


def _action(kind: Kind, address: str) -> str:
    held = kind.likeness.held.get(Place(address))
    return str(json.loads(held.head)[0]) if held and held.head.startswith("[") else ""


def _differences(address: str, odd: Kind, usual: Kind) -> Iterator[str]:
    """Of one change that both have: another action says all, else each attribute that is not the same."""
    one, other = _action(odd, address), _action(usual, address)
    if one != other:
        yield f"{address}: {one} instead of {other}"
        return
    ours, theirs = odd.changes[address], usual.changes[address]
    for place in sorted({*ours, *theirs}):
        if place in ours and place in theirs and ours[place] != theirs[place]:
            yield f"{address}: {_difference(place, odd.likeness.held[place], usual.likeness.held[place])}"
    made = one in ("create", "replace")
    for path in _only_in(ours, theirs):
        to = "" if path.endswith("]") else _value_at(odd, Place(address, path))
        yield f"{address}: {path} {'is set besides' if made else 'changes too'}{f', to {to}' if to else ''}"
    for path in _only_in(theirs, ours):
        yield f"{address}: {path} {'is not set' if made else 'does not change'}"


def _only_in(some: Iterable[Place], others: Iterable[Place]) -> list[str]:
    """Paths of attributes that only one side has; of an element of a list that it alone has, the element's."""
    theirs = [place.path for place in others]
    found = dict.fromkeys(_element(place.path, theirs) for place in sorted(set(some) - set(others)))
    return [path for path in found if path]


def _element(path: str, others: Sequence[str]) -> str:
    """The outermost element around a path that none of the others is in, else the path itself."""
    for end in _INDEX_END.finditer(path):
        if not any(other.startswith(path[: end.end()]) for other in others):
            return path[: end.end()]
    return path


def _value_at(kind: Kind, place: Place) -> str:
    held = kind.likeness.held.get(place)
    return _words(held.sides[1]) if held and held.sides else ""


def _difference(place: Place, odd: Held, usual: Held) -> str:
    """Of what both have, and have otherwise."""
    if not place.path:
        return "changes for another reason"
    if not odd.sides or not usual.sides:
        return f"{place.path} has another result"
    (before, after), (usual_before, usual_after) = odd.sides, usual.sides
    if after != usual_after:
        return f"{place.path} {_instead(after, usual_after)}"
    return f"{place.path} was {_instead(before, usual_before)} before"


def _instead(one: Value, other: Value) -> str:
    """`30 instead of 20`; of what is too long to be read in a line, that it is another."""
    words = [_words(value) for value in (one, other)]
    return f"{words[0]} instead of {words[1]}" if all(words) else "is another"


def _words(value: Value) -> str:
    if value.kind != "known":
        return _UNSHOWN[value]
    text = value.json if isinstance(value.json, str) else json.dumps(value.json)
    return (text or '""') if len(text) <= LONG and "\n" not in text else ""
