"""Which root goes next: one of the account that has the fewest under way, so that AWS throttles none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

# What AWS counts, it counts by account: EC2 by account and Region, with 100 tokens for a call such as DescribeHosts, of
# which 20 come back in a second; IAM by account. Terraform has up to ten calls under way, so four roots have forty, and
# leave more than half to all others who work in the account.
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
# https://developer.hashicorp.com/terraform/cli/commands/apply#parallelism-n
ROOTS_PER_ACCOUNT = 4


class InAccount(Protocol):
    @property
    def account(self) -> str: ...


A = TypeVar("A", bound=InAccount)
T = TypeVar("T")


def next_fair(ready: Sequence[A], running: Sequence[str], most: int = ROOTS_PER_ACCOUNT) -> A | None:
    """The first of those whose account has the fewest under way; None where every account has as many as it may.

    `running`: the account of each that is under way. What belongs to no account ("") is not bounded.
    """
    counts = Counter(running)
    free = [each for each in ready if not each.account or counts[each.account] < most]
    return min(free, key=lambda each: counts[each.account] if each.account else 0, default=None)


def in_turns(items: Sequence[T], account: Callable[[T], str]) -> list[T]:
    """The first of each account, then the second of each: for engines that take roots as they come."""
    seen: Counter[str] = Counter()
    turns = []
    for each in items:
        turns.append(seen[account(each)])
        seen[account(each)] += 1
    return [each for _, each in sorted(zip(turns, items, strict=True), key=lambda pair: pair[0])]
