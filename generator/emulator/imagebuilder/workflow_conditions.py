"""The `if` of a workflow step: its shape, and whether it holds.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-conditional-statements.html: `and`, `or` and
`not` hold other statements, four levels deep at most; every other statement compares with `value`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

DEEPEST = 4
MOST_CHILDREN = 10
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Resolve = Callable[[Any], Any]  # from a value as written to the one it means

NUMERIC: Mapping[str, Callable[[float, float], bool]] = {
    "numberEquals": operator.eq,
    "numberGreaterThan": operator.gt,
    "numberGreaterThanEquals": operator.ge,
    "numberLessThan": operator.lt,
    "numberLessThanEquals": operator.le,
}
COMPARISONS = ("booleanEquals", "stringEquals", *NUMERIC)
BRANCHES = ("and", "or")


def condition_problem(condition: Any, level: int = 1) -> str:
    """What is wrong with a condition as written, in words; empty where nothing is."""
    statement = _statement(condition)
    if statement is None:
        return "it must be one statement"
    if level > DEEPEST:
        return f"statements can be nested {DEEPEST} levels deep"
    names = [name for name in statement if name != "value"]
    if len(names) != 1 or names[0] not in (*COMPARISONS, *BRANCHES, "not"):
        return f"a statement has exactly one of {', '.join((*BRANCHES, 'not', *COMPARISONS))}"
    name = names[0]
    if name in COMPARISONS:
        return "" if "value" in statement else f"{name} needs a value"
    children = statement[name] if isinstance(statement[name], list) else [statement[name]]
    if not 1 <= len(children) <= (1 if name == "not" else MOST_CHILDREN):
        return f"'not' has one statement, 'and' and 'or' have 1 to {MOST_CHILDREN}"
    return next(filter(None, (condition_problem(child, level + 1) for child in children)), "")


def _statement(condition: Any) -> Mapping[str, Any] | None:
    """A statement, or a list of just one: AWS's own examples have both."""
    if isinstance(condition, list) and len(condition) == 1:
        condition = condition[0]
    return condition if isinstance(condition, Mapping) else None


def holds(condition: Any, resolve: Resolve) -> bool:
    """Whether a condition without a problem is true. Raises ValueError for what cannot be compared."""
    statement = _statement(condition) or {}
    name = next(key for key in statement if key != "value")
    if name in COMPARISONS:
        return _compare(name, resolve(statement[name]), resolve(statement["value"]))
    children = statement[name] if isinstance(statement[name], list) else [statement[name]]
    answers = (holds(child, resolve) for child in children)
    if name == "not":
        return not next(answers)
    return all(answers) if name == "and" else any(answers)


def _compare(name: str, wanted: Any, value: Any) -> bool:
    if name == "booleanEquals":
        return as_text(wanted).lower() == as_text(value).lower()
    if name == "stringEquals":
        return as_text(wanted) == as_text(value)
    numbers = [as_text(each) for each in (value, wanted)]
    if not all(map(NUMBER.fullmatch, numbers)):
        raise ValueError(f"{name}: {' and '.join(numbers)} must be numbers")
    return NUMERIC[name](float(numbers[0]), float(numbers[1]))


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
