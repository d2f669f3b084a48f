"""JSON Schemas of a spec's files, for editors: from the models that read them."""

from __future__ import annotations

from typing import Any

from generator.documents.json_schema import DRAFT, component_schema
from generator.documents.workflow_schema import workflow_schema
from generator.spec.accounts_lock import AccountsLockWritten
from generator.spec.imports import ImportWritten
from generator.spec.shape import Written
from generator.spec.systems import SystemsWritten
from generator.spec.template_ids import TemplateIdsWritten
from generator.spec.written import EnvironmentWritten, ImageWritten, LockWritten, OrganizationWritten

Schema = dict[str, Any]

MODELS: dict[str, type[Written]] = {
    "organization": OrganizationWritten,
    "environment": EnvironmentWritten,
    "image": ImageWritten,
    "import": ImportWritten,
    "systems": SystemsWritten,
    "lock": LockWritten,
    "launch-templates": TemplateIdsWritten,
    "accounts-lock": AccountsLockWritten,
}


def schemas() -> dict[str, Schema]:
    """Each kind of file of a spec, and what it may hold."""
    written = {name: {"$schema": DRAFT, **_without_nulls(model.model_json_schema())} for name, model in MODELS.items()}
    return written | {"component": component_schema(), "workflow": workflow_schema()}


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
