"""A plan's JSON without anything sensitive, in the shape that tools for `show -json` read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.terraform.secrets import HIDDEN, Secrets

# The state before has the same values as the changes; variables are values that modules were given.
_LEFT_OUT = {"prior_state", "variables"}
_LITERAL = "constant_value"  # of an expression, and the one place where a secret may stand that nothing marks


def redacted(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with each sensitive value replaced by `(sensitive)`, wherever it stands.

    Left out are variables, the state before, and literals of the configuration.
    """
    secrets = Secrets(document)
    kept = {key: value for key, value in document.items() if key not in _LEFT_OUT}
    masked: dict[str, Any] = {
        **kept,
        "resource_changes": [_resource(item) for item in document.get("resource_changes", ())],
        "resource_drift": [_resource(item) for item in document.get("resource_drift", ())],
        "output_changes": {name: _change(each) for name, each in document.get("output_changes", {}).items()},
        "planned_values": _planned(document.get("planned_values", {})),
        "configuration": _without_literals(document.get("configuration", {})),
    }
    return {key: _hidden(value, secrets) for key, value in masked.items()}


def _resource(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "change": _change(item["change"])}


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    sides = {side: _masked(change.get(side), change.get(f"{side}_sensitive")) for side in ("before", "after")}
    return {**change, **sides}


def _planned(values: Mapping[str, Any]) -> dict[str, Any]:
    outputs = {
        name: {**each, "value": HIDDEN} if each.get("sensitive") else each
        for name, each in values.get("outputs", {}).items()
    }
    return {**values, "outputs": outputs, "root_module": _module(values.get("root_module", {}))}


def _module(module: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(module)
    if "resources" in module:
        found["resources"] = [
            {**each, "values": _masked(each.get("values"), each.get("sensitive_values"))}
            for each in module["resources"]
        ]
    if "child_modules" in module:
        found["child_modules"] = [_module(each) for each in module["child_modules"]]
    return found


def _masked(value: Any, marks: Any) -> Any:
    """A value with HIDDEN where its marks, of the same shape, say that it is sensitive."""
    if marks is True:
        return None if value is None else HIDDEN
    if isinstance(marks, Mapping) and isinstance(value, Mapping):
        return {key: _masked(each, marks.get(key)) for key, each in value.items()}
    if isinstance(marks, list) and isinstance(value, list):
        known = [*marks, *([None] * (len(value) - len(marks)))]
        return [_masked(each, mark) for each, mark in zip(value, known, strict=False)]
    return value


def _without_literals(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _without_literals(value) for key, value in tree.items() if key != _LITERAL}
    return [_without_literals(each) for each in tree] if isinstance(tree, list) else tree


def _hidden(tree: Any, secrets: Secrets) -> Any:
    """What a plan marks in one place may stand in another without a mark."""
    if isinstance(tree, Mapping):
        return {secrets.hidden_in(str(key)): _hidden(value, secrets) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_hidden(each, secrets) for each in tree]
    if isinstance(tree, str):
        return secrets.hidden_in(tree)
    return HIDDEN if secrets.are_in(tree) else tree
