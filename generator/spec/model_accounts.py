"""An account of the organization. A part of the model of its own, since every other part names accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """Name and id say which account it is. Where it is filed selects it for a wave and is rendered nowhere, so two of
    one name and id are the same account wherever they are filed."""

    name: str
    id: str  # twelve digits
    ou: str = field(default="", compare=False)  # path of its organizational unit: workloads/prod
    tags: Mapping[str, str] = field(default_factory=dict, compare=False)

    def is_in(self, ou: str) -> bool:
        """Whether it is in an organizational unit, or in one below it."""
        return self.ou == ou or self.ou.startswith(f"{ou}/")
