"""What IAM policies permit, and what one permits that another did not.

A policy is JSON in which most things may be one text or a list, in any order:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from generator.review.conditions import Conditions, conditions_of, is_as_wide, restricts_callers
from generator.review.globs import glob_matches

EVERYBODY = "*"
ANYTHING = "*"
MAX_GRANTS = 20_000  # of one statement; AWS takes no policy that comes near
_ACCOUNT = re.compile(r"(?:^|:)(\d{12})(?::|$)")
_ROOT_USER = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):root$")


@dataclass(frozen=True)
class Statement:
    """One statement. What is excepted (`NotAction` and the like) stands as `not: a, b`, which is nearly everything."""

    allows: bool
    principals: frozenset[str]  # ARNs, `Service: name`, `Federated: name`, `*`; empty in a policy of an identity
    actions: frozenset[str]  # in small letters, as IAM compares them
    resources: frozenset[str]
    conditions: Conditions

    @property
    def is_public(self) -> bool:
        """Whether anybody at all may do it: no principal is named, and no condition says from where they must be."""
        return self.allows and any(map(is_everybody, self.principals)) and not restricts_callers(self.conditions)


@dataclass(frozen=True)
class Grant:
    """What a statement permits, at its smallest."""

    principal: str
    action: str
    resource: str
    conditions: Conditions


@dataclass(frozen=True)
class Policy:
    statements: tuple[Statement, ...]

    @property
    def allowing(self) -> tuple[Statement, ...]:
        return tuple(each for each in self.statements if each.allows)

    @property
    def denying(self) -> frozenset[Statement]:
        return frozenset(each for each in self.statements if not each.allows)


NOTHING = Policy(())


def read_policy(text: object) -> Policy | None:
    """The policy in a text, or None where the text is none."""
    if not isinstance(text, str):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping):
        return None
    written = [each for each in _listed(document.get("Statement")) if isinstance(each, Mapping)]
    return Policy(tuple(map(_statement, written)))


def widened(before: Policy, after: Policy) -> tuple[Grant, ...]:
    """What `after` allows and no statement of `before` did. An order or a Sid that differs is nothing.

    What `before` denies is left out of account: a statement that denies and is gone is told by itself.
    """
    known = set(before.allowing)
    return tuple(
        grant
        for statement in after.allowing
        if statement not in known
        for grant in _grants(statement)
        if not any(_covers(each, grant) for each in before.allowing)
    )


def is_everybody(principal: str) -> bool:
    """`*`, or all but some."""
    return principal == EVERYBODY or principal.startswith("not: ")


def is_wild_action(action: str) -> bool:
    """Everything that a service can do, or more: `*`, `s3:*`, all but some."""
    return action == ANYTHING or action.startswith("not: ") or action.endswith(":*")


def account_of(principal: str) -> str | None:
    """The id of the account that a principal belongs to; None where it names none."""
    match = _ACCOUNT.search(principal)
    return match.group(1) if match else None


def accounts_in(grants: Iterable[Grant]) -> frozenset[str]:
    return frozenset(filter(None, (account_of(each.principal) for each in grants)))


def listed(names: Iterable[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    ordered = sorted(set(names))
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more


def _statement(written: Mapping[str, Any]) -> Statement:
    return Statement(
        allows=written.get("Effect") != "Deny",  # what is misspelt is looked at rather than passed over
        principals=_principals(written.get("Principal"), written.get("NotPrincipal")),
        actions=_names(written, "Action", str.lower),
        resources=_names(written, "Resource", str),
        conditions=conditions_of(written.get("Condition")),
    )


def _principals(written: Any, excepted: Any) -> frozenset[str]:
    if excepted is not None:
        return frozenset({f"not: {', '.join(sorted(_principals(excepted, None)))}"})
    if not isinstance(written, Mapping):
        return frozenset(map(str, _listed(written)))
    return frozenset(
        _principal(kind, str(name)) for kind, names in written.items() for name in _listed(names) if name is not None
    )


def _principal(kind: str, name: str) -> str:
    """An account by its id is the same as its root user's ARN: both stand as the id."""
    if kind != "AWS":
        return f"{kind}: {name}"
    return _ROOT_USER.sub(r"\1", name)


def _names(written: Mapping[str, Any], key: str, form: Any) -> frozenset[str]:
    """Actions or resources. A policy that trusts or guards one thing names no resource, and means it all."""
    excepted = written.get(f"Not{key}")
    if excepted is not None:
        return frozenset({f"not: {', '.join(sorted(form(str(each)) for each in _listed(excepted)))}"})
    return frozenset(form(str(each)) for each in _listed(written.get(key))) or frozenset({ANYTHING})


def _grants(statement: Statement) -> Iterator[Grant]:
    sides = (statement.principals or frozenset({""}), statement.actions, statement.resources)
    if len(sides[0]) * len(sides[1]) * len(sides[2]) > MAX_GRANTS:
        # Told as one, and as new, rather than looked through.
        yield Grant(listed(sides[0]), listed(sides[1]), listed(sides[2]), statement.conditions)
        return
    for principal, action, resource in product(*map(sorted, sides)):
        yield Grant(principal, action, resource, statement.conditions)


def _covers(statement: Statement, grant: Grant) -> bool:
    return (
        _covers_name(statement.principals or frozenset({""}), grant.principal, wild=False)
        and _covers_name(statement.actions, grant.action, wild=True)
        and _covers_name(statement.resources, grant.resource, wild=True)
        and is_as_wide(statement.conditions, grant.conditions)
    )


def _covers_name(names: frozenset[str], name: str, *, wild: bool) -> bool:
    """Whether a name is among them; `*` and `?` stand for other letters in actions and resources alone."""
    if name in names or ANYTHING in names:
        return True
    return (
        wild
        and not name.startswith("not: ")
        and any(_matches(each, name) for each in names if "*" in each or "?" in each)
    )


def _matches(pattern: str, name: str) -> bool:
    """Whether all that `name` stands for is in the pattern: its own wildcards count as letters that only `*` covers."""
    if pattern.startswith("not: ") or ("*" in name and "*" not in pattern):
        return False
    return glob_matches(pattern, name)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
