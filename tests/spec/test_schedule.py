from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.spec.schedule import WORDS, check_timezone, expression_of


@pytest.mark.parametrize(
    "expression",
    [
        *WORDS.values(),
        "cron(0/15 8-17 ? * MON-FRI *)",
        "cron(0 3 L * ? *)",
        "cron(0 3 15W * ? *)",
        "cron(0 3 ? * 6#3 *)",
        "cron(0 3 ? JAN,jul sun 2026-2030)",
        "cron(*/5 * * * ? *)",
    ],
)
def test_an_expression_that_aws_takes_is_kept_as_it_is(expression: str) -> None:
    assert expression_of(expression) == expression


@pytest.mark.parametrize("word", WORDS)
def test_each_word_stands_for_an_expression_that_is_allowed(word: str) -> None:
    assert expression_of(expression_of(word)) == WORDS[word]


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 hour)",
        "cron()",
        "cron(0 3 ? * ? *)",
        "cron(60 3 * * ? *)",
        "cron(-1 3 * * ? *)",
        "cron(0 3 32 * ? *)",
        "cron(0 3 ? 13 1 *)",
        "cron(0 3 ? * 8 *)",
        "cron(0 3 ? * sun 1969)",
        "cron(0 3 1-2-3 * ? *)",
        "cron(0 3 */0 * ? *)",
        "cron(0 3 , * ? *)",
        "cron(\u0660 3 * * ? *)",
        "cron(0 3 * * ? *) ",
        "cron(0 3 * * ? *)\n",
    ],
)
def test_an_expression_that_aws_refuses_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"cron|fields"):
        expression_of(expression)


@given(st.text(alphabet="0123456789*/,-?#LWcron() sun", max_size=40))
def test_any_text_is_an_expression_or_a_message(text: str) -> None:
    for candidate in (text, f"cron({text})"):
        try:
            assert expression_of(candidate)
        except ValueError as error:
            assert str(error).endswith((".", "?"))  # noqa: PT017 - not an error to expect, but one to look at


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
def test_iana_time_zones_are_taken(zone: str) -> None:
    check_timezone(zone)


@pytest.mark.parametrize("zone", ["", "X", "../UTC", "/etc/passwd", "Europe/", "Europe", "a" * 200, "UTC\n"])
def test_other_time_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        check_timezone(zone)
