"""How much of a review a comment shows, and how much it may hold."""

from __future__ import annotations

from dataclasses import dataclass

COMMENT = 65_536  # of GitHub's REST API, which stores 262,144 bytes; GitLab takes a million
RESERVE = 1_000  # for the status line, which grows when the status changes


def units(text: str) -> int:
    """Characters as UTF-16 counts them, the strictest way; one takes three bytes of UTF-8 at most."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Detail:
    """How many of each a step of the ladder shows; what is left out is counted."""

    name: str
    groups: int
    risks: int
    failures: int
    names: int  # of roots, in one list
    reasons: int
    graph: bool
    diffs: bool


FULL = Detail("full", groups=100, risks=60, failures=20, names=8, reasons=20, graph=True, diffs=True)
TABLES = Detail("tables", groups=40, risks=25, failures=8, names=6, reasons=8, graph=False, diffs=False)
COUNTS = Detail("counts", groups=0, risks=0, failures=2, names=3, reasons=3, graph=False, diffs=False)
LADDER = (FULL, TABLES, COUNTS)
