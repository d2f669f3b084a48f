"""Plans as `show -json` gives them, from the few things that matter to a test."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_POLICIES = {"policy", "assume_role_policy"}
_TYPE = re.compile(r"(?:^|\.)(data\.)?([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?$")


def plan_document(
    changes: Sequence[Mapping[str, Any]] = (),
    drift: Sequence[Mapping[str, Any]] = (),
    checks: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A complete plan of Terraform 1.11, whose changes have to do with all of the drift.

    https://developer.hashicorp.com/terraform/internals/json-format
    """
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [item(each) for each in changes],
        "resource_drift": [item(each) for each in drift],
        "output_changes": {},
        "relevant_attributes": [{"resource": each["address"], "attribute": ["id"]} for each in drift],
        "checks": [dict(each) for each in checks],
        "timestamp": "2026-11-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def item(short: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's change: `address` and `actions`, and whatever `before`, `after`, `unknown` and so on it has."""
    match = _TYPE.search(short["address"])
    assert match, short["address"]
    whole = {
        "address": short["address"],
        "mode": "data" if match.group(1) else "managed",
        "type": match.group(2),
        "name": short["address"].rpartition(".")[2],
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": short["actions"],
            "before": _with_policies(short.get("before")),
            "after": _with_policies(short.get("after")),
            "after_unknown": short.get("unknown", {}),
            "before_sensitive": short.get("before_sensitive", {}),
            "after_sensitive": short.get("after_sensitive", {}),
        },
    }
    if "replace_paths" in short:
        whole["change"]["replace_paths"] = short["replace_paths"]
    return whole | {key: short[key] for key in ("deposed", "previous_address", "action_reason") if key in short}


def _with_policies(tree: Any) -> Any:
    """Policies are texts of JSON in a plan, and mappings where one writes them."""
    if isinstance(tree, list):
        return [_with_policies(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: json.dumps(value) if key in _POLICIES and isinstance(value, dict) else _with_policies(value)
        for key, value in tree.items()
    }
