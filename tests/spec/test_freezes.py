"""Freezes: which minutes they hold, by the clocks of their time zone, and when they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.spec.freezes import DAY, DAYS, WEEK, FreezeWritten, freeze_of, frozen, frozen_until, spans_of, thawed
from generator.spec.model_rollout import Freeze


def weekly(text: str, timezone: str = "UTC") -> Freeze:
    return freeze_of(FreezeWritten(weekly=text, timezone=timezone))


def dated(first: str, until: str, timezone: str = "UTC") -> Freeze:
    return freeze_of(FreezeWritten.model_validate({"from": first, "until": until, "timezone": timezone}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fri 16:00 to mon 06:00", [("fri", 16 * 60, 62 * 60)]),
        ("sat 00:00 to sun 24:00", [("sat", 0, 2 * DAY)]),
        ("mon 10:00 to mon 09:00", [("mon", 600, WEEK - 60)]),
        ("fri 16:00 to 20:00", [("fri", 960, 240)]),
        ("fri-sat 22:00 to 06:00", [("fri", 1320, 480), ("sat", 1320, 480)]),
        ("sun-mon 06:00 to 24:00", [("sun", 360, 1080), ("mon", 360, 1080)]),
        ("daily 12:00 to 12:00", [(day, 720, DAY) for day in DAYS]),
    ],
)
def test_a_time_of_each_week_in_minutes(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert list(spans_of(text)) == [(DAYS.index(day) * DAY + minute, length) for day, minute, length in expected]


@pytest.mark.parametrize(
    ("freeze", "moment", "expected"),
    [
        # 2026-11-27 is a Friday; Vienna is one hour before UTC in winter, two in summer
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-11-27T14:59:59", None),
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-11-27T15:00", "2026-11-30T05:00"),
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-11-30T04:59:59", "2026-11-30T05:00"),
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-11-30T05:00", None),
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-03-27T16:00", "2026-03-30T04:00"),  # clocks go ahead
        (weekly("fri 16:00 to mon 06:00", "Europe/Vienna"), "2026-10-23T16:00", "2026-10-26T05:00"),  # and back
        (weekly("sun 02:00 to 02:30", "Europe/Vienna"), "2026-10-25T00:10", "2026-10-25T00:30"),  # 02:10, the first
        (weekly("sun 02:00 to 02:30", "Europe/Vienna"), "2026-10-25T01:10", "2026-10-25T01:30"),  # and the second
        (weekly("sun 01:30 to 02:30", "Europe/Vienna"), "2026-03-29T00:45", "2026-03-29T01:30"),  # there is no 02:30
        (weekly("daily 22:00 to 06:00", "Asia/Tokyo"), "2026-11-25T20:30", "2026-11-25T21:00"),
        (dated("2026-12-20", "2027-01-04", "Europe/Vienna"), "2026-12-19T22:59", None),
        (dated("2026-12-20", "2027-01-04", "Europe/Vienna"), "2026-12-19T23:00", "2027-01-04T23:00"),
        (dated("2026-12-20", "2027-01-04", "Europe/Vienna"), "2027-01-04T23:00", None),
        (dated("2026-12-20 18:00", "2026-12-20T19:30"), "2026-12-20T19:29", "2026-12-20T19:30"),
    ],
)
def test_a_moment_lies_in_it_or_not(freeze: Freeze, moment: str, expected: str | None) -> None:
    assert frozen_until(at(moment), freeze) == (at(expected) if expected else None)


def test_freezes_one_after_the_other_are_waited_for_together() -> None:
    freezes = [
        weekly("fri 16:00 to mon 06:00"),
        dated("2026-11-30", "2026-12-02"),
        weekly("thu 00:00 to 08:00"),
    ]
    assert thawed(at("2026-11-27T16:00"), freezes) == at("2026-12-03T08:00")
    assert thawed(at("2026-11-27T15:59"), freezes) == at("2026-11-27T15:59")
    found = frozen(at("2026-11-30T01:00"), freezes)
    assert found is not None
    assert found[0] is freezes[1]


def test_freezes_without_a_gap_never_end() -> None:
    freezes = [weekly("mon 00:00 to fri 12:00"), weekly("fri 12:00 to sun 24:00"), dated("2026-12-20", "2030-01-04")]
    assert thawed(at("2026-11-27T16:00"), freezes) is None


times = st.builds(lambda minute: f"{minute // 60:02}:{minute % 60:02}", st.integers(0, DAY - 1))
texts = (
    st.builds("{} {} to {} {}".format, st.sampled_from(DAYS), times, st.sampled_from(DAYS), times)
    | st.builds("{}-{} {} to {}".format, st.sampled_from(DAYS), st.sampled_from(DAYS), times, times)
    | st.builds("daily {} to {}".format, times, times)
)
zones = st.sampled_from(["UTC", "Europe/Vienna", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(st.lists(st.builds(weekly, texts, zones), max_size=3), moments)
def test_a_freeze_ends_later_and_a_thawed_moment_is_free(freezes: list[Freeze], moment: datetime) -> None:
    assert all(end > moment for freeze in freezes if (end := frozen_until(moment, freeze)))
    free = thawed(moment, freezes)
    if free is None:
        assert frozen(moment, freezes)
    else:
        assert free >= moment
        assert frozen(free, freezes) is None
        assert (free == moment) == (frozen(moment, freezes) is None)


@given(st.builds(weekly, texts), moments, st.integers(-5, 5))
def test_each_week_is_the_same_where_clocks_stay(freeze: Freeze, moment: datetime, weeks: int) -> None:
    shift = timedelta(weeks=weeks)
    end, other = frozen_until(moment, freeze), frozen_until(moment + shift, freeze)
    assert other == (end + shift if end else None)
