"""The stand-in for GitHub's expressions comes to what GitHub's own would."""

from __future__ import annotations

from typing import Any

import pytest
from expressions import Expression

CONTEXTS = {"inputs": {}, "github": {"event": {"before": "abc"}}, "needs": {"a-b": {"result": "success"}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.base || github.event.before", "abc"),
        ("needs.a-b.result == 'success' && 'applied' || 'failed'", "applied"),
        ("needs.a-b.result != 'success' && 'applied' || 'failed'", "failed"),
        ("fromJSON('[1, {\"x\": 2}]')[1].x", 2),
        ("fromJSON('[]')[0] != null", False),
        ("!cancelled() && (true == false || 'it''s')", "it's"),
        ("github.nothing.inside", None),
        ("inputs.missing != ''", False),
        ("inputs.missing == 'x' || 'Push' == 'push'", True),
    ],
)
def test_an_expression_comes_to(text: str, value: Any) -> None:
    assert Expression(text, CONTEXTS, {"cancelled": lambda: False}).value == value


@pytest.mark.parametrize("text", ["a + b", "github.event github"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises((SyntaxError, KeyError)):
        Expression(text, CONTEXTS, {})
