"""Patterns of addresses, actions and resources."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.review.globs import glob_matches

LETTERS = st.text(alphabet="ab*?[].", max_size=8)


@given(LETTERS, LETTERS)
def test_a_pattern_matches_as_the_regular_expression_of_it_does(pattern: str, text: str) -> None:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert glob_matches(pattern, text) == (re.fullmatch(expression, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("*", "", True),
        ('module.x["a"].aws_kms_key.this[0]', 'module.x["a"].aws_kms_key.this[0]', True),
        ("module.x[0]", "module.x0", False),
        ("prod/*", "prod/web-prod/us-east-1", True),
        ("*" * 500 + "b", "a" * 5000, False),
        ("*a" * 200 + "b", "a" * 2000, False),  # a backtracking matcher would not come back
    ],
)
def test_examples(pattern: str, text: str, expected: bool) -> None:
    assert glob_matches(pattern, text) is expected
