"""Puts a review together: what was planned, in groups, with its risks and the digest that an approval names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from string import ascii_uppercase

from generator.review.digest import fleet_digest
from generator.review.grouping import alike
from generator.review.model import LEVELS, Group, Planned, PlannedRoot, Review, Risk
from generator.review.odd import Kind, oddities


def review_of(planned: Planned, risks: Iterable[Risk] = ()) -> Review:
    """The review of what was planned; `risks` are those that were found in it."""
    found = tuple(risks)
    return Review(
        planned=planned,
        digest=fleet_digest(planned.roots),
        groups=groups_of(planned.roots, found),
        risks=found,
    )


def groups_of(roots: Sequence[PlannedRoot], risks: Iterable[Risk] = ()) -> tuple[Group, ...]:
    """The roots that have changes: odd groups first, then by the worst risk, then the larger ones."""
    by_root: Mapping[str, list[Risk]] = defaultdict(list)
    for risk in risks:
        by_root[risk.root].append(risk)
    kinds = alike(roots)
    words = oddities([Kind(members[0], len(members)) for members in kinds])
    groups = [
        Group(
            name="",
            digest=members[0].digest,
            roots=tuple(member.root for member in members),
            risks=tuple(risk for member in members for risk in by_root.get(member.root.name, ())),
            odd=odd,
        )
        for members, odd in zip(kinds, words, strict=True)
    ]
    return tuple(replace(group, name=_letters(place)) for place, group in enumerate(sorted(groups, key=_rank)))


def _rank(group: Group) -> tuple[bool, int, int, str]:
    level = LEVELS.index(group.level) if group.level else len(LEVELS)
    return (not group.odd, level, -len(group.roots), group.roots[0].name)


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    letters = ""
    while number >= 0:
        number, letter = divmod(number, len(ascii_uppercase))
        letters = ascii_uppercase[letter] + letters
        number -= 1
    return letters
