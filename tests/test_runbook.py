"""The runbook is found by what one sees: each text in its table is one that Goldsmith says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (.*`.*) \| \[.*\]\(#.*\) \|$", re.MULTILINE)
NEXT_LINE = re.compile(r"\"\s*\n\s*f?\"")  # a text that goes on in the next line of a program
PLACE = re.compile(r"\{[^{}]*\}")
BETWEEN = re.compile(r"\.\.\.|: |\d+ s| is |[A-Z]{4,}")  # what is put in, and where texts are put together
SOURCES = "".join(
    PLACE.sub("", NEXT_LINE.sub("", path.read_text())) for path in sorted((ROOT / "generator").rglob("*.py"))
)
SEEN = [
    code
    for row in ROW.findall((ROOT / "docs" / "runbook.md").read_text().partition("\n## ")[0])
    for code in re.findall(r"`([^`]+)`", row)
]


def test_the_table_has_what_one_sees() -> None:
    assert len(SEEN) > 12


@pytest.mark.parametrize("seen", SEEN)
def test_what_one_sees_is_what_goldsmith_says(seen: str) -> None:
    parts = [part.strip() for part in BETWEEN.split(seen)]
    assert [part for part in parts if part not in SOURCES] == []
