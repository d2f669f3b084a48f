"""Times in which nothing is rolled out: as a spec says them, and what they mean for a moment.

All arithmetic is on the clocks of the freeze's time zone: `fri 16:00 to mon 06:00` ends at 06:00 there, whether or not
the clocks were changed on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.ignores import Reason
from generator.spec.model_rollout import Freeze
from generator.spec.shape import Written

DAY, WEEK = 24 * 60, 7 * 24 * 60  # minutes
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _TIME = f"({'|'.join(DAYS)})", r"((?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)"
_WEEKLY = re.compile(rf"(?:daily|{_DAY}(?:-{_DAY})?) (?!24){_TIME} to (?:{_DAY} )?{_TIME}\Z")
WEEKLY_RULE = (
    "a time of each week reads like fri 16:00 to mon 06:00, sat 00:00 to sun 24:00, mon-thu 18:00 to 08:00 or "
    "daily 00:00 to 06:00"
)
_LOOK_AHEAD = timedelta(days=15)  # what comes each week has come by then, clock changes included
YEARS = range(2000, 2200)  # beyond which nobody plans


def _check_weekly(text: str) -> str:
    match = _WEEKLY.match(text)
    if not match or (match[4] and (match[2] or not match[1])):
        raise v.problem(f"{shown(text)} is not allowed; {WEEKLY_RULE}.")
    return text


def _check_moment(text: str) -> str:
    if not re.match(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d)?\Z", text) or _moment(text) is None:
        raise v.problem(
            f"{shown(text)} is no date; a date reads like 2027-01-31, with a time like 2027-01-31 18:00, "
            f"and its year is {YEARS[0]} to {YEARS[-1]}."
        )
    return text


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


Weekly = Annotated[str, AfterValidator(_check_weekly)]
Moment = Annotated[str, AfterValidator(_check_moment)]


class FreezeWritten(Written):
    """A time in which no wave begins: either `weekly`, or `from` and `until`."""

    weekly: Weekly | None = Field(
        default=None,
        description="each week: `fri 16:00 to mon 06:00`, `mon-thu 18:00 to 08:00` (on each of these days) or "
        "`daily 00:00 to 06:00`",
    )
    from_: Moment | None = Field(
        default=None, alias="from", description="once: the first day, `2026-12-20`, or the minute, `2026-12-20 18:00`"
    )
    until: Moment | None = Field(
        default=None, description="once: the last day, or the minute at which it ends; with `from`"
    )
    timezone: str | None = Field(default=None, description="IANA time zone of these times [default: UTC]")
    reason: Reason | None = Field(default=None, description="why; previews tell it")


def freeze_of(written: FreezeWritten) -> Freeze:
    """The model of one that has been checked."""
    zone, reason = written.timezone or "UTC", written.reason or ""
    if written.weekly is not None:
        return Freeze(written.weekly, zone, reason, spans=spans_of(written.weekly))
    first, until = written.from_ or "", written.until or ""
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(until)
    is_day = len(until) == len("2027-01-31")
    return Freeze(f"{first} to {until}", zone, reason, first=begin, end=end + timedelta(days=1) if is_day else end)


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    """When a time of each week begins, in minutes from Monday 00:00, and how many minutes it has."""
    match = _WEEKLY.match(text)
    if match is None:
        raise ValueError(text)
    first, last, begin, end_day, end = match.groups()
    numbers = _days(first, last)
    if end_day is not None:
        length = (DAYS.index(end_day) - numbers[0]) * DAY + _minutes(end) - _minutes(begin)
        return ((numbers[0] * DAY + _minutes(begin), length % WEEK or WEEK),)
    length = (_minutes(end) - _minutes(begin)) % DAY or DAY
    return tuple((number * DAY + _minutes(begin), length) for number in numbers)


def _days(first: str | None, last: str | None) -> list[int]:
    if first is None:
        return list(range(7))
    begin = DAYS.index(first)
    count = (DAYS.index(last) - begin) % 7 + 1 if last else 1
    return [(begin + number) % 7 for number in range(count)]


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def frozen_until(moment: datetime, freeze: Freeze) -> datetime | None:
    """When the freeze that a moment lies in ends; None where it lies in none. Both have a time zone."""
    local = moment.astimezone(ZoneInfo(freeze.timezone))
    clock = local.replace(tzinfo=None)
    if freeze.first is not None and freeze.end is not None:
        return _instant(freeze.end, moment, freeze) if freeze.first <= clock < freeze.end else None
    minute = clock.weekday() * DAY + clock.hour * 60 + clock.minute
    left = [length - passed for begin, length in freeze.spans if (passed := (minute - begin) % WEEK) < length]
    if not left:
        return None
    return _instant(clock.replace(second=0, microsecond=0) + timedelta(minutes=max(left)), moment, freeze)


def _instant(clock: datetime, moment: datetime, freeze: Freeze) -> datetime:
    """When clocks show a time after a moment. Where they show it twice, the second where the first is past."""
    zone = ZoneInfo(freeze.timezone)
    instants = [clock.replace(tzinfo=zone, fold=fold).astimezone(moment.tzinfo) for fold in (0, 1)]
    return next((each for each in instants if each > moment), moment + timedelta(minutes=1))


def frozen(moment: datetime, freezes: Iterable[Freeze]) -> tuple[Freeze, datetime] | None:
    """The freeze that a moment lies in, of several the one that ends last, and when that is."""
    ends = [(freeze, end) for freeze in freezes if (end := frozen_until(moment, freeze)) is not None]
    return max(ends, key=lambda each: each[1], default=None)


def thawed(moment: datetime, freezes: Sequence[Freeze]) -> datetime | None:
    """The first moment from this one on that lies in no freeze; None where there is none."""
    ends = [_instant(freeze.end, moment, freeze) for freeze in freezes if freeze.end is not None]
    last = max([moment, *ends]) + _LOOK_AHEAD
    while (found := frozen(moment, freezes)) is not None:
        moment = found[1]
        if moment > last:
            return None
    return moment
