"""Every link of a page to a file or heading of this repository leads there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / "modules").glob("*/README.md")])
FENCED = re.compile(r"^ *(```+|~~~+)[^\n]*\n.*?^ *\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def text_of(page: Path) -> str:
    return FENCED.sub("", page.read_text())


@cache
def headings(page: Path) -> frozenset[str]:
    """As GitHub makes them into anchors."""
    return frozenset(anchor(heading) for heading in HEADING.findall(text_of(page)))


def anchor(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")


def leads_nowhere(page: Path, link: str) -> bool:
    file, _, heading = link.partition("#")
    target = (page.parent / file) if file else page
    if not target.exists():
        return True
    return bool(heading) and target.suffix == ".md" and heading not in headings(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(text_of(page)) if leads_nowhere(page, link)] == []


def test_a_heading_is_an_anchor_as_on_github() -> None:
    assert anchor("R110: root removed `now`") == "r110-root-removed-now"
    assert anchor("A rollout in [AWS](https://aws.amazon.com)") == "a-rollout-in-aws"
