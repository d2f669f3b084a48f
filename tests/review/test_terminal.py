"""What a person reads at a terminal."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hostile_text import texts
from hypothesis import HealthCheck, given, settings
from rich.console import Console
from situations import SITUATIONS, hostile

from generator.review.model import Review
from generator.review.terminal import summary

GOLDEN = Path(__file__).parent / "golden"


def printed(review: Review, *, colours: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file, force_terminal=colours, width=110, highlight=False, color_system="standard", _environ={}
    )
    console.print(summary(review))
    return file.getvalue()


@pytest.mark.parametrize("name", ["blocked", "failed", "fleet_of_300", "no_changes"])
def test_the_summary_of_each_situation(name: str) -> None:
    text = printed(SITUATIONS[name]())
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDSMITH_REGENERATE"):
        path.write_text(text, encoding="utf-8")
    command = f"GOLDSMITH_REGENERATE=1 python -m pytest {Path(__file__).relative_to(Path.cwd())}"
    assert text == path.read_text(encoding="utf-8"), f"review the difference, then: {command}"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool))
def test_nothing_but_our_own_colours_reaches_the_terminal(text: str) -> None:
    shown = printed(hostile(text), colours=True)
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", re.sub(r"\x1b\[[0-9;]*m", "", shown)
    )
    colours = set(re.findall(r"\x1b\[[0-9;]*m", printed(hostile("plain"), colours=True)))
    assert set(re.findall(r"\x1b\[[0-9;]*m", shown)) <= colours
