"""An account of the organization. A part of the model of its own, since every other part names accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    name: str
    id: str  # twelve digits
