"""When a schedule is met next.

Fields of a cron expression: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html (`L` as a
day of the week is Sunday there). A local time that a change of the clocks leaves out is passed over, and one that comes
twice is met the first time: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from generator.emulator.imagebuilder.schedules import CRON, FIELDS, RATE, CronField

DAY_OF_MONTH, DAY_OF_WEEK = FIELDS[2], FIELDS[4]


def next_moment(schedule: Mapping[str, Any], last: datetime, earliest: datetime | None = None) -> datetime | None:
    """The first moment after `last`, of those from `earliest` on; None where there is none.

    A rate counts from `last`. `schedule`: one that check_schedule takes.
    """
    expression = str(schedule["scheduleExpression"])
    earliest = max(last, earliest or last)
    rate = RATE.match(expression)
    if rate:
        return _of_rate(rate[1], last, earliest)
    text = CRON.match(expression)
    start = max(last, earliest - timedelta(microseconds=1))
    return None if text is None else _cron(text["fields"].upper()).after(start, _zone(str(schedule["timezone"])))


def _of_rate(text: str, last: datetime, earliest: datetime) -> datetime | None:
    number, unit = text.split()
    try:
        step = timedelta(**{f"{unit.removesuffix('s')}s": int(number)})
        return last + step * max(1, -((last - earliest) // step))
    except OverflowError:
        return None


@dataclass(frozen=True)
class Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    day: str
    months: tuple[int, ...]
    weekday: str
    years: tuple[int, ...]

    def after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first moment later than this one, in UTC."""
        local = moment.astimezone(zone).replace(tzinfo=None)
        for day in self._days(local.date()):
            for clock in (time(hour, minute) for hour in self.hours for minute in self.minutes):
                met = _in_utc(datetime.combine(day, clock), local, zone)
                if met is not None and met > moment:
                    return met
        return None

    def _days(self, first: date) -> Iterator[date]:
        for year in (year for year in self.years if year >= first.year):
            for month in self.months:
                length = calendar.monthrange(year, month)[1]
                days = (date(year, month, day) for day in range(1, length + 1))
                yield from (day for day in days if day >= first and self._has(day, length))

    def _has(self, day: date, length: int) -> bool:
        if self.weekday == "?":
            return day.day in _days_of_month(self.day, day.year, day.month, length)
        return _is_weekday(self.weekday, day, length)


@cache
def _cron(fields: str) -> Cron:
    minute, hour, day, month, weekday, year = fields.split()
    spans = [_numbers(FIELDS[index], text) for index, text in ((0, minute), (1, hour), (3, month), (5, year))]
    return Cron(spans[0], spans[1], day, spans[2], weekday, spans[3])


@cache
def _numbers(field: CronField, text: str) -> tuple[int, ...]:
    """In order. A span that ends before it begins goes on at the lowest number, as in fri-mon."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, _, last = span.partition("-") if span != "*" else (str(field.low), "-", str(field.high))
        low = field.number(first)
        high = field.number(last) if last else (field.high if slash else low)
        size = field.high - field.low + 1
        high += size if high < low else 0
        found |= {(number - field.low) % size + field.low for number in range(low, high + 1, int(step or 1))}
    return tuple(sorted(found))


@cache
def _days_of_month(text: str, year: int, month: int, length: int) -> tuple[int, ...]:
    if text == "L":
        return (length,)
    if text.endswith("W"):
        wanted = length if text == "LW" else int(text[:-1])
        return (_nearest_weekday(date(year, month, wanted), length),) if wanted <= length else ()
    return _numbers(DAY_OF_MONTH, text)


def _nearest_weekday(day: date, length: int) -> int:
    """Of the same month: Monday to Friday."""
    if day.weekday() == calendar.SATURDAY:
        return day.day - 1 if day.day > 1 else day.day + 2
    if day.weekday() == calendar.SUNDAY:
        return day.day + 1 if day.day < length else day.day - 2
    return day.day


def _is_weekday(text: str, day: date, length: int) -> bool:
    number = day.isoweekday() % 7 + 1  # Sunday is 1
    if text == "L":
        return number == 1
    return any(_is_weekday_part(part, number, day, length) for part in text.split(","))


def _is_weekday_part(part: str, number: int, day: date, length: int) -> bool:
    name, _, nth = part.partition("#")
    if nth:
        return DAY_OF_WEEK.number(name) == number and (day.day - 1) // 7 + 1 == int(nth)
    if part.endswith("L"):
        return DAY_OF_WEEK.number(part[:-1]) == number and day.day + 7 > length
    return number in _numbers(DAY_OF_WEEK, part)


def _in_utc(local: datetime, after: datetime, zone: tzinfo) -> datetime | None:
    """None for what is not after, and for a local time that there is not."""
    if local <= after:
        return None
    met = local.replace(tzinfo=zone).astimezone(UTC)
    return met if met.astimezone(zone).replace(tzinfo=None) == local else None


@cache
def _zone(name: str) -> tzinfo:
    """UTC where there is no zone data to ask."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
