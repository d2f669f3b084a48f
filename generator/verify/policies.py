"""What IAM policy documents say: as much of the language as Goldsmith's own policies use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. What is not understood
(another condition operator, NotAction, NotResource) never counts as allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]

_EQUALS = frozenset({"StringEquals", "ForAnyValue:StringEquals"})
_ACCOUNT_ROOT = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root")


@dataclass(frozen=True)
class Permission:
    """An action on one resource, in a request with these condition keys."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def principals(trust: Document) -> list[str]:
    """Everyone whom a trust policy lets assume the role, sorted; an account is its id, however written."""
    found: set[str] = set()
    for statement in _statements(trust, "Allow"):
        principal = statement.get("Principal", "*")
        values = principal.values() if isinstance(principal, Mapping) else [principal]
        found.update(_account_id(name) for value in values for name in _many(value))
    return sorted(found)


def is_allowed(documents: Sequence[Document], permission: Permission) -> bool:
    """Whether a statement allows it and none denies it."""
    denied = any(_covers(statement, permission) for statement in _all(documents, "Deny"))
    return not denied and any(_covers(statement, permission) for statement in _all(documents, "Allow"))


def _all(documents: Sequence[Document], effect: str) -> Iterator[Document]:
    for document in documents:
        yield from _statements(document, effect)


def _statements(document: Document, effect: str) -> Iterator[Document]:
    statements = document.get("Statement", [])
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        if statement.get("Effect") == effect:
            yield statement


def _covers(statement: Document, permission: Permission) -> bool:
    return (
        any(_like(pattern.lower(), permission.action.lower()) for pattern in _many(statement.get("Action")))
        and any(_like(pattern, permission.resource) for pattern in _many(statement.get("Resource")))
        and _holds(statement.get("Condition", {}), permission.context)
    )


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        operator in _EQUALS and context.get(key) in _many(values)
        for operator, tests in condition.items()
        for key, values in tests.items()
    )


def _like(pattern: str, value: str) -> bool:
    """AWS's wildcards: `*` for any text, `?` for one character; nothing else is special."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _many(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _account_id(principal: str) -> str:
    match = _ACCOUNT_ROOT.fullmatch(principal)
    return match[1] if match else principal
