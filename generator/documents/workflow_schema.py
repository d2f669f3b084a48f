"""The JSON Schema of workflow documents, for editors: from the tables that the check goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.documents.json_schema import DRAFT
from generator.documents.workflow import (
    MAX_DESCRIPTION,
    MAX_STEPS,
    NAME_PATTERN,
    ON_FAILURE,
    OUTPUT_KEYS,
    PARAMETER_TYPES,
    STAGES,
    TYPE_KEY,
)
from generator.documents.workflow_actions import ACTIONS, Input, WorkflowAction
from generator.documents.workflow_conditions import BRANCHES, COMPARISONS, MOST_CHILDREN
from generator.documents.workflow_variables import SUFFIX

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_PATH: Schema = {"type": "string", "pattern": r"\$\."}
_DESCRIPTION: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_DESCRIPTION}
_TEXTS: Schema = {"anyOf": [{"type": "array", "items": _SCALAR}, _PATH]}


def workflow_schema() -> Schema:
    """With the key `type` that a spec has besides AWS's own."""
    output = {
        "type": "object",
        "properties": {key: {} for key in OUTPUT_KEYS} | {"name": _TEXT},
        "required": list(OUTPUT_KEYS),
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "EC2 Image Builder workflow document",
        "type": "object",
        "properties": {
            TYPE_KEY: {"enum": list(STAGES)},
            "name": _SCALAR,
            "description": _DESCRIPTION,
            "schemaVersion": {"enum": [1.0, "1.0", 1, "1"]},
            "parameters": {"type": "array", "items": _parameter()},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1, "maxItems": MAX_STEPS},
            "outputs": {"type": "array", "items": output},
        },
        "required": ["schemaVersion", "steps"],
        "additionalProperties": False,
        "$defs": {"step": _step(), "condition": _condition()},
    }


def _parameter() -> Schema:
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "type": {"enum": list(PARAMETER_TYPES)},
            "default": {},
            "description": _DESCRIPTION,
        },
        "required": ["name"],
        "additionalProperties": False,
    }


def _step() -> Schema:
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": NAME_PATTERN},
            "action": {"enum": list(ACTIONS)},
            "description": _DESCRIPTION,
            "if": _one_of_a_list({"$ref": "#/$defs/condition"}),
            "inputs": {"type": "object"},
            "onFailure": {"enum": list(ON_FAILURE)},
            "rollbackEnabled": {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}, _PATH]},
            f"rollbackEnabled{SUFFIX}": _PATH,
            "timeoutSeconds": {"type": "integer", "minimum": 1},
        },
        "required": ["name", "action"],
        "additionalProperties": False,
        "allOf": [_of_action(action) for action in ACTIONS.values()],
    }


def _one_of_a_list(schema: Schema, most: int = 1) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": most}]}


def _of_action(action: WorkflowAction) -> Schema:
    """What a step with this action has as inputs, and how long it may take."""
    then: Schema = {
        "properties": {"inputs": _members(action.inputs), "timeoutSeconds": {"maximum": action.longest}},
    }
    if action.required:
        then["required"] = ["inputs"]
    return {"if": {"properties": {"action": {"const": action.name}}}, "then": then}


def _members(inputs: Mapping[str, Input]) -> Schema:
    """Each input stands under its name, or with `.$` behind it as a path."""
    written = {name: _input(each) for name, each in inputs.items() if each.kind != "images"}
    both = [[name, name + SUFFIX] for name in inputs]
    exclusive: list[Schema] = [
        {"oneOf": [{"required": [each]} for each in pair]} if inputs[pair[0]].required else {"not": {"required": pair}}
        for pair in both
    ]
    return {
        "type": "object",
        "properties": written | {name + SUFFIX: _TEXT for name in inputs},
        "additionalProperties": False,
        "allOf": exclusive,
    }


def _input(declared: Input) -> Schema:
    mapping: Schema = _members(declared.members) if declared.members else {"type": "object"}
    shapes: dict[str, Schema] = {
        "boolean": {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]},
        "entries": {"type": "array", "items": mapping},
        "integer": {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+$"}]},
        "lists": {"type": "object", "patternProperties": {r"[^$]$": _TEXTS}},
        "mapping": mapping,
        "some": {"anyOf": [mapping, {"type": "array", "items": mapping}]},
        "texts": _TEXTS,
    }
    shape = {"enum": list(declared.choices)} if declared.choices else shapes.get(declared.kind, _SCALAR)
    return {"anyOf": [shape, _PATH]}


def _condition() -> Schema:
    """Of one statement; how deep statements are nested is left to the check."""
    condition = {"$ref": "#/$defs/condition"}
    logical = dict.fromkeys(BRANCHES, _one_of_a_list(condition, MOST_CHILDREN)) | {"not": _one_of_a_list(condition)}
    return {
        "type": "object",
        "properties": {**logical, **dict.fromkeys((*COMPARISONS, "value"), _SCALAR)},
        "oneOf": [
            *({"required": [name], "not": {"required": ["value"]}} for name in logical),
            *({"required": [name, "value"]} for name in COMPARISONS),
        ],
        "additionalProperties": False,
    }
