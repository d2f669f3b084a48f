"""What the service reads from a component document (AWSTOE): its type and its parameters; and what it refuses.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html; CreateComponent in the model:
a document whose only phase is called test makes a TEST component, every other one a BUILD component. It may have phases
besides those that Image Builder runs: `awstoe run --phases` names them.
The words for a schema version and an action: what New-EC2IBComponent answers; for a step's name:
https://github.com/aws/aws-cdk/issues/19909; for inputs: https://github.com/CloudSnorkel/cdk-github-runners/issues/964.
What else AWSTOE does not run, `component_documents` finds when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from generator.documents.actions import ACTIONS
from generator.documents.component import STEP_NAME
from generator.emulator.imagebuilder.errors import InvalidParameterValue

PHASES = ("build", "validate", "test", "container-host-test")


@dataclass(frozen=True)
class Document:
    """`parameters` in the shape of ComponentParameterDetail."""

    kind: str  # BUILD or TEST
    parameters: tuple[dict[str, Any], ...]


def parse(text: str, platform: str, parameter: str = "data") -> Document:
    """Raises InvalidParameterValue for text that is no component document, or none for this platform."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _invalid(parameter, f"The document is not valid YAML: {error}") from None
    if not isinstance(content, Mapping):
        raise _invalid(parameter, "The document must be a map.")
    if str(content.get("schemaVersion")) not in ("1", "1.0"):
        raise _invalid(parameter, "Invalid schema version. Supported versions include: 1.0.")
    phases = [_phase_name(phase, platform, parameter) for phase in _list(content, "phases", parameter)]
    if not set(phases) & set(PHASES):
        raise _invalid(parameter, f"The document must have at least one phase of [{', '.join(PHASES)}].")
    return Document(
        "TEST" if phases == ["test"] else "BUILD",
        tuple(_parameter(item, parameter) for item in _list(content, "parameters", parameter)),
    )


def _list(content: Mapping[str, Any], key: str, parameter: str) -> list[Any]:
    value = content.get(key) or []
    if not isinstance(value, list):
        raise _invalid(parameter, f"'{key}' must be a list.")
    return value


def _phase_name(phase: Any, platform: str, parameter: str) -> str:
    name = phase.get("name") if isinstance(phase, Mapping) else None
    if not isinstance(name, str):
        raise _invalid(parameter, "Each of 'phases' must be a map with a name.")
    if not isinstance(phase.get("steps"), list) or not phase["steps"]:
        raise _invalid(parameter, f"The phase '{name}' must have at least one step.")
    for step in phase["steps"]:
        problem = _step_problem(step, name, platform) if isinstance(step, Mapping) else None
        if problem:
            raise _invalid(parameter, problem)
    return name


def _step_problem(step: Mapping[str, Any], phase: str, platform: str) -> str | None:
    name = str(step.get("name"))
    if not STEP_NAME.match(name):
        allowed = "numbers [0-9], english letters [a-z,A-Z] and special characters [-_]"
        return f"Invalid step name '{name}' in phase '{phase}'. Allowed characters are combinations of {allowed}."
    problem = _action_problem(step, platform) if isinstance(step.get("action"), str) else None
    return problem and f"Parsing step '{name}' in phase '{phase}' failed. Error: {problem}"


def _action_problem(step: Mapping[str, Any], platform: str) -> str | None:
    """A step with a condition may be meant for another platform."""
    action = ACTIONS.get(step["action"])
    if action is None or (platform not in action.platforms and "if" not in step):
        return f"Unsupported action {step['action']} for os platform {platform.lower()}."
    if action.needs_inputs and not step.get("inputs"):
        return f"Action {action.name} has no inputs; it requires an 'inputs'"
    return None


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
