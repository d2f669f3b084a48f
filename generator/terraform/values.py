"""The values of a plan's attributes, safe to keep: what is sensitive is known to be there, and is not held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

_UNSHOWN: tuple[Literal["sensitive", "unknown", "absent"], ...] = ("sensitive", "unknown", "absent")


@dataclass(frozen=True)
class Value:
    """One side of a change: a JSON value that may be shown, or why there is none.

    `sensitive` has a value that nobody may see; `unknown` will be known after apply; `absent` is not set at all.
    """

    kind: Literal["known", "sensitive", "unknown", "absent"]
    json: Any = None  # of a known one: anything that JSON can say

    def as_dict(self) -> dict[str, Any]:
        """`{"known": ...}`, or `{"sensitive": true}` and the like."""
        return {self.kind: self.json if self.kind == "known" else True}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        if "known" in document:
            return cls("known", document["known"])
        return next(cls(kind) for kind in _UNSHOWN if document.get(kind) is True)


SENSITIVE = Value("sensitive")
UNKNOWN = Value("unknown")
ABSENT = Value("absent")


@dataclass(frozen=True)
class AttributeChange:
    """One attribute, at a leaf: `root_block_device[0].encrypted`, `tags.Name`."""

    path: str
    before: Value
    after: Value
    forces_replacement: bool = False
