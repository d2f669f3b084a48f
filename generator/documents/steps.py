"""A step at its place in a component document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.source.yaml import Path


@dataclass(frozen=True)
class Step:
    phase: str
    data: Mapping[str, object]
    path: Path

    @property
    def name(self) -> str:
        return str(self.data.get("name"))

    @property
    def action(self) -> str:
        return str(self.data.get("action"))
