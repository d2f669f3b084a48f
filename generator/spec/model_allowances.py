"""Risks of plans that a spec lets through for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AllowedRisk:
    """An entry under `allow`. In patterns `*` stands for any letters; a risk of a root as a whole has no address."""

    code: str  # R103, or one of checkov's
    address: str  # pattern of addresses
    reason: str
    until: date  # the last day on which it holds
    root: str = "*"  # pattern of names of roots: prod/web-prod/*
    environment: str | None = None  # None: every one
    place: str = ""  # where it stands: environments/prod.yaml:12:5
