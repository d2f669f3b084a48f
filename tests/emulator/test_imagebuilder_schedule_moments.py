"""When a schedule is met next: fields, the days that stand for others, time zones, rates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from generator.emulator.imagebuilder.schedule_moments import next_moment

THURSDAY = "2026-01-15T10:30:00Z"


def following(expression: str, last: str = THURSDAY, timezone: str = "UTC") -> str:
    found = next_moment({"scheduleExpression": expression, "timezone": timezone}, datetime.fromisoformat(last))
    return "never" if found is None else found.strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 0 * * ? *)", "2026-01-16T00:00"),
        ("cron(30 10 * * ? *)", "2026-01-16T10:30"),
        ("cron(31 10 * * ? *)", "2026-01-15T10:31"),
        ("cron(* * * * ? *)", "2026-01-15T10:31"),
        ("cron(0/20 * * * ? *)", "2026-01-15T10:40"),
        ("cron(5,35 8-9 * * ? *)", "2026-01-16T08:05"),
        ("cron(0 22-2/2 * * ? *)", "2026-01-15T22:00"),
        ("cron(0 3 ? * sun *)", "2026-01-18T03:00"),
        ("cron(0 3 ? * 1 *)", "2026-01-18T03:00"),
        ("cron(0 3 ? * L *)", "2026-01-18T03:00"),
        ("cron(0 3 ? * FRI-MON *)", "2026-01-16T03:00"),
        ("cron(0 3 ? * mon-wed *)", "2026-01-19T03:00"),
        ("cron(0 3 ? * 6#3 *)", "2026-01-16T03:00"),
        ("cron(0 3 ? * mon#1,fri#2 *)", "2026-02-02T03:00"),
        ("cron(0 3 ? * mon#5 *)", "2026-03-30T03:00"),
        ("cron(0 3 ? * 6L *)", "2026-01-30T03:00"),
        ("cron(0 3 L * ? *)", "2026-01-31T03:00"),
        ("cron(0 3 L feb ? *)", "2026-02-28T03:00"),
        ("cron(0 3 LW * ? *)", "2026-01-30T03:00"),
        ("cron(0 3 17W * ? *)", "2026-01-16T03:00"),
        ("cron(0 3 1W feb ? *)", "2026-02-02T03:00"),
        ("cron(0 3 1W aug ? *)", "2026-08-03T03:00"),
        ("cron(0 3 31W may ? *)", "2026-05-29T03:00"),
        ("cron(0 3 29 2 ? *)", "2028-02-29T03:00"),
        ("cron(0 3 1 1/3 ? *)", "2026-04-01T03:00"),
        ("cron(0 3 1 jan,jul ? 2030-2031)", "2030-01-01T03:00"),
        ("cron(0 3 31 2 ? *)", "never"),
        ("cron(0 3 * * ? 2025)", "never"),
        ("rate(1 minute)", "2026-01-15T10:31"),
        ("rate(6 hours)", "2026-01-15T16:30"),
        ("rate(14 days)", "2026-01-29T10:30"),
        ("rate(999999999 days)", "never"),
    ],
)
def test_the_next_moment_of_a_schedule(expression: str, expected: str) -> None:
    assert following(expression) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-01-15T01:00:00Z", "2026-01-15T01:30"),
        ("2026-07-15T01:00:00Z", "2026-07-16T00:30"),
        ("2026-03-28T12:00:00Z", "2026-03-30T00:30"),  # on the 29th, 02:30 is left out
        ("2026-10-24T12:00:00Z", "2026-10-25T00:30"),  # on the 25th, 02:30 comes twice
        ("2026-10-25T00:30:00Z", "2026-10-26T01:30"),
    ],
)
def test_a_cron_expression_goes_by_the_clocks_of_its_time_zone(last: str, expected: str) -> None:
    assert following("cron(30 2 * * ? *)", last, "Europe/Vienna") == expected


@pytest.mark.parametrize(
    ("expression", "expected"), [("rate(6 hours)", "2026-01-16T10:30"), ("cron(0 0 * * ? *)", "2026-01-17T00:00")]
)
def test_moments_before_the_earliest_are_passed_over(expression: str, expected: str) -> None:
    last = datetime.fromisoformat(THURSDAY)
    schedule = {"scheduleExpression": expression, "timezone": "UTC"}
    found = next_moment(schedule, last, last + timedelta(hours=20))
    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == expected
