"""Whether the `if` of a workflow step holds.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-conditional-statements.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from generator.documents.workflow_conditions import COMPARISONS, NUMBER, only_statement

Resolve = Callable[[Any], Any]  # from a value as written to the one it means

NUMERIC: Mapping[str, Callable[[float, float], bool]] = {
    "numberEquals": operator.eq,
    "numberGreaterThan": operator.gt,
    "numberGreaterThanEquals": operator.ge,
    "numberLessThan": operator.lt,
    "numberLessThanEquals": operator.le,
}


def holds(condition: Any, resolve: Resolve) -> bool:
    """Whether a condition that has been checked is true. Raises ValueError for what cannot be compared."""
    statement: Any = only_statement(condition, ())[0]
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
