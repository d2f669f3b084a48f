"""What verify says of a root: one line for each thing that was compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Result = Literal["passed", "failed", "skipped"]

MISSING: Final = "missing"


@dataclass(frozen=True)
class Check:
    """One comparison. `expected` and `actual` are for people to read; `result` is for programs."""

    root: str  # prod/web-prod/us-east-1
    name: str  # what was compared, such as pipelines.web.recipe_version
    expected: str
    actual: str
    result: Result


def equal(root: str, name: str, expected: object, actual: object) -> Check:
    """Passed where both are the same value; collections without an order are to be sorted before."""
    return Check(root, name, text(expected), text(actual), "passed" if expected == actual else "failed")


def failed(root: str, name: str, expected: object, actual: object) -> Check:
    return Check(root, name, text(expected), text(actual), "failed")


def skipped(root: str, name: str, expected: object, reason: str) -> Check:
    return Check(root, name, text(expected), reason, "skipped")


def text(value: object) -> str:
    """A value on one line: `a, b` for a collection, `none` for null."""
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={text(item)}" for key, item in value.items()) or "none"
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return ", ".join(text(item) for item in value) or "none"
    return str(value)
