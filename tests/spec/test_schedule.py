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
        "cron(0 3 ? * fri#2 *)",
        "cron(0 3 ? * 6L *)",
        "rate(1 hour)",
        "rate(30 minutes)",
        "rate(14 days)",
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
        "cron()",
        "cron(0 3 ?,1 * ? *)",
        "cron(0 3 LW * ? *)",
        "cron(0 3 W * ? *)",
        "cron(0 3 ? * fri#6 *)",
        "cron(0 3 ? * mon#1,fri#2 *)",
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


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("every minute", "rate(1 minute)"),
        ("every 1 hour", "rate(1 hour)"),
        ("every 6 hours", "rate(6 hours)"),
        ("every day", "rate(1 day)"),
        ("every week", "rate(7 days)"),
        ("every 2 weeks", "rate(14 days)"),
        ("every month", WORDS["monthly"]),
        ("every 3 months", "cron(0 3 1 1/3 ? *)"),
    ],
)
def test_a_rate_in_words_is_one_of_aws(words: str, expression: str) -> None:
    assert expression_of(words) == expression
    assert expression_of(expression) == expression


@pytest.mark.parametrize(
    "words",
    [
        *("every", "every 0 hours", "every 30 seconds", "every 6 hour", "every days", "every 1.5 hours"),
        *("every 5 months", "every 2 fortnights", "every 6  hours", "every -1 days"),
    ],
)
def test_other_words_are_no_rate(words: str) -> None:
    with pytest.raises(ValueError, match=r"is no rate; a rate reads|does not go into a year"):
        expression_of(words)


@pytest.mark.parametrize(
    "rate", ["rate(1 hours)", "rate(5 minute)", "rate(0 days)", "rate(30 seconds)", "rate(2 weeks)", "rate(1 day) "]
)
def test_a_rate_that_aws_has_not_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="is no rate of AWS's"):
        expression_of(rate)


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
