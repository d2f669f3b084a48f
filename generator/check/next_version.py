"""Which version comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from generator.spec.versions import Version, parse_version

FIRST_VERSION = "1.0.0"

Part = Literal["major", "minor", "patch"]


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
