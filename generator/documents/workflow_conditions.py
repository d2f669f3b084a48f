"""The `if` of a workflow step.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-conditional-statements.html: `and`, `or` and `not` hold
other statements, four levels deep at most; every other statement compares with `value`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.documents.findings import Findings
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

DEEPEST = 4  # levels of statements, the first one and the comparison among them
MOST_CHILDREN = 10
BRANCHES = ("and", "or")
NUMERIC = (
    "numberEquals", "numberGreaterThan", "numberGreaterThanEquals", "numberLessThan", "numberLessThanEquals",
)  # fmt: skip
COMPARISONS = ("booleanEquals", "stringEquals", *NUMERIC)
OPERATORS = (*BRANCHES, "not", *COMPARISONS)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def check_condition(written: object, path: Path, findings: Findings) -> None:
    """Report what is no condition by its shape."""
    _check(written, path, 1, findings)


def check_operands(written: object, path: Path, findings: Findings) -> None:
    """Report what a condition could not compare, where a value stands there and no path to one."""
    written, path = only_statement(written, path)
    if isinstance(written, list):
        for index, each in enumerate(written):
            check_operands(each, (*path, index), findings)
    statement = written if isinstance(written, dict) else {}
    for name, value in statement.items():
        if name in (*BRANCHES, "not"):
            check_operands(value, (*path, name), findings)
        elif name in COMPARISONS:
            for key in (name, "value"):
                _check_operand(name, statement.get(key), (*path, key), findings)


def only_statement(written: object, path: Path) -> tuple[object, Path]:
    """A statement stands as a mapping, or as a list of just one: AWS's own examples have both."""
    if isinstance(written, list) and len(written) == 1:
        return written[0], (*path, 0)
    return written, path


def _check(written: object, path: Path, level: int, findings: Findings) -> None:
    statement, path = only_statement(written, path)
    if not isinstance(statement, dict):
        message = "is not allowed; one statement such as `{stringEquals: Linux, value: $.imagebuilder.platform}` is."
        findings.error(path, message)
        return
    if level > DEEPEST:
        findings.error(path, f"statements are nested more than {DEEPEST} levels deep. Make two steps of it.")
        return
    names = [name for name in statement if name != "value"]
    unknown = [name for name in names if name not in OPERATORS]
    for name in unknown:
        hint = did_you_mean(name, OPERATORS) or f" Operators are {quoted(OPERATORS, 'and')}."
        findings.error((*path, name), f"there is no such operator.{hint}", at_key=True)
    if len(names) != 1:
        message = f"has {len(names)} operators; exactly one is needed. Put more of them under `and` or `or`."
        findings.error(path, message)
    elif names[0] in COMPARISONS:
        _check_comparison(names[0], statement, path, findings)
    elif not unknown:
        _check_children(names[0], statement, path, level, findings)


def _check_comparison(name: str, statement: Mapping[str, object], path: Path, findings: Findings) -> None:
    if "value" not in statement:
        findings.error(path, f"has no value; {name} compares with one. Add `value:` beside it.")
    for key in (name, "value"):
        if isinstance(statement.get(key), dict | list):
            findings.error((*path, key), "must be one value.")


def _check_children(name: str, statement: Mapping[str, object], path: Path, level: int, findings: Findings) -> None:
    place = (*path, name)
    if "value" in statement:
        findings.error((*path, "value"), f"`{name}` compares nothing. Remove it.", at_key=True)
    written = statement[name]
    children = written if isinstance(written, list) else [written]
    most = 1 if name == "not" else MOST_CHILDREN
    if not 1 <= len(children) <= most:
        allowed = "one is" if most == 1 else f"1 to {most} are"
        findings.error(place, f"has {len(children)} statements; {allowed} allowed under `{name}`.")
        return
    for index, child in enumerate(children):
        _check(child, (*place, index) if isinstance(written, list) else place, level + 1, findings)


def _check_operand(name: str, value: object, path: Path, findings: Findings) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if value is None or isinstance(value, dict | list) or "$." in text:
        return
    if name == "booleanEquals" and text.lower() not in ("true", "false"):
        findings.error(path, f"{shown(value)} is neither true nor false, which {name} compares.")
    elif name in NUMERIC and not NUMBER.fullmatch(text):
        findings.error(path, f"{shown(value)} is no number, and {name} compares numbers.")
