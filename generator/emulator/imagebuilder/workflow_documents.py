"""What the service reads from a workflow document: its steps, its parameters and its outputs.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html. Parameters are
flat, unlike a component's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.workflow_actions import RULES
from generator.emulator.imagebuilder.workflow_conditions import as_text, condition_problem
from generator.emulator.imagebuilder.workflow_variables import SUFFIX

MOST_STEPS = 15
STEP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-_]{1,99}")
PARAMETER_TYPES = ("string", "integer", "boolean", "stringList")
ON_FAILURE = ("Abort", "Continue")


@dataclass(frozen=True)
class DocumentStep:
    """`condition`, `inputs` and `rollback` as written: what they mean is known when the step runs."""

    name: str
    action: str
    description: str = ""
    condition: Any = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    on_failure: str = "Abort"
    rollback: Any = True
    timeout: int = 0  # seconds


@dataclass(frozen=True)
class WorkflowDocument:
    """`parameters` in the shape of WorkflowParameterDetail; `outputs` are values as written, by name."""

    steps: tuple[DocumentStep, ...]
    parameters: tuple[dict[str, Any], ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)


def parse_workflow(text: str, kind: str, parameter: str = "data") -> WorkflowDocument:
    """A workflow of the type BUILD, TEST or DISTRIBUTION. Raises InvalidParameterValue for no such document."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidParameterValue(parameter, f"The document is not valid YAML: {error}") from None
    if not isinstance(content, Mapping):
        raise InvalidParameterValue(parameter, "The document must be a map.")
    if "schemaVersion" not in content:
        raise InvalidParameterValue(parameter, "The document must have a schemaVersion.")
    steps = _steps(content.get("steps"), kind, parameter)
    parameters = [_parameter(item, parameter) for item in _listed(content, "parameters", parameter)]
    outputs = [_output(item, parameter) for item in _listed(content, "outputs", parameter)]
    return WorkflowDocument(steps, tuple(parameters), dict(outputs))


def _listed(content: Mapping[str, Any], key: str, parameter: str) -> list[Any]:
    value = content.get(key) or []
    if not isinstance(value, list):
        raise InvalidParameterValue(parameter, f"'{key}' must be a list.")
    return value


def _steps(steps: Any, kind: str, parameter: str) -> tuple[DocumentStep, ...]:
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise InvalidParameterValue(parameter, f"The document must have 1 to {MOST_STEPS} steps.")
    result: list[DocumentStep] = []
    for step in steps:
        name = str(step.get("name")) if isinstance(step, Mapping) else ""
        if not STEP_NAME.fullmatch(name):
            raise InvalidParameterValue(parameter, f"The step name '{name}' must match pattern {STEP_NAME.pattern}.")
        if name in [earlier.name for earlier in result]:
            raise InvalidParameterValue(parameter, f"The step name '{name}' must be unique in the document.")
        problem = _problem(step, kind)
        if problem:
            raise InvalidParameterValue(parameter, f"The step '{name}' is not valid: {problem}.")
        result.append(_step(name, step))
    return tuple(result)


def _problem(step: Mapping[str, Any], kind: str) -> str:
    """What AWS would refuse in a step, in words; empty where nothing is."""
    rule = RULES.get(str(step.get("action")))
    if rule is None:
        return f"its action must be one of [{', '.join(sorted(RULES))}]"
    if kind not in rule.stages:
        return f"the action {step['action']} does not belong into a workflow of type {kind}"
    if step.get("onFailure", "Abort") not in ON_FAILURE:
        return f"onFailure must be one of [{', '.join(ON_FAILURE)}]"
    timeout = step.get("timeoutSeconds", rule.timeout)
    if type(timeout) is not int or not 1 <= timeout <= rule.longest:
        return f"timeoutSeconds must be 1 to {rule.longest}"
    inputs = step.get("inputs") or {}
    if not isinstance(inputs, Mapping):
        return "inputs must be a map"
    missing = [name for name in rule.required if name not in inputs and name + SUFFIX not in inputs]
    if missing:
        return f"the action {step['action']} needs the inputs {', '.join(missing)}"
    problem = condition_problem(step["if"]) if "if" in step else ""
    return f"in its 'if', {problem}" if problem else ""


def _step(name: str, step: Mapping[str, Any]) -> DocumentStep:
    return DocumentStep(
        name,
        step["action"],
        str(step.get("description") or ""),
        step.get("if"),
        step.get("inputs") or {},
        step.get("onFailure", "Abort"),
        step.get("rollbackEnabled", True),
        step.get("timeoutSeconds", RULES[step["action"]].timeout),
    )


def _parameter(item: Any, parameter: str) -> dict[str, Any]:
    """`{name, type, default, description}`; one without default has to be given where the workflow is used."""
    if not isinstance(item, Mapping) or not item.get("name") or item.get("type") not in PARAMETER_TYPES:
        raise InvalidParameterValue(
            parameter, f"Each of 'parameters' must have a name and a type of [{', '.join(PARAMETER_TYPES)}]."
        )
    result: dict[str, Any] = {"name": str(item["name"]), "type": item["type"]}
    if "default" in item:
        default = item["default"]
        result["defaultValue"] = [as_text(value) for value in (default if isinstance(default, list) else [default])]
    if item.get("description"):
        result["description"] = str(item["description"])
    return result


def _output(item: Any, parameter: str) -> tuple[str, Any]:
    if not isinstance(item, Mapping) or not item.get("name") or "value" not in item:
        raise InvalidParameterValue(parameter, "Each of 'outputs' must have a name and a value.")
    return str(item["name"]), item["value"]
