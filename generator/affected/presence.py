"""Roots that a change brings, takes away, or calls by another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.affected.reason import Reason
from generator.affected.roots import RootFacts


def new_reason(root: RootFacts, before: Sequence[RootFacts]) -> Reason:
    """Why a root is there that was not."""
    return Reason("new", f"root is new: {_cause(root, before, 'is new', 'joins')}")


def removed_reason(root: RootFacts, after: Sequence[RootFacts]) -> Reason:
    """Why a root is there no more."""
    return Reason("removed", f"root is removed: {_cause(root, after, 'is gone', 'leaves')}")


def renamings(before: Sequence[RootFacts], after: Sequence[RootFacts]) -> Iterator[tuple[str, Reason]]:
    """Roots of both sides that are one place under two names, each with what that means."""
    old, new = ({each.name for each in side} for side in (before, after))
    gone = [each for each in before if each.name not in new and each.account_id]
    for root in after:
        was = [each for each in gone if root.name not in old and _is_renamed(each, root, before, after)]
        if len(was) == 1:
            text = "another name is another state, so that all of it is made anew"
            yield root.name, Reason("renamed", f"was {was[0].name}: {text}")
            yield (
                was[0].name,
                Reason("renamed", f"is {root.name} now: all that is here is destroyed, and made anew there"),
            )


def _is_renamed(old: RootFacts, new: RootFacts, before: Sequence[RootFacts], after: Sequence[RootFacts]) -> bool:
    """Whether a place stayed, where one name of it (of the environment or the account) has gone and one has come."""
    if (old.account_id, old.region, old.kind) != (new.account_id, new.region, new.kind):
        return False
    if old.account == new.account:
        here, there = ({each.environment for each in side} for side in (before, after))
        return old.environment not in there and new.environment not in here
    here, there = ({each.account for each in side if each.environment == new.environment} for side in (before, after))
    return old.environment == new.environment and old.account not in there and new.account not in here


def _cause(root: RootFacts, others: Sequence[RootFacts], environment: str, account: str) -> str:
    """In words, by what the other side has of it."""
    siblings = [each for each in others if each.environment == root.environment]
    if not siblings:
        return f"environment {root.environment} {environment}"
    if all(each.account != root.account for each in siblings):
        return f"account {root.account} {account} {root.environment}"
    more = "has one" if account == "joins" else "has none"
    return f"account {root.account} {more} in {root.region}"
