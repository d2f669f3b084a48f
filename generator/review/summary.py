"""What a review says in words and numbers, the same in the comment, on the page and on a terminal."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from generator.review.model import LEVELS, PlannedRoot, Review, Risk
from generator.review.visible import clipped

Situation = Literal["failed", "blocked", "destroy", "first_run", "changes", "no_changes"]
SIGNS = {"add": "+", "change": "~", "replace": "±", "destroy": "-"}
COMMANDED = 100  # environments that a command names
ENVIRONMENT = 60  # characters of its name
COMMIT = 64  # hexadecimal digits of its id


@dataclass(frozen=True)
class Finding:
    """A risk, told once for all roots in which it is the same."""

    risk: Risk
    roots: tuple[str, ...]

    @property
    def places(self) -> str:
        """The one root, or how many there are; of a risk that no root has, where it is."""
        if len(self.roots) != 1:
            return counted(len(self.roots), "root")
        return self.roots[0] or "the spec"


@dataclass(frozen=True)
class Failure:
    """A message, told once for all roots that failed with it."""

    message: str
    roots: tuple[PlannedRoot, ...]


@dataclass(frozen=True)
class Danger:
    """How many resources of an environment are replaced or destroyed, in how many roots."""

    environment: str
    roots: int
    replace: int
    destroy: int

    @property
    def signs(self) -> str:
        """`-1 ±3`."""
        counts = (("-", self.destroy), ("±", self.replace))
        return " ".join(f"{sign}{number}" for sign, number in counts if number)


def situation(review: Review) -> Situation:
    """The worst that can be said of it."""
    if review.failed:
        return "failed"
    if review.blocked:
        return "blocked"
    totals = total_counts(review)
    if totals["replace"] or totals["destroy"]:
        return "destroy"
    if not review.changed:
        return "no_changes"
    only_added = not totals["change"] and not review.unchanged and not review.planned.unaffected
    return "first_run" if only_added and totals["add"] else "changes"


def is_appliable(review: Review) -> bool:
    """Whether there is something to apply, and nothing in its way."""
    return situation(review) not in ("failed", "blocked", "no_changes")


def apply_words(review: Review) -> str:
    """What to run in a shell, word for word: bound to this review, for the roots that were planned."""
    environments = list(dict.fromkeys(root.environment for root in review.planned.roots))
    names = [clipped(name, ENVIRONMENT) for name in environments[:COMMANDED]]
    more = " …" if len(environments) > COMMANDED else ""
    command = ["rollout", "--to", clipped(review.planned.commit, COMMIT)] if review.planned.to_commit else ["apply"]
    changed = ["--changed", clipped(review.planned.base, ENVIRONMENT)] if review.planned.base else []
    chosen = [clipped(word, ENVIRONMENT) for word in review.planned.chosen]
    return shlex.join(["goldsmith", *command, *changed, *chosen, "--approved", review.digest, *names]) + more


def total_counts(review: Review) -> Mapping[str, int]:
    """Of the whole fleet: add, change, replace, destroy."""
    totals = dict.fromkeys(SIGNS, 0)
    for root in review.changed:
        for name, number in counts_of(root).items():
            totals[name] += number
    return totals


def counts_of(root: PlannedRoot) -> Mapping[str, int]:
    return root.plan.counts if root.plan else dict.fromkeys(SIGNS, 0)


def verdict(review: Review) -> str:
    """One line: `2 risks block. 12 of 300 roots change: 24 to add, 3 to replace`."""
    parts = []
    if review.failed:
        parts.append(f"{len(review.failed)} of {counted(len(review.planned.roots), 'root')} could not be planned")
    blocking = len(findings(risk for risk in review.risks if risk.blocks))
    if blocking:
        parts.append("1 risk blocks" if blocking == 1 else f"{blocking} risks block")
    return ". ".join([*parts, _changes(review)])


def _changes(review: Review) -> str:
    planned = counted(len(review.planned.roots) - len(review.failed), "root")
    if not review.planned.roots:
        return "No root is affected"
    if not review.changed:
        return f"No changes in {planned}"
    verb = "changes" if len(review.changed) == 1 else "change"
    totals = [f"{number:,} to {name}" for name, number in [*total_counts(review).items(), *_others(review)] if number]
    return f"{len(review.changed):,} of {planned} {verb}: {', '.join(totals) or 'outputs alone'}"


def _others(review: Review) -> list[tuple[str, int]]:
    """What Terraform does to its state alone."""
    actions = Counter(change.action for root in review.changed if root.plan for change in root.plan.changes)
    return [(action, actions[action]) for action in ("import", "move", "forget")]


def signed(counts: Mapping[str, int]) -> str:
    """`+2 ~1 ±0 -0`."""
    return " ".join(f"{sign}{counts[name]}" for name, sign in SIGNS.items())


def dangers(review: Review) -> tuple[Danger, ...]:
    """The environments in which something is replaced or destroyed."""
    found: dict[str, Danger] = {}
    for root in review.changed:
        counts = counts_of(root)
        if counts["replace"] or counts["destroy"]:
            so_far = found.get(root.environment, Danger(root.environment, 0, 0, 0))
            found[root.environment] = Danger(
                root.environment,
                so_far.roots + 1,
                so_far.replace + counts["replace"],
                so_far.destroy + counts["destroy"],
            )
    return tuple(found.values())


def dangers_in_words(found: Iterable[Danger]) -> str:
    """`1 resource is destroyed, 3 resources are replaced`."""
    every = list(found)
    totals = {"destroyed": sum(each.destroy for each in every), "replaced": sum(each.replace for each in every)}
    return ", ".join(
        f"{counted(number, 'resource')} {'is' if number == 1 else 'are'} {verb}"
        for verb, number in totals.items()
        if number
    )


def findings(risks: Iterable[Risk]) -> tuple[Finding, ...]:
    """The same risk of many roots once, with the first one's message: those that block first, those allowed last."""
    found: dict[tuple[object, ...], list[Risk]] = {}
    for risk in risks:
        found.setdefault((risk.code, risk.name, risk.level, risk.address, risk.allowed), []).append(risk)
    told = [Finding(each[0], tuple(dict.fromkeys(risk.root for risk in each))) for each in found.values()]
    return tuple(sorted(told, key=lambda each: _weight(each.risk)))


def group_names(review: Review) -> Mapping[str, str]:
    """Which group each changed root is in, by their names."""
    return {root.name: group.name for group in review.groups for root in group.roots}


def groups_of(finding: Finding, names: Mapping[str, str]) -> list[str]:
    """The groups that a risk is about; none where it is about roots without changes, or the spec."""
    return list(dict.fromkeys(names[root] for root in finding.roots if root in names))


def _weight(risk: Risk) -> tuple[bool, int, str, str]:
    return (risk.allowed is not None, LEVELS.index(risk.level), risk.code, risk.address)


def failures(review: Review) -> tuple[Failure, ...]:
    """What failed, the most frequent first; the names of account and Region make no difference."""
    found: dict[str, list[PlannedRoot]] = {}
    for root in review.failed:
        found.setdefault(_without_place(root), []).append(root)
    told = [Failure(roots[0].failure, tuple(roots)) for roots in found.values()]
    return tuple(sorted(told, key=lambda each: -len(each.roots)))


def _without_place(root: PlannedRoot) -> str:
    message = root.failure
    for place in (root.name, root.account_id, root.region, root.account):
        message = message.replace(place, "…") if place else message
    return message


def reasons(review: Review) -> tuple[tuple[str, int], ...]:
    """Why roots were planned, each with the number of roots, the most frequent first."""
    texts = Counter(reason.text for root in review.planned.roots for reason in root.reasons)
    return tuple(texts.most_common())


def counted(number: int, thing: str) -> str:
    """`1 root`, `300 roots`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
