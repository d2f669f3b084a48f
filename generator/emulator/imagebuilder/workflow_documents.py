"""What the service reads from a workflow document: its steps and its parameters, which are flat, unlike a component's.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from generator.emulator.imagebuilder.errors import InvalidParameterValue

MOST_STEPS = 15
STEP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-_]{1,99}")
PARAMETER_TYPES = ("string", "integer", "boolean", "stringList")
_ACTIONS = """
    ApplyImageConfigurations BootstrapInstanceForContainer CollectImageMetadata CollectImageScanFindings CreateImage
    DistributeImage ExecuteComponents ExecuteStateMachine LaunchInstance ModifyImageAttributes RegisterImage RunCommand
    RunSysPrep SanitizeInstance TerminateInstance WaitForAction WaitForSSMAgent
"""
ACTIONS = frozenset(_ACTIONS.split())


def parse_workflow(text: str, parameter: str = "data") -> list[dict[str, Any]]:
    """Its parameters, in the shape of WorkflowParameterDetail. Raises InvalidParameterValue for no such document."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidParameterValue(parameter, f"The document is not valid YAML: {error}") from None
    if not isinstance(content, Mapping):
        raise InvalidParameterValue(parameter, "The document must be a map.")
    if "schemaVersion" not in content:
        raise InvalidParameterValue(parameter, "The document must have a schemaVersion.")
    _check_steps(content.get("steps"), parameter)
    parameters = content.get("parameters") or []
    if not isinstance(parameters, list):
        raise InvalidParameterValue(parameter, "'parameters' must be a list.")
    return [_parameter(item, parameter) for item in parameters]


def _check_steps(steps: Any, parameter: str) -> None:
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise InvalidParameterValue(parameter, f"The document must have 1 to {MOST_STEPS} steps.")
    names = set()
    for step in steps:
        name = str(step.get("name")) if isinstance(step, Mapping) else ""
        if not STEP_NAME.fullmatch(name):
            raise InvalidParameterValue(parameter, f"The step name '{name}' must match pattern {STEP_NAME.pattern}.")
        if name in names:
            raise InvalidParameterValue(parameter, f"The step name '{name}' must be unique in the document.")
        if step.get("action") not in ACTIONS:
            raise InvalidParameterValue(
                parameter, f"The action of the step '{name}' must be one of [{', '.join(sorted(ACTIONS))}]."
            )
        names.add(name)


def _parameter(item: Any, parameter: str) -> dict[str, Any]:
    """`{name, type, default, description}`; one without default has to be given where the workflow is used."""
    if not isinstance(item, Mapping) or not item.get("name") or item.get("type") not in PARAMETER_TYPES:
        raise InvalidParameterValue(
            parameter, f"Each of 'parameters' must have a name and a type of [{', '.join(PARAMETER_TYPES)}]."
        )
    result: dict[str, Any] = {"name": str(item["name"]), "type": item["type"]}
    if "default" in item:
        default = item["default"]
        result["defaultValue"] = [_text(value) for value in (default if isinstance(default, list) else [default])]
    if item.get("description"):
        result["description"] = str(item["description"])
    return result


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
