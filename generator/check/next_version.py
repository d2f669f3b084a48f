"""Which version comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.spec.versions import Version, parse_version

FIRST_VERSION = "1.0.0"

Part = Literal["major", "minor", "patch"]


@dataclass(frozen=True)
class Occupied:
    """What AWS has: `versions` by section and name; those of `taken` (section, name, version) for other contents."""

    versions: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    taken: frozenset[tuple[str, str, str]] = frozenset()


def highest(versions: Iterable[str]) -> str | None:
    return max(versions, key=parse_version, default=None)


def next_version(previous: str | None, part: Part = "patch") -> str:
    """The version above another, by the part that is raised; the first one above None."""
    if previous is None:
        return FIRST_VERSION
    major, minor, patch = parse_version(previous)
    following: dict[Part, Version] = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
    }
    return ".".join(str(number) for number in following[part])
