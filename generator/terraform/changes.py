"""Terraform's plan as typed changes: read from its JSON, never from its text. What cannot be understood is refused.

The format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.errors import TerraformError
from generator.terraform.adapter import Result
from generator.terraform.leaves import Leaf, leaves_of, output_leaves, path_text
from generator.terraform.plans import CheckResult, OutputChange, Plan, ResourceChange
from generator.terraform.secrets import DigestKey, Secrets
from generator.terraform.sets import sets_of

# A newer minor version only adds, says Terraform; what it adds could be a change that a review would not show.
FORMATS = ("1.0", "1.1", "1.2")
NOTHING = {("no-op",), ("read",)}
ACTING = {
    *(("create",), ("update",), ("delete",), ("forget",)),
    *(("create", "delete"), ("delete", "create"), ("create", "forget")),
}
# What a plan can hold besides changes of resources and outputs, and no review shows.
_UNREVIEWED = {
    "deferred_changes": "leaves changes to a later plan",
    "deferred_action_invocations": "leaves actions to a later plan",
    "action_invocations": "invokes actions of providers",
}


def empty_plan(root: str, result: Result) -> Plan:
    """The plan of a root in which `plan` found nothing to do. Raises TerraformError unless it says so."""
    summaries = [event for event in result.events if event.get("type") == "change_summary"]
    if not summaries or any(diagnostic.get("severity") == "error" for diagnostic in result.diagnostics):
        raise TerraformError(f"{root}: Terraform ended its plan without a summary; nothing can be said about it.")
    return Plan(root=root, seconds=result.seconds, terraform=_version_in(result))


def read_plan(root: str, document: Mapping[str, Any], seconds: float, key: DigestKey | None = None) -> Plan:
    """The plan in `show -json`; `key` hashes what is sensitive.

    Raises TerraformError unless the plan is complete, free of errors, and of a format that is known.
    """
    return _understood(root, document, lambda: _read(root, document, seconds, key or DigestKey()))


def read_refreshed(root: str, document: Mapping[str, Any], seconds: float, key: DigestKey | None = None) -> Plan:
    """The plan in `show -json` of one that refreshes alone: all that others changed are its changes.

    Raises TerraformError as `read_plan` does.
    """
    return _understood(root, document, lambda: _read_refreshed(root, document, seconds, key or DigestKey()))


def _understood(root: str, document: Mapping[str, Any], read: Callable[[], Plan]) -> Plan:
    try:
        _require_reviewable(root, document)
        return read()
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise TerraformError(
            f"{root}: the plan has not the shape of Terraform's JSON ({type(error).__name__}: {error}). "
            "Nothing can be said about it; please report this, with the version of Terraform."
        ) from error


def _read(root: str, document: Mapping[str, Any], seconds: float, key: DigestKey) -> Plan:
    secrets = Secrets(document)
    hidden = _Hidden()
    changes = [
        _resource_change(item, secrets, hidden) for item in document.get("resource_changes", []) if _acts(root, item)
    ]
    outputs = _outputs(document, secrets, hidden)
    relevant = {change.address for change in changes} | _relevant_resources(document)
    others = [item for item in document.get("resource_drift", []) if item["address"] in relevant]
    return Plan(
        root=root,
        changes=_in_order(changes),
        output_changes=outputs,
        seconds=seconds,
        drift=_in_order(list(_drift(others, secrets, _Hidden()))),
        checks=_failed_checks(document, secrets),
        terraform=str(document.get("terraform_version", "")),
        hidden=hidden.digest(key),
    )


def _read_refreshed(root: str, document: Mapping[str, Any], seconds: float, key: DigestKey) -> Plan:
    """No filter by what is relevant: that is about what a plan would do, and this one does nothing."""
    secrets = Secrets(document)
    hidden = _Hidden()
    return Plan(
        root=root,
        changes=_in_order(list(_drift(document.get("resource_drift", []), secrets, hidden))),
        output_changes=_outputs(document, secrets, hidden),
        seconds=seconds,
        checks=_failed_checks(document, secrets),
        terraform=str(document.get("terraform_version", "")),
        hidden=hidden.digest(key),
        refresh_only=True,
    )


def _outputs(document: Mapping[str, Any], secrets: Secrets, hidden: _Hidden) -> tuple[OutputChange, ...]:
    return tuple(
        _output_change(name, change, secrets, hidden)
        for name, change in sorted(document.get("output_changes", {}).items())
        if tuple(change["actions"]) not in NOTHING
    )


def _require_reviewable(root: str, document: Mapping[str, Any]) -> None:
    """OpenTofu, which defers nothing, says neither `complete` nor `applyable`: for it, `errored` says all."""
    version = document.get("format_version")
    if version is not None and version not in FORMATS:
        raise TerraformError(
            f"{root}: the plan is in format {version}, and Goldsmith knows {', '.join(FORMATS)}. It could hold changes "
            "that no review would show. Take a newer Goldsmith, or the Terraform that this one is tested with."
        )
    is_tofu = "complete" not in document and "applyable" not in document
    if version is None or document.get("errored") is not False or not (is_tofu or document.get("complete") is True):
        raise TerraformError(
            f"{root}: the plan is not complete (complete={document.get('complete')}, "
            f"errored={document.get('errored')}); only a complete plan is shown or applied. Plan it again."
        )
    for member, what in _UNREVIEWED.items():
        if document.get(member):
            raise TerraformError(f"{root}: the plan {what} ({member}), which Goldsmith cannot review. Leave them out.")
    if document.get("applyable") is False and any(_acts(root, item) for item in document.get("resource_changes", [])):
        raise TerraformError(f"{root}: Terraform says of its plan that it cannot be applied. Plan it again.")


def _acts(root: str, item: Mapping[str, Any]) -> bool:
    """Whether a resource's change does anything. Raises TerraformError for actions that nobody knows."""
    change, actions = item["change"], tuple(item["change"]["actions"])
    if actions in ACTING:
        return bool(item.get("mode") != "data")
    if actions not in NOTHING:
        raise TerraformError(
            f"{root}: {item['address']}: the plan has the actions {', '.join(actions)}, which Goldsmith cannot review. "
            "Take a newer Goldsmith, or the Terraform that this one is tested with."
        )
    return actions == ("no-op",) and bool(change.get("importing") or item.get("previous_address"))


def _resource_change(item: Mapping[str, Any], secrets: Secrets, hidden: _Hidden) -> ResourceChange:
    change = item["change"]
    leaves = leaves_of(change, secrets, sets_of(item["type"]))
    deposed = item.get("deposed")
    hidden.add(f"{item['address']} {deposed or ''}", leaves)
    return ResourceChange(
        address=secrets.hidden_in(item["address"]),
        type=item["type"],
        actions=_actions(item),
        replace_paths=tuple(secrets.hidden_in(path_text(path)) for path in change.get("replace_paths", [])),
        reason=item.get("action_reason"),
        deposed=deposed,
        attributes=tuple(leaf.change for leaf in leaves),
        previous_address=_address(item.get("previous_address"), secrets),
        imported_id=_imported(change.get("importing"), secrets),
        provider=item.get("provider_name", ""),
        id=_identifier(change, secrets),
    )


def _actions(item: Mapping[str, Any]) -> tuple[str, ...]:
    actions = tuple(item["change"]["actions"])
    if actions != ("no-op",):
        return actions
    return ("import",) if item["change"].get("importing") else ("move",)


def _address(address: str | None, secrets: Secrets) -> str | None:
    return secrets.hidden_in(address) if address else None


def _imported(importing: Mapping[str, Any] | None, secrets: Secrets) -> str | None:
    """What is imported: an id, or an identity as JSON."""
    if not importing:
        return None
    identity = importing.get("identity")
    told = importing.get("id") or (json.dumps(identity, sort_keys=True) if identity else "")
    return secrets.hidden_in(str(told))


def _identifier(change: Mapping[str, Any], secrets: Secrets) -> str | None:
    """The id of the object that is there: without it, one could be changed for another and nothing would show it."""
    before, marks = change.get("before"), change.get("before_sensitive")
    if not isinstance(before, Mapping) or not isinstance(before.get("id"), str) or marks is True:
        return None
    is_marked = isinstance(marks, Mapping) and bool(marks.get("id"))
    return None if is_marked or secrets.are_in(before["id"]) else str(before["id"])


def _output_change(name: str, change: Mapping[str, Any], secrets: Secrets, hidden: _Hidden) -> OutputChange:
    leaves = output_leaves(name, change, secrets)
    hidden.add(f"output {name}", leaves)
    return OutputChange(name, change["actions"][0], tuple(leaf.change for leaf in leaves))


class _Hidden:
    """What is sensitive in the changes, with where it stands; hashed as one, so that a plan costs one slow hash."""

    def __init__(self) -> None:
        self._values: list[tuple[str, str, Any]] = []

    def add(self, place: str, leaves: tuple[Leaf, ...]) -> None:
        self._values += [(place, leaf.change.path, leaf.hidden) for leaf in leaves if leaf.hidden is not None]

    def digest(self, key: DigestKey) -> str:
        """Empty where nothing is sensitive."""
        return key.hash(sorted(self._values, key=lambda value: value[:2])) if self._values else ""


def _drift(items: Iterable[Mapping[str, Any]], secrets: Secrets, hidden: _Hidden) -> Iterator[ResourceChange]:
    """What others changed, without what a provider alone sees: nothing that became an empty list, say."""
    for item in items:
        change = _resource_change(item, secrets, hidden)
        told = tuple(attribute for attribute in change.attributes if not attribute.says_nothing)
        if told or change.actions not in (("update",), *NOTHING):
            yield replace(change, attributes=told)


def _relevant_resources(document: Mapping[str, Any]) -> set[str]:
    """Addresses of what the plan's changes were computed from."""
    return {attribute["resource"] for attribute in document.get("relevant_attributes", [])}


def _failed_checks(document: Mapping[str, Any], secrets: Secrets) -> tuple[CheckResult, ...]:
    return tuple(sorted(_checks(document.get("checks", []), secrets), key=lambda check: check.address))


def _checks(results: list[Mapping[str, Any]], secrets: Secrets) -> Iterator[CheckResult]:
    """https://developer.hashicorp.com/terraform/internals/json-format#checks-representation"""
    for result in results:
        for instance in result.get("instances", []):
            if _is_told(result, instance["status"]):
                messages = [secrets.hidden_in(problem["message"]) for problem in instance.get("problems", [])]
                yield CheckResult(_shown(instance, secrets), instance["status"], tuple(messages))
        if not result.get("instances") and _is_told(result, result["status"]):
            yield CheckResult(_shown(result, secrets), result["status"])


def _shown(result: Mapping[str, Any], secrets: Secrets) -> str:
    return secrets.hidden_in(result["address"]["to_display"])


def _is_told(result: Mapping[str, Any], status: str) -> bool:
    """Conditions of resources and outputs are unknown in most plans, and hold up the apply if they fail then."""
    return status != "pass" and (status != "unknown" or result["address"]["kind"] == "check")


def _in_order(changes: list[ResourceChange]) -> tuple[ResourceChange, ...]:
    return tuple(sorted(changes, key=lambda change: (change.address, change.deposed or "")))


def _version_in(result: Result) -> str:
    """What Terraform's stream of events begins with."""
    return next((str(event.get("terraform", "")) for event in result.events if event.get("type") == "version"), "")
