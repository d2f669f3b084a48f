"""What the service reads from a workflow document: its steps, its parameters and its outputs.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html. Parameters are
flat, unlike a component's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from generator.documents.findings import findings_of
from generator.documents.workflow import check_shape
from generator.documents.workflow_actions import ACTIONS, Stage
from generator.documents.workflow_variables import SUFFIX
from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.workflow_conditions import as_text
from generator.source.report import Report
from generator.source.yaml import Document


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


def parse_workflow(text: str, stage: Stage, parameter: str = "data") -> WorkflowDocument:
    """A workflow of a stage. Raises InvalidParameterValue for no such document."""
    try:
        content = _with_text_keys(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidParameterValue(parameter, f"The document is not valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise InvalidParameterValue(parameter, "The document must be a map.")
    problem = _problem(text, content, stage)
    if problem:
        raise InvalidParameterValue(parameter, f"The document is not valid: {problem}")
    return WorkflowDocument(
        tuple(map(_step, content["steps"])),
        tuple(map(_parameter, content.get("parameters") or [])),
        {item["name"]: item["value"] for item in content.get("outputs") or []},
    )


def _with_text_keys(value: Any) -> Any:
    """YAML 1.1 reads some keys as numbers, dates or truth values."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


def _problem(text: str, content: dict[str, Any], stage: Stage) -> str | None:
    """The first thing for which AWS would refuse a document. What only a run could find is left to it."""
    report = Report()
    with findings_of(Document("", text, content, {}, {}, {}), report) as findings:
        check_shape(content, stage, findings)
    errors = [each for each in report.diagnostics if each.severity == "error"]
    return f"{errors[0].key}: {errors[0].message}" if errors else None


def _step(step: Mapping[str, Any]) -> DocumentStep:
    return DocumentStep(
        step["name"],
        step["action"],
        step.get("description", ""),
        step.get("if"),
        step.get("inputs") or {},
        step.get("onFailure", "Abort"),
        step.get("rollbackEnabled", step.get(f"rollbackEnabled{SUFFIX}", True)),
        step.get("timeoutSeconds", ACTIONS[step["action"]].timeout),
    )


def _parameter(item: Mapping[str, Any]) -> dict[str, Any]:
    """In AWS's answers; one without default has to be given where the workflow is used."""
    result: dict[str, Any] = {"name": item["name"], "type": item.get("type", "string")}
    if "default" in item:
        default = item["default"]
        result["defaultValue"] = [as_text(value) for value in (default if isinstance(default, list) else [default])]
    if "description" in item:
        result["description"] = item["description"]
    return result
