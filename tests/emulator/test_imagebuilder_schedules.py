"""Schedule expressions that the embedded AWS takes, and those that it refuses."""

from __future__ import annotations

import pytest

from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.schedules import check_schedule, check_timezone


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 0 * * ? *)",
        "cron(0/15 8-17 ? * MON-FRI *)",
        "cron(5,35 3 L * ? *)",
        "cron(0 3 15W JAN,jul ? 2026-2030)",
        "cron(0 3 ? * 6#3 *)",
        "cron(0 3 ? * mon#1,fri#2 *)",
        "cron(0 3 ? * 6L *)",
        "rate(1 day)",
        "rate(30 minutes)",
    ],
)
def test_an_expression_that_can_be_met_is_taken(expression: str) -> None:
    check_schedule(expression)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("cron(60 3 * * ? *)", "'60' is not valid as minutes, which goes from 0 to 59."),
        ("cron(0 24 * * ? *)", "hours"),
        ("cron(0 3 32 * ? *)", "day-of-month"),
        ("cron(0 3 0W * ? *)", "day-of-month"),
        ("cron(0 3 ? 13 1 *)", "month"),
        ("cron(0 3 ? * 8 *)", "day-of-week"),
        ("cron(0 3 ? * fri#6 *)", "day-of-week"),
        ("cron(0 3 ? * sun 1969)", "year"),
        ("cron(0 3 */0 * ? *)", "day-of-month"),
        ("cron(0 3 1-2-3 * ? *)", "day-of-month"),
        ("cron(\u0660 3 * * ? *)", "minutes"),
        ("cron(0 3 , * ? *)", "day-of-month"),
        ("cron(0 3 * * *)", "six fields"),
        ("cron(0 3 * * * *)", "Exactly one"),
        ("cron(0 3 ? * ? *)", "Exactly one"),
        ("rate(0 days)", "rate(number unit)"),
        ("rate(1 hours)", "rate(number unit)"),
        ("rate(2 hour)", "rate(number unit)"),
        ("rate(01 hour)", "rate(number unit)"),
        ("rate(2 weeks)", "rate(number unit)"),
        ("rate(30 seconds)", "rate(number unit)"),
        ("every day", "rate(number unit)"),
    ],
)
def test_an_expression_that_cannot_be_met_is_refused(expression: str, problem: str) -> None:
    with pytest.raises(InvalidParameterValue) as caught:
        check_schedule(expression)
    assert problem in str(caught.value.message)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_of_iana_is_taken(name: str) -> None:
    check_timezone(name)


@pytest.mark.parametrize("name", ["Nope/Foo", "../etc/passwd", "Europe"])
def test_a_time_zone_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(InvalidParameterValue, match=r"schedule\.timezone"):
        check_timezone(name)
