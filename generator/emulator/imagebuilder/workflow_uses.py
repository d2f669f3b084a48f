"""The workflows that a new image is built with: their documents, and the parameters that it gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generator.emulator.imagebuilder.builds import WorkflowUse
from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.state import Record
from generator.emulator.imagebuilder.workflow_documents import WorkflowDocument, parse_workflow

Given = Sequence[Mapping[str, Any]]  # WorkflowConfiguration of the model


def uses_of(given: Given, resolve: Callable[[str], Record]) -> tuple[WorkflowUse, ...]:
    """`resolve` finds the workflow of an ARN."""
    return tuple(_use(item, resolve(item["workflowArn"])) for item in given)


def _use(given: Mapping[str, Any], workflow: Record) -> WorkflowUse:
    document = parse_workflow(workflow["data"], workflow["type"])
    return WorkflowUse(
        workflow["arn"],
        workflow["type"],
        document,
        _parameters(document, given.get("parameters") or []),
        given.get("parallelGroup") or "",
        given.get("onFailure") == "CONTINUE",
    )


def _parameters(document: WorkflowDocument, given: Given) -> dict[str, Any]:
    """The values that were given, else the defaults, of the types that the document declares."""
    values = {item["name"]: item.get("value") or [] for item in given}
    return {
        item["name"]: _typed(item, values.get(item["name"]) or item.get("defaultValue") or [])
        for item in document.parameters
    }


def _typed(parameter: Mapping[str, Any], texts: Sequence[str]) -> Any:
    if parameter["type"] == "stringList":
        return list(texts)
    text = texts[0] if texts else ""
    if parameter["type"] == "boolean":
        return text.lower() == "true"
    return int(text) if parameter["type"] == "integer" else text


def check_types(place: str, defined: Given, given: Given) -> None:
    """Refuses a value that is not of the type of its parameter, and a list where the parameter is no list."""
    types = {item["name"]: item["type"] for item in defined}
    for item in given:
        kind, texts = types[item["name"]], item.get("value") or []
        if kind == "stringList":
            continue
        if len(texts) != 1 or not _fits(kind, texts[0]):
            raise InvalidParameterValue(place, f"The parameter '{item['name']}' must be one value of type {kind}.")


def _fits(kind: str, text: str) -> bool:
    if kind == "boolean":
        return text.lower() in ("true", "false")
    return kind != "integer" or text.removeprefix("-").isdecimal()
