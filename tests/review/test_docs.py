"""The page on reviews shows a comment as it is made."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
GOLDEN = Path(__file__).parent / "golden"


def test_the_example_is_a_comment_of_the_tests() -> None:
    assert f"~~~~markdown\n{(GOLDEN / 'changes.md').read_text()}~~~~\n" in (DOCS / "review.md").read_text()
