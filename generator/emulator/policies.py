"""Whether a policy document lets somebody do something: as much of IAM's evaluation as is needed.

After https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: an explicit
Deny wins, then an Allow, else nothing is said. A condition whose key is not known is not met, as for a key
that is absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

Verdict = Literal["allow", "deny", "silent"]
Document = str | Mapping[str, Any]
Context = Mapping[str, str | tuple[str, ...]]  # a tuple: the values of a key that may have several

ROOT = re.compile(r"^arn:[^:]+:iam::(?P<account>\d{12}):root$")
SERVICE_KEY = "Service"


@dataclass(frozen=True)
class Caller:
    """Who asks. `arn` is what messages call it; `names` are all the ARNs that a policy may name it by."""

    arn: str
    account_id: str
    names: frozenset[str] = frozenset()
    service: str | None = None  # imagebuilder.amazonaws.com, for a service that acts by itself


@dataclass(frozen=True)
class Question:
    """`resource` None: the document is a trust policy, whose statements have no Resource."""

    action: str
    caller: Caller | None = None  # None: an identity policy, which has no Principal
    resource: str | None = None
    context: Context = field(default_factory=dict)


def is_trusted(document: Document, caller: Caller, context: Context | None = None) -> bool:
    """Whether a role's trust policy lets `caller` assume the role."""
    return verdict(document, Question("sts:AssumeRole", caller, context=context or {})) == "allow"


def is_permitted(documents: Iterable[Document], question: Question) -> bool:
    """Whether policies together permit it: one allows, none denies."""
    verdicts = {verdict(document, question) for document in documents}
    return "allow" in verdicts and "deny" not in verdicts


def verdict(document: Document, question: Question) -> Verdict:
    """What one policy document, as JSON or parsed, says to the question."""
    content = json.loads(document) if isinstance(document, str) else document
    effects = {
        statement.get("Effect") for statement in _listed(content.get("Statement", [])) if _concerns(statement, question)
    }
    if "Deny" in effects:
        return "deny"
    return "allow" if "Allow" in effects else "silent"


def _concerns(statement: Mapping[str, Any], question: Question) -> bool:
    return (
        _has_action(statement, question.action)
        and _has_principal(statement, question.caller)
        and _has_resource(statement, question.resource)
        and _conditions_hold(statement.get("Condition", {}), question.context)
    )


def _has_action(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _matches_any(action.lower(), _lowered(statement["NotAction"]))
    return _matches_any(action.lower(), _lowered(statement.get("Action", [])))


def _has_resource(statement: Mapping[str, Any], resource: str | None) -> bool:
    if resource is None:
        return True
    if "NotResource" in statement:
        return not _matches_any(resource, _listed(statement["NotResource"]))
    return _matches_any(resource, _listed(statement.get("Resource", [])))


def _has_principal(statement: Mapping[str, Any], caller: Caller | None) -> bool:
    if caller is None:
        return True
    if "NotPrincipal" in statement:
        return not _names_caller(statement["NotPrincipal"], caller)
    return _names_caller(statement.get("Principal", {}), caller)


def _names_caller(principal: Any, caller: Caller) -> bool:
    if principal == "*":
        return True
    if caller.service is not None:
        return caller.service in _listed(principal.get(SERVICE_KEY, []))
    return any(_is_caller(name, caller) for name in _listed(principal.get("AWS", [])))


def _is_caller(name: str, caller: Caller) -> bool:
    root = ROOT.match(name)
    if root:
        return root["account"] == caller.account_id
    return name in ("*", caller.account_id, caller.arn) or name in caller.names


def _conditions_hold(conditions: Mapping[str, Any], context: Context) -> bool:
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(operator, known.get(key.lower()), [str(value) for value in _listed(values)])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _holds(operator: str, actual: str | tuple[str, ...] | None, wanted: list[str]) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    if not quantifier:
        return _holds_for_one(plain, actual[0] if isinstance(actual, tuple) and actual else actual, wanted)
    values = (actual,) if isinstance(actual, str) else actual or ()
    quantify = any if quantifier == "ForAnyValue" else all
    return quantify(_holds_for_one(plain, value, wanted) for value in values)


def _holds_for_one(operator: str, actual: str | tuple[str, ...] | None, wanted: list[str]) -> bool:
    name = operator.removesuffix("IfExists")
    if name == "Null":
        return (not actual) == (wanted[0].lower() == "true")
    if not isinstance(actual, str):
        return operator.endswith("IfExists") or "Not" in name
    negated = "Not" in name
    return _compares(name.replace("Not", ""), actual, wanted) != negated


def _compares(name: str, actual: str, wanted: list[str]) -> bool:
    if name in ("StringLike", "ArnLike", "ArnEquals"):
        return _matches_any(actual, wanted)
    if name in ("StringEqualsIgnoreCase", "Bool"):
        return actual.lower() in [value.lower() for value in wanted]
    return name in ("StringEquals", "NumericEquals") and actual in wanted


def _matches_any(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def _lowered(values: Any) -> list[str]:
    return [str(value).lower() for value in _listed(values)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
