"""The tools that a spec asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from generator.review.external.checkov import Checkov
from generator.review.external.conftest import Conftest
from generator.review.external.redaction import redacted
from generator.review.model import Risk
from generator.spec.model_policies import Policies


class Tool(Protocol):
    def find(self, root: str, plan: Mapping[str, Any]) -> tuple[Risk, ...]: ...


def tools_of(policies: Policies) -> tuple[Tool, ...]:
    """Raises ReviewError where one of them is not there."""
    found: list[Tool] = [Conftest(Path(policies.rego))] if policies.rego else []
    return (*found, Checkov(policies.checkov)) if policies.checkov else tuple(found)


def external_findings(tools: tuple[Tool, ...], root: str, document: Mapping[str, Any]) -> tuple[Risk, ...]:
    """What tools say of a plan as `show -json` gives it, which they see without its secrets. Raises ReviewError."""
    if not tools:
        return ()
    plan = redacted(document)
    return tuple(risk for tool in tools for risk in tool.find(root, plan))
