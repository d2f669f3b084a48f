"""Rules of others that plans are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Checkov:
    level: Literal["block", "warn", "note"]
    checks: tuple[str, ...] = ()  # the only ones that are made; none: all but those skipped
    skip: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policies:
    rego: str | None = None  # path of the folder, for conftest
    checkov: Checkov | None = None
