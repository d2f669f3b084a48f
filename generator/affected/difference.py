"""One difference between two specs, as far as it concerns an environment: why, and what it alone would render."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from generator.affected.fields import MOST
from generator.affected.reason import Reason
from generator.errors import GoldsmithError
from generator.render.render import root_files
from generator.render.roots import Root

Swap = Callable[[Root], Root]


@dataclass(frozen=True)
class Difference:
    reason: Reason
    swap: Swap  # the root as it was, with this difference alone

    def reaches(self, root: Root) -> bool:
        """Whether the difference by itself changes what is rendered of a root as it was.

        One that cannot be by itself counts as one that does.
        """
        try:
            return root_files(self.swap(root)) != root_files(root)
        except (GoldsmithError, LookupError):
            return True


def of_environment(kind: str, text: str, **fields: Any) -> Difference:
    """A difference in whole fields of the environment."""
    return Difference(Reason(kind, text), lambda root: replace(root, environment=replace(root.environment, **fields)))


def of_organization(kind: str, text: str, **fields: Any) -> Difference:
    return Difference(Reason(kind, text), lambda root: replace(root, organization=replace(root.organization, **fields)))


def through(kind: str, names: Iterable[str]) -> str:
    """` through images web and api`; nothing where there are none."""
    listed = sorted(set(names))
    if not listed:
        return ""
    named = listed if len(listed) <= MOST else [*listed[: MOST - 1], f"{len(listed) - MOST + 1} more"]
    joined = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    return f" through {kind}{'s' if len(listed) > 1 else ''} {joined}"
