"""Roots divided among jobs, the same way on every machine, and the matrix of such jobs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from generator.errors import UsageError

MOST_JOBS = 256  # of a matrix: https://docs.github.com/en/actions/reference/limits
ROOTS_PER_SHARD, USUAL_MOST = 12, 20  # a job starts in about the time in which a few roots are planned

_SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})\Z")


@dataclass(frozen=True)
class Shard:
    """One of `count` parts; the first is 1."""

    index: int
    count: int

    def of(self, names: Iterable[str]) -> frozenset[str]:
        """Its part of the names, dealt out in their order, so that no part is longer than another by more than one."""
        return frozenset(sorted(names)[self.index - 1 :: self.count])

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


ALL = Shard(1, 1)


class Job(TypedDict):
    """An entry of a matrix: what a job is called by, and what it gives to `plan --changed BASE --shard SHARD`."""

    shard: str
    base: str
    roots: int
    name: str


def parse_shard(text: str) -> Shard:
    """Raises UsageError for what is no shard."""
    match = _SHARD.match(text)
    if not match or int(match[1]) > int(match[2]):
        raise UsageError(f"{text}: is no shard; the first of five is 1/5, the last 5/5.")
    return Shard(int(match[1]), int(match[2]))


def shard_count(roots: int, wanted: int | None) -> int:
    """How many shards so many roots make: as many as wanted, or as serves; never more than roots, nor than jobs."""
    most = wanted or min(USUAL_MOST, -(-roots // ROOTS_PER_SHARD))
    return min(most, roots, MOST_JOBS)


def github_matrix(names: Sequence[str], count: int, base: str) -> dict[str, list[Job]]:
    """For `strategy.matrix`; without a root, without an entry: such a job is to be skipped."""
    shards = [Shard(index, count) for index in range(1, count + 1)]
    return {"include": [_job(shard, sorted(shard.of(names)), base) for shard in shards]}


def _job(shard: Shard, names: list[str], base: str) -> Job:
    name = names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
    return {"shard": str(shard), "base": base, "roots": len(names), "name": name}
