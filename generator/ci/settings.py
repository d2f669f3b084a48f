"""What a pipeline has to know of its repository."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from generator import __version__
from generator.errors import UsageError
from generator.render.roots import Root

TERRAFORM = "1.11.4"  # a release that the tests run; plans and applies of one review need the same
PYTHON = "3.12"
ROOTS_OF_A_SHARD = 25  # a runner with 4 cores plans as many in a few minutes: docs/performance.md
MOST_SHARDS = 20
REFUSED = frozenset("!\"#$%&'*,:;<>?@[\\]^`{|}")


@dataclass(frozen=True)
class Settings:
    """Values of a pipeline; none can be taken for anything but text. Paths are relative to the repository."""

    branch: str = "main"
    spec: str = "environments"
    rendered: str = "rendered"
    region: str = "us-east-1"
    terraform: str = TERRAFORM
    python: str = PYTHON
    goldsmith: str = __version__
    shards: int = 1
    records_rollouts: bool = False  # whether the spec says where, so that each runner can go on with any

    def __post_init__(self) -> None:
        for field in fields(self):
            _require_plain(field.name, str(getattr(self, field.name)))
        for path in (self.spec, self.rendered):
            _require_inside(path)


def shards_for(roots: Sequence[Root]) -> int:
    """How many jobs plan a whole fleet beside each other."""
    return max(1, min(MOST_SHARDS, math.ceil(len(roots) / ROOTS_OF_A_SHARD)))


def _require_plain(name: str, value: str) -> None:
    """A dollar begins an expression on each of the platforms, also inside of quotation marks; a star is a pattern."""
    if not value or not value.isprintable() or set(value) & REFUSED:
        raise UsageError(
            f"{name}: {value!r} cannot stand in a pipeline: no {' '.join(sorted(REFUSED))} or control character may."
        )


def _require_inside(path: str) -> None:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise UsageError(f"{path}: is outside of the repository; name a folder inside of it.")
