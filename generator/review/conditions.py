"""Conditions of IAM statements: which of two is the wider, and which say who may call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Keys that tie a caller to an account, an organization, a network or a thing of AWS's. For S3 the list of what makes
# a policy not public: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
CALLER_KEYS = frozenset(
    {
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"),
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"),
        *("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:userid", "aws:vpcsourceip"),
        *("kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn", "sns:endpoint"),
    }
)
_EVERYWHERE = frozenset({"*", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"})


@dataclass(frozen=True)
class Condition:
    operator: str  # in small letters: forallvalues:stringequals
    key: str  # in small letters
    values: frozenset[str]

    @property
    def is_negated(self) -> bool:
        return "not" in self.operator

    @property
    def may_be_missing(self) -> bool:
        """Whether a request without the key fulfils it."""
        return self.operator.endswith("ifexists") or self.operator.startswith("forallvalues:") or self.is_negated

    @property
    def restricts_caller(self) -> bool:
        """Whether only callers of a known place fulfil it."""
        if self.key not in CALLER_KEYS or self.may_be_missing or not self.values:
            return False
        if self.operator.rpartition(":")[2] in ("null", "bool"):
            return False
        return not any(_is_open(value) for value in self.values)


Conditions = frozenset[Condition]


def conditions_of(written: Any) -> Conditions:
    """The conditions of a statement; all of them must be fulfilled."""
    if not isinstance(written, Mapping):
        return frozenset()
    return frozenset(
        Condition(
            operator.lower(), key.lower(), frozenset(map(_text, values if isinstance(values, list) else [values]))
        )
        for operator, keys in written.items()
        if isinstance(keys, Mapping)
        for key, values in keys.items()
    )


def restricts_callers(conditions: Conditions) -> bool:
    return any(each.restricts_caller for each in conditions)


def is_as_wide(wider: Conditions, narrower: Conditions) -> bool:
    """Whether whatever fulfils `narrower` fulfils `wider`: each condition of it stands there too, no less strict."""
    return all(any(_implies(each, wanted) for each in narrower) for wanted in wider)


def _implies(condition: Condition, wanted: Condition) -> bool:
    if (condition.operator, condition.key) != (wanted.operator, wanted.key):
        return False
    if wanted.is_negated:
        return condition.values >= wanted.values
    return condition.values <= wanted.values


def _is_open(value: str) -> bool:
    """A value that does not tell one place from another: nothing but signs, all addresses, any account's ARN."""
    if value.startswith("arn:"):
        account, _, resource = value.partition(":")[2].split(":", 3)[-1].partition(":")
        return not any(map(str.isdigit, account)) and re.fullmatch(r"(?:[a-z-]+[/:])?[*?]*", resource) is not None
    return value in _EVERYWHERE or not value.strip("*?:/ ")


def _text(value: Any) -> str:
    """True and "true" are the same."""
    return str(value).lower() if isinstance(value, bool) else str(value)
