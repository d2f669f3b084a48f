"""What the service reads from a component document (AWSTOE): its type and its parameters.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html; CreateComponent in the model:
a document whose only phase is called test makes a TEST component, every other one a BUILD component.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from generator.emulator.imagebuilder.errors import InvalidParameterValue

PHASES = ("build", "validate", "test", "container-host-test")


@dataclass(frozen=True)
class Document:
    """`parameters` in the shape of ComponentParameterDetail."""

    kind: str  # BUILD or TEST
    parameters: tuple[dict[str, Any], ...]


def parse(text: str, parameter: str = "data") -> Document:
    """Raises InvalidParameterValue for text that is no component document."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _invalid(parameter, f"The document is not valid YAML: {error}") from None
    if not isinstance(content, Mapping):
        raise _invalid(parameter, "The document must be a map.")
    phases = [_phase_name(phase, parameter) for phase in _list(content, "phases", parameter)]
    if not phases:
        raise _invalid(parameter, "The document must have at least one phase.")
    if "schemaVersion" not in content:
        raise _invalid(parameter, "The document must have a schemaVersion.")
    return Document(
        "TEST" if phases == ["test"] else "BUILD",
        tuple(_parameter(item, parameter) for item in _list(content, "parameters", parameter)),
    )


def _list(content: Mapping[str, Any], key: str, parameter: str) -> list[Any]:
    value = content.get(key) or []
    if not isinstance(value, list):
        raise _invalid(parameter, f"'{key}' must be a list.")
    return value


def _phase_name(phase: Any, parameter: str) -> str:
    name = phase.get("name") if isinstance(phase, Mapping) else None
    if name not in PHASES:
        raise _invalid(parameter, f"The phase {name!r} must be one of [{', '.join(PHASES)}].")
    if not isinstance(phase.get("steps"), list) or not phase["steps"]:
        raise _invalid(parameter, f"The phase '{name}' must have at least one step.")
    return str(name)


def _parameter(item: Any, parameter: str) -> dict[str, Any]:
    """`{Name: {type, default, description}}`; a parameter without default has to be given in each recipe."""
    if not isinstance(item, Mapping) or len(item) != 1:
        raise _invalid(parameter, "Each of 'parameters' must be a map with the parameter's name as its only key.")
    name, detail = next(iter(item.items()))
    if not isinstance(detail, Mapping):
        raise _invalid(parameter, f"The parameter '{name}' must be a map.")
    result: dict[str, Any] = {"name": str(name), "type": str(detail.get("type", "string"))}
    if "default" in detail:
        result["defaultValue"] = [str(detail["default"])]
    if detail.get("description"):
        result["description"] = str(detail["description"])
    return result


def _invalid(parameter: str, problem: str) -> InvalidParameterValue:
    return InvalidParameterValue(parameter, problem)
