"""Roots that a change brings, takes away, or calls by another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.affected.reason import Reason
from generator.render.roots import Root


def new_reason(root: Root, before: Sequence[Root]) -> Reason:
    """Why a root is there that was not."""
    return Reason("new", f"root is new: {_cause(root, before, 'is new', 'joins')}")


def removed_reason(root: Root, after: Sequence[Root]) -> Reason:
    """Why a root is there no more."""
    return Reason("removed", f"root is removed: {_cause(root, after, 'is gone', 'leaves')}")


def renamings(before: Sequence[Root], after: Sequence[Root]) -> Iterator[tuple[str, Reason]]:
    """Roots of both sides that are one place under two names, each with what that means."""
    old, new = ({each.name for each in side} for side in (before, after))
    gone = [each for each in before if each.name not in new and each.account.id]
    for root in after:
        was = [each for each in gone if root.name not in old and _is_renamed(each, root, before, after)]
        if len(was) == 1:
            text = "another name is another state, so that all of it is made anew"
            yield root.name, Reason("renamed", f"was {was[0].name}: {text}")
            yield (
                was[0].name,
                Reason("renamed", f"is {root.name} now: all that is here is destroyed, and made anew there"),
            )


def _is_renamed(old: Root, new: Root, before: Sequence[Root], after: Sequence[Root]) -> bool:
    """Whether a place stayed, where one name of it (of the environment or the account) has gone and one has come."""
    if (old.account.id, old.region, old.kind) != (new.account.id, new.region, new.kind):
        return False
    if old.account.name == new.account.name:
        here, there = ({each.environment.name for each in side} for side in (before, after))
        return old.environment.name not in there and new.environment.name not in here
    siblings = [[each for each in side if each.environment.name == new.environment.name] for side in (before, after)]
    here, there = ({each.account.name for each in side} for side in siblings)
    is_same = old.environment.name == new.environment.name
    return is_same and old.account.name not in there and new.account.name not in here


def _cause(root: Root, others: Sequence[Root], environment: str, account: str) -> str:
    """In words, by what the other side has of it."""
    siblings = [each for each in others if each.environment.name == root.environment.name]
    if not siblings:
        return f"environment {root.environment.name} {environment}"
    if all(each.account.name != root.account.name for each in siblings):
        return f"account {root.account.name} {account} {root.environment.name}"
    more = "has one" if account == "joins" else "has none"
    return f"account {root.account.name} {more} in {root.region}"
