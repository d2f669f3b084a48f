"""Conditional expressions of AWSTOE, as `if` of a step and as the inputs of Assert.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-conditional-constructs.html
https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-comparison-operators.html
https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-logical-operators.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.documents.findings import Findings
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

MAX_DEPTH = 4  # of logical operators inside of each other
LOGICAL = ("and", "or", "not")
OUTCOMES = ("Abort", "Execute", "Skip")
UNARY = ("stringIsEmpty", "stringIsWhitespace", "binaryExists", "fileExists", "folderExists")
STRINGS = (
    "stringEquals", "stringLessThan", "stringLessThanEquals", "stringGreaterThan", "stringGreaterThanEquals",
    "patternMatches",
)  # fmt: skip
NUMBERS = (
    "numberEquals", "numberLessThan", "numberLessThanEquals", "numberGreaterThan", "numberGreaterThanEquals",
)  # fmt: skip
CHECKSUMS = ("fileMD5Equals", "fileSHA1Equals", "fileSHA256Equals", "fileSHA512Equals")
BINARY = (*STRINGS, *NUMBERS, *CHECKSUMS)
OPERATORS = (*LOGICAL, *UNARY, *BINARY)

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")


def check_condition(written: object, path: Path, findings: Findings) -> None:
    """The `if` of a step: one expression, and what to do where it holds and where it does not."""
    expression, path = _only_element(written, path)
    if not isinstance(expression, dict):
        findings.error(path, f"is not allowed; a condition such as `binaryExists: unzip` is, not {_kind(expression)}.")
        return
    for key in ("then", "else"):
        outcome = expression.get(key)
        if key in expression and outcome not in OUTCOMES:
            hint = did_you_mean(str(outcome), OUTCOMES)
            findings.error((*path, key), f"{shown(outcome)} is not allowed; allowed are {quoted(OUTCOMES)}.{hint}")
    rest = {key: value for key, value in expression.items() if key not in ("then", "else")}
    _check(rest, path, 0, findings)


def check_expression(written: object, path: Path, findings: Findings) -> None:
    """The inputs of Assert: one expression, or a list of them."""
    if isinstance(written, list):
        for index, each in enumerate(written):
            _check_part(each, (*path, index), 0, findings)
        if not written:
            findings.error(path, "is empty; a condition such as `fileExists: /etc/motd` is needed.")
        return
    _check_part(written, path, 0, findings)


def _only_element(written: object, path: Path) -> tuple[object, Path]:
    """AWS writes a condition as a mapping and as a list of one."""
    if isinstance(written, list) and len(written) == 1:
        return written[0], (*path, 0)
    return written, path


def _check_part(written: object, path: Path, depth: int, findings: Findings) -> None:
    if isinstance(written, dict):
        _check(written, path, depth, findings)
    else:
        findings.error(path, f"is not allowed; a condition such as `binaryExists: unzip` is, not {_kind(written)}.")


def _check(expression: Mapping[str, object], path: Path, depth: int, findings: Findings) -> None:
    operators = [key for key in expression if key != "value"]
    for key in operators:
        if key not in OPERATORS:
            hint = did_you_mean(key, OPERATORS) or f" Operators are {', '.join(OPERATORS)}."
            findings.error((*path, key), f"there is no such operator.{hint}", at_key=True)
    if len(operators) != 1:
        message = f"has {len(operators)} operators; exactly one is needed. Put more of them under `and` or `or`."
        findings.error(path, message)
        return
    (operator,) = operators
    if operator in LOGICAL:
        _check_logical(operator, expression, path, depth + 1, findings)
    elif operator in OPERATORS:
        _check_comparison(operator, expression, path, findings)


def _check_logical(operator: str, expression: Mapping[str, object], path: Path, depth: int, findings: Findings) -> None:
    place = (*path, operator)
    operands = expression[operator]
    if "value" in expression:
        findings.error((*path, "value"), f"`{operator}` compares nothing. Remove it.", at_key=True)
    if depth > MAX_DEPTH:
        findings.error(place, f"conditions are nested more than {MAX_DEPTH} deep. Make two steps of it.", at_key=True)
        return
    if operator == "not":
        part, place = _only_element(operands, place)
        _check_part(part, place, depth, findings)
        return
    if not isinstance(operands, list) or not operands:
        findings.error(place, "must be a list of conditions.")
        return
    for index, operand in enumerate(operands):
        _check_part(operand, (*place, index), depth, findings)


def _check_comparison(operator: str, expression: Mapping[str, object], path: Path, findings: Findings) -> None:
    place = (*path, operator)
    if isinstance(expression[operator], dict | list):
        findings.error(place, f"must be one value, not {_kind(expression[operator])}.")
    if operator in UNARY:
        if "value" in expression:
            findings.error((*path, "value"), f"{operator} looks at one value. Remove it.", at_key=True)
        return
    if "value" not in expression:
        findings.error(path, f"has no value; {operator} compares with one. Add `value:` beside it.")
    elif isinstance(expression["value"], dict | list):
        findings.error((*path, "value"), f"must be one value, not {_kind(expression['value'])}.")
    if operator in NUMBERS:
        for key in (operator, "value"):
            compared = expression.get(key, 0)
            if not isinstance(compared, dict | list) and not _may_be_number(compared):
                findings.error((*path, key), f"{shown(compared)} is no number, and {operator} compares numbers.")
    if operator == "patternMatches":
        _check_pattern(expression[operator], place, findings)


def _may_be_number(value: object) -> bool:
    text = str(value)
    return isinstance(value, bool) is False and (bool(_NUMBER.match(text)) or "{{" in text)


def _check_pattern(value: object, place: Path, findings: Findings) -> None:
    """AWSTOE reads a pattern by Go's RE2, which Python's syntax holds but for a few words."""
    text = str(value)
    if "{{" in text or re.search(r"\\[pPQzC]|\[\[:|\(\?[Us]|\(\?P?<", text):
        return
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        findings.error(place, f"{shown(value)} is no regular expression: {error}.")


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else shown(value)
