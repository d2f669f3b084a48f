"""The table of checks for people, and the same as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from generator.verify.checks import Check

# Grows only; a key that goes or changes its meaning makes it 2.
JSON_VERSION = 1

_STYLE = {"passed": "green", "failed": "bold red", "skipped": "yellow"}


def as_json(checks: Sequence[Check]) -> dict[str, Any]:
    """`{version, passed, failed, skipped, checks: [{root, name, expected, actual, result}]}`."""
    return {"version": JSON_VERSION, **counts(checks), "checks": [asdict(check) for check in checks]}


def counts(checks: Sequence[Check]) -> dict[str, int]:
    found = Counter(check.result for check in checks)
    return {"passed": found["passed"], "failed": found["failed"], "skipped": found["skipped"]}


def summary(checks: Sequence[Check]) -> str:
    """`41 passed, 1 failed, 4 skipped`: zeros are left out, but for what passed."""
    found = counts(checks)
    return ", ".join(f"{count} {result}" for result, count in found.items() if count or result == "passed")


def as_table(checks: Sequence[Check]) -> Table:
    """One row for each check. Values are text, never markup: `[red]` in an output stays what it is."""
    table = Table("Root", "Check", "Expected", "Actual", "Result")
    previous = None
    for check in checks:
        root = check.root if check.root != previous else ""
        previous = check.root
        actual = "" if check.result == "passed" and check.actual == check.expected else check.actual
        cells = (Text(cell, overflow="fold") for cell in (root, check.name, check.expected, actual))
        table.add_row(*cells, Text(check.result, style=_STYLE[check.result]))
    return table


def print_table(checks: Sequence[Check]) -> None:
    """To standard output; as wide as it needs where that is no terminal, so that no value is broken."""
    console, table = Console(), as_table(checks)
    if not console.is_terminal:
        console = Console(width=console.measure(table, options=console.options.update(width=100_000)).maximum)
    console.print(table)
