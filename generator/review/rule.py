"""What a risk rule is: it reads one root's plan as values, and says what a person should see before it is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.review.model import Level, PlannedRoot, Risk
from generator.review.subjects import Scene

LONGEST = 500  # letters of a message


@dataclass(frozen=True)
class Finding:
    """`address` is empty where it is about the root as a whole. `level` is set where it is milder than the rule's."""

    address: str
    message: str
    level: Level | None = None


@dataclass(frozen=True)
class RiskRule:
    """`page` is the docstring of the rule's file: a headline, then What, Why, Bad, Good and Source.

    `find` reads a whole plan, where that is; `find_in_root` what is kept of it. A rule has one of them, or none
    where something else finds what it is about.
    """

    code: str
    name: str
    level: Level
    page: str
    find: Callable[[Scene], Iterable[Finding]] | None = None
    find_in_root: Callable[[PlannedRoot], Iterable[Finding]] | None = None

    @property
    def headline(self) -> str:
        return self.page.strip().split("\n", 1)[0]

    @property
    def body(self) -> str:
        return self.page.strip().partition("\n")[2].strip()

    def risk(self, root: str, finding: Finding) -> Risk:
        return Risk(
            self.code, self.name, finding.level or self.level, root, finding.address, shortened(finding.message)
        )


def shortened(message: str) -> str:
    """A message holds names out of a plan, which may be of any length."""
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 4]} ..."
