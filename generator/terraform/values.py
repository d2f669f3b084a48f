"""The values of a plan's attributes, safe to keep: what is sensitive is known to be there, and is not held."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, Self

_UNSHOWN: tuple[Literal["sensitive", "unknown", "absent"], ...] = ("sensitive", "unknown", "absent")
WHOLE = 64 * 1024  # characters: a longer text is kept by its head and its hash
HEAD = 4 * 1024


@dataclass(frozen=True)
class Value:
    """One side of a change: a JSON value that may be shown, or why there is none.

    `sensitive` has a value that nobody may see; `unknown` will be known after apply; `absent` is not set at all,
    which is what Terraform's null means.
    """

    kind: Literal["known", "sensitive", "unknown", "absent"]
    json: Any = None  # of a known one: anything that JSON can say; of a long one, the first characters of it
    sha256: str = ""  # of a long one: of the whole text
    size: int = 0  # of a long one: the characters of the whole text

    def as_dict(self) -> dict[str, Any]:
        """`{"known": ...}`, or `{"sensitive": true}` and the like; a long one has its `sha256` and `size` beside."""
        whole = {"sha256": self.sha256, "size": self.size} if self.sha256 else {}
        return {self.kind: self.json if self.kind == "known" else True, **whole}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        if "known" in document:
            return cls("known", document["known"], document.get("sha256", ""), document.get("size", 0))
        return next(cls(kind) for kind in _UNSHOWN if document.get(kind) is True)


SENSITIVE = Value("sensitive")
UNKNOWN = Value("unknown")
ABSENT = Value("absent")


def known(value: Any) -> Value:
    """A value that may be shown. One that takes more than WHOLE characters is kept by its head and its hash."""
    if (isinstance(value, str) and len(value) <= WHOLE) or not isinstance(value, str | list | dict):
        return Value("known", value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(text) <= WHOLE:
        return Value("known", value)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Value("known", text[:HEAD], digest, len(text))


@dataclass(frozen=True)
class AttributeChange:
    """One attribute, at a leaf: `root_block_device[0].encrypted`, `tags.Name`, `tags["a.b"]`."""

    path: str
    before: Value
    after: Value
    forces_replacement: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether it goes between nothing and an empty value, which a provider takes for the same."""
        nothing = [
            side == ABSENT or (side.kind == "known" and side.json in ("", [], {})) for side in (self.before, self.after)
        ]
        return all(nothing)

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes of it."""
        forced = {"forces_replacement": True} if self.forces_replacement else {}
        return {"path": self.path, "before": self.before.as_dict(), "after": self.after.as_dict(), **forced}
