"""The graph of what changes where: small whatever the fleet's size, and with nothing in it but labels."""

from __future__ import annotations

import re

from fleet_of_300 import fleet_of_300
from hostile_text import texts
from hypothesis import HealthCheck, given, settings
from made import log_group, review, root
from situations import hostile

from generator.review.graph import graph
from generator.review.model import Review

LINE = re.compile(
    r'  \w+(?:\["[^"]*"\](?::::?\w+)?|\(\["[^"]*"\]\)|\[\("[^"]*"\)\])'  # a node
    r"|  \w+ -->(?:\|\d+\|)? \w+"  # an arrow
    r"|  classDef \w+ [\w:#,-]+"
)


def lines(made: Review) -> list[str]:
    drawn = graph(made)
    assert drawn is not None
    opening, first, *inner, closing = drawn.text.split("\n")
    assert (opening, first, closing) == ("```mermaid", "flowchart LR", "```")
    return inner


def test_reasons_lead_to_groups_and_groups_to_environments() -> None:
    assert lines(fleet_of_300()) == [
        '  r0(["component harden-os 1.0.3 → 1.0.4 through image web"])',
        "  r0 --> g0",
        "  r0 --> g1",
        '  g0["A#58; +0 ~1 ±1 -1 in 1 root, odd"]',
        '  g1["B#58; +0 ~1 ±1 -0 in 279 roots"]:::warn',
        '  e0[("prod#58; 74 accounts, 3 Regions")]',
        '  e1[("staging#58; 20 accounts, 3 Regions")]',
        "  g0 -->|1| e0",
        "  g1 -->|219| e0",
        "  g1 -->|60| e1",
        "  classDef warn fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328",
    ]


def test_more_than_a_picture_holds_is_counted() -> None:
    groups = [
        [root(f"stage-{number}/app/us-east-1", [log_group()], reasons=[f"reason {number}"])] for number in range(40)
    ]
    drawn = lines(review(groups))
    nodes = [line for line in drawn if "-->" not in line]
    assert len(nodes) == 6 + 1 + 10 + 1 + 12 + 1
    assert '  rmore(["and 34 more reasons"])' in nodes
    assert '  gmore["and 30 more groups#58; 30 roots"]' in nodes
    assert '  emore[("and 28 more environments")]' in nodes
    assert "  gmore -->|28| emore" in drawn
    assert "  rmore --> gmore" in drawn


def test_nothing_is_drawn_where_nothing_changes() -> None:
    assert graph(review([], [root("dev/a/b")])) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool))
def test_every_line_is_a_node_an_arrow_or_a_style(text: str) -> None:
    drawn = lines(hostile(text))
    assert [line for line in drawn if not LINE.fullmatch(line)] == []
    assert len(drawn) == len(lines(hostile("plain")))
