"""JSON Schemas of a spec's files, for editors: from the models that read them."""

from __future__ import annotations

from typing import Any

from generator.documents.json_schema import DRAFT, component_schema
from generator.spec.imports import ImportWritten
from generator.spec.shape import Written
from generator.spec.template_ids import TemplateIdsWritten
from generator.spec.workflow_documents import ACTIONS, KINDS, MAX_STEPS, PARAMETER_TYPES
from generator.spec.written import EnvironmentWritten, ImageWritten, LockWritten, OrganizationWritten

Schema = dict[str, Any]

MODELS: dict[str, type[Written]] = {
    "organization": OrganizationWritten,
    "environment": EnvironmentWritten,
    "image": ImageWritten,
    "import": ImportWritten,
    "lock": LockWritten,
    "launch-templates": TemplateIdsWritten,
}


def schemas() -> dict[str, Schema]:
    """Each kind of file of a spec, and what it may hold."""
    written = {name: {"$schema": DRAFT, **_without_nulls(model.model_json_schema())} for name, model in MODELS.items()}
    return written | {"component": component_schema(), "workflow": workflow_schema()}


def workflow_schema() -> Schema:
    """Of a workflow document, with the key `type` that a spec has besides AWS's own."""
    text: Schema = {"type": "string"}
    parameter = {
        "type": "object",
        "properties": {"name": text, "type": {"enum": list(PARAMETER_TYPES)}, "default": {}, "description": text},
        "required": ["name", "type"],
        "additionalProperties": False,
    }
    step = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{1,99}$"},
            "action": {"enum": list(ACTIONS)},
            "if": {"type": "object"},
            "inputs": {"type": "object"},
            "onFailure": {"enum": ["Abort", "Continue"]},
            "description": text,
            "rollbackEnabled": {"type": "boolean"},
            "rollbackEnabled.$": text,
            "timeoutSeconds": {"type": "integer", "minimum": 0},
        },
        "required": ["name", "action"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "EC2 Image Builder workflow document",
        "type": "object",
        "properties": {
            "type": {"enum": list(KINDS)},
            "name": text,
            "description": text,
            "schemaVersion": {"enum": [1.0, "1.0", 1, "1"]},
            "parameters": {"type": "array", "items": parameter},
            "steps": {"type": "array", "items": step, "minItems": 1, "maxItems": MAX_STEPS},
            "outputs": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["schemaVersion", "steps"],
        "additionalProperties": False,
    }


def _without_nulls(schema: Any) -> Any:
    """A key of a spec is left out rather than null, so no editor should offer null."""
    if isinstance(schema, list):
        return [_without_nulls(each) for each in schema if each != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    cleaned = {key: _without_nulls(value) for key, value in schema.items() if (key, value) != ("default", None)}
    alternatives = cleaned.get("anyOf")
    if isinstance(alternatives, list) and len(alternatives) == 1:
        del cleaned["anyOf"]
        return {**alternatives[0], **cleaned}
    return cleaned
