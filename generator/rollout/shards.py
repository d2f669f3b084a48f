"""The roots of a wave divided among jobs of a matrix, so that what runs at once is never more than the wave lets.

All shards may run beside each other, each with `at_once` roots under way: so many jobs with so many roots are at most
what the wave lets. The same roots make the same shards on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from generator.affected.shards import MOST_JOBS, Shard
from generator.rollout.next_document import NextDocument

MOST_AT_ONCE = 4  # roots of one job: what a runner with 4 cores and 16 GB carries


@dataclass(frozen=True)
class Shards:
    """Every root is in exactly one part, and no part is longer than another by more than one."""

    parts: tuple[tuple[str, ...], ...]  # in the order in which each takes its roots; none is empty
    at_once: int  # roots of one part


def divide(roots: Sequence[str], max_concurrent: int) -> Shards:
    """Divide the roots (ENVIRONMENT/ACCOUNT/REGION), of which so many may be under way.

    An account's roots come one after the other as far as there are turns for it, since AWS throttles by account.
    """
    if not roots:
        return Shards((), 1)
    turns = -(-len(roots) // max(1, max_concurrent))
    lanes = -(-len(roots) // turns)  # of which none would have nothing to do
    at_once, count = _jobs(lanes)
    order = _in_turns(roots, -(-len(roots) // (at_once * count)))
    return Shards(tuple(tuple(order[number::count]) for number in range(count)), at_once)


def _jobs(lanes: int) -> tuple[int, int]:
    """Roots at once in a job, and jobs: as near to the lanes as jobs can come, and then as few of them as do."""
    pairs = [(each, min(MOST_JOBS, lanes // each)) for each in range(1, min(MOST_AT_ONCE, lanes) + 1)]
    return max(pairs, key=lambda pair: (pair[0] * pair[1], pair[0]))


def _in_turns(roots: Sequence[str], turns: int) -> list[str]:
    """Dealt over the turns account by account: one with no more roots than turns has at most one in each."""
    ordered = sorted(roots, key=lambda root: (root.split("/")[1:2], root))
    return [root for turn in range(turns) for root in ordered[turn::turns]]


def divided(step: NextDocument) -> Shards:
    """Those of a step; none where no root is to be applied."""
    names = [each.root for each in step.roots] if step.do == "apply" else []
    return divide(names, step.max_concurrent)


def mark_of(step: NextDocument) -> str:
    """The same for the same roots of the same wave: where a step is told twice, nobody got any further."""
    names = "\n".join([step.rollout, step.wave or "", *sorted(each.root for each in step.roots)])
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def names_of(step: NextDocument) -> list[str]:
    """As a matrix and `--shard` have them: 1/2, 2/2."""
    count = len(divided(step).parts)
    return [str(Shard(index, count)) for index in range(1, count + 1)]
