"""What a build root says of components' and workflows' documents: how they get to AWS, and what goes along."""

from __future__ import annotations

from collections.abc import Mapping

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.roots import Root
from generator.spec.model_documents import OWN_KEY, DocumentSettings, is_inline


def documents_view(root: Root) -> dict[str, object]:
    """For main.tf: the bucket and the key that documents need; [] where none needs them."""
    environment = root.environment
    key = {
        "account_id": hcl.encode(root.account.id),
        "alias": hcl.encode(names.document_key(environment)),
        "description": hcl.encode(f"Encrypts components and workflows of {environment.name} in {root.region}."),
    }
    needs_key = any(each.settings.key == OWN_KEY for each in environment.documented)
    return {
        "document_buckets": [hcl.encode(names.document_bucket(root))] if environment.has_long_documents else [],
        "document_keys": [key] if needs_key else [],
    }


def document_arguments(root: Root, document: str, settings: DocumentSettings) -> list[dict[str, Hcl]]:
    """Name and value of each argument of the module that few documents need."""
    arguments: Mapping[str, Value] = {
        "change_description": settings.change_description,
        "document_bucket": None if is_inline(document) else hcl.reference("module.document_bucket.name"),
        "kms_key_id": _key(root, settings.key),
        "supported_os_versions": settings.os_versions,
        "tags": dict(settings.tags),
    }
    return [{"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in arguments.items() if value]


def _key(root: Root, key: str | None) -> Value:
    if key == OWN_KEY:
        return hcl.reference("module.document_key.alias_arn")
    return names.own_key_alias_arn(root, key) if key else None
