"""JSON Schemas of component and workflow documents, for editors; `goldsmith check` finds more than they can."""

from __future__ import annotations

from typing import Any

from generator.documents.actions import ACTIONS, Action, Input
from generator.documents.component import ON_FAILURE, PHASES, STEP_NAME_PATTERN
from generator.documents.expressions import BINARY, LOGICAL, OUTCOMES, UNARY
from generator.documents.loops import COUNTER, DELIMITERS
from generator.documents.variables import NAME_PATTERN, SECTIONS

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_REFERENCE: Schema = {"type": "string", "pattern": r"\{\{"}
_KINDS: dict[str, Schema] = {
    "text": _SCALAR,
    "text_or_list": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
    "list": {"type": "array", "items": _SCALAR, "minItems": 1},
    "number": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+$"}, _REFERENCE]},
    "boolean": {
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff)$"},
            _REFERENCE,
        ]
    },
    "mapping": {"type": "object"},
    "parameters": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "value": _SCALAR},
            "required": ["name", "value"],
            "additionalProperties": False,
        },
    },
}


def component_schema() -> Schema:
    """Of a component document, as AWSTOE reads it."""
    return {
        "$schema": DRAFT,
        "title": "AWSTOE component document",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "description": {"type": "string"},
            "schemaVersion": {"enum": [1.0, "1.0", 1, "1"]},
            **{section: _declarations(keys) for section, keys in SECTIONS.items()},
            "phases": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/phase"}},
        },
        "required": ["schemaVersion", "phases"],
        "additionalProperties": False,
        "$defs": {"phase": _phase(), "step": _step(), "loop": _loop(), "condition": _condition()},
    }


def _declarations(keys: tuple[str, ...]) -> Schema:
    definition = {
        "type": "object",
        "properties": {key: {"const": "string"} if key == "type" else _SCALAR for key in keys},
        "required": ["type", "value"] if "value" in keys else ["type"],
        "additionalProperties": False,
    }
    named = {
        "type": "object",
        "patternProperties": {NAME_PATTERN: definition},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"type": "array", "items": named}


def _phase() -> Schema:
    return {
        "type": "object",
        "properties": {
            "name": {"enum": list(PHASES)},
            "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
        },
        "required": ["name", "steps"],
        "additionalProperties": False,
    }


def _step() -> Schema:
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": STEP_NAME_PATTERN},
            "action": {"enum": list(ACTIONS)},
            "timeoutSeconds": {"anyOf": [{"const": -1}, {"type": "integer", "minimum": 1}]},
            "onFailure": {"enum": list(ON_FAILURE)},
            "maxAttempts": {"type": "integer", "minimum": 1},
            "loop": {"$ref": "#/$defs/loop"},
            "if": {
                "anyOf": [
                    {"$ref": "#/$defs/condition"},
                    {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1, "maxItems": 1},
                ]
            },
            "disableLogging": _KINDS["boolean"],
            "inputs": {},
        },
        "required": ["name", "action"],
        "additionalProperties": False,
        "allOf": [_of_action(action) for action in ACTIONS.values()],
    }


def _of_action(action: Action) -> Schema:
    """What a step with this action has as inputs."""
    then: Schema = {"properties": {"inputs": _inputs(action)}}
    if action.needs_inputs or action.name == "Assert":
        then["required"] = ["inputs"]
    return {"if": {"properties": {"action": {"const": action.name}}}, "then": then}


def _inputs(action: Action) -> Schema:
    if action.name == "Assert":
        condition = {"$ref": "#/$defs/condition"}
        return {"anyOf": [condition, {"type": "array", "items": condition, "minItems": 1}]}
    one: Schema = {
        "type": "object",
        "properties": {name: _input(each) for name, each in action.inputs.items()},
        "required": [name for name, each in action.inputs.items() if each.required],
        "additionalProperties": False,
    }
    if action.one_of:
        one["oneOf"] = [{"required": [name]} for name in action.one_of]
    return {"type": "array", "items": one, "minItems": 1} if action.many else one


def _input(declared: Input) -> Schema:
    if not declared.choices:
        return _KINDS[declared.kind]
    words = "|".join(map(_any_case, declared.choices))
    return {"anyOf": [{"type": "string", "pattern": f"^({words})$"}, _REFERENCE]}


def _any_case(word: str) -> str:
    """A pattern for a word in capitals and small letters: the patterns of JSON Schema know no flags."""
    return "".join(f"[{each.lower()}{each.upper()}]" if each.isalpha() else each for each in word)


def _loop() -> Schema:
    counter = {"anyOf": [{"type": "integer"}, _REFERENCE]}
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "for": {
                "type": "object",
                "properties": dict.fromkeys(COUNTER, counter),
                "required": list(COUNTER),
                "additionalProperties": False,
            },
            "forEach": {
                "anyOf": [
                    {"type": "array", "items": _SCALAR, "minItems": 1},
                    {
                        "type": "object",
                        "properties": {
                            "list": {"type": "string"},
                            "delimiter": {"anyOf": [{"enum": list(DELIMITERS)}, _REFERENCE]},
                        },
                        "required": ["list"],
                        "additionalProperties": False,
                    },
                ]
            },
        },
        "oneOf": [{"required": ["for"]}, {"required": ["forEach"]}],
        "additionalProperties": False,
    }


def _condition() -> Schema:
    """Of one condition; how deep conditions are nested is left to the check."""
    condition = {"$ref": "#/$defs/condition"}
    outcome = {"enum": list(OUTCOMES)}
    several = {"type": "array", "items": condition, "minItems": 1}
    logical = dict.fromkeys(LOGICAL, several) | {"not": {"anyOf": [condition, several]}}
    return {
        "type": "object",
        "properties": {
            **logical,
            **dict.fromkeys((*UNARY, *BINARY, "value"), _SCALAR),
            "then": outcome,
            "else": outcome,
        },
        "oneOf": [
            *({"required": [name], "not": {"required": ["value"]}} for name in (*LOGICAL, *UNARY)),
            *({"required": [name, "value"]} for name in BINARY),
        ],
        "additionalProperties": False,
    }
