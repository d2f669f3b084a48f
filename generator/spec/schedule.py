"""When a pipeline runs: the short words, rates, and EC2 Image Builder's six-field cron expressions.

Fields and values: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
Rates: botocore imagebuilder Schedule, "a cron expression, or a rate expression such as rate(1 day)"; their form is
EventBridge's, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from generator.source.report import did_you_mean, shown

DEFAULT_SCHEDULE = "weekly"
DEFAULT_TIMEZONE = "UTC"
DEFAULT_START_CONDITION = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"
MANUAL = "manual"
WORDS: Mapping[str, str] = {
    "weekly": "cron(0 3 ? * sun *)",  # Sundays at 03:00
    "daily": "cron(0 3 * * ? *)",
    "monthly": "cron(0 3 1 * ? *)",  # on the first
}


_EVERY = re.compile(r"every (?:([1-9][0-9]{0,3}) )?(minute|hour|day|week|month)(s?)\Z")
_RATE = re.compile(r"rate\(([1-9][0-9]{0,3}) (minute|hour|day)(s?)\)\Z")
_MONTHS_THAT_DIVIDE_A_YEAR = (1, 2, 3, 4, 6, 12)


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()  # names[0] stands for `low`
    special: str = ""  # a pattern of what else is allowed as a single value


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31, special=r"\?|l|([1-9]|[12][0-9]|3[01])w"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 1, 7, _DAYS, special=r"\?|l|([1-7]|sun|mon|tue|wed|thu|fri|sat)(l|#[1-5])"),
    _Field("year", 1970, 2199),
)


def expression_of(text: str) -> str:
    """The cron or rate expression that a text stands for. Raises ValueError with a message for users."""
    if text in WORDS:
        return WORDS[text]
    if text.startswith("every"):
        return _rate_of(text)
    if text.startswith("rate("):
        return _checked_rate(text)
    match = re.match(r"cron\(([^()]*)\)\Z", text)
    if not match:
        allowed = [*WORDS, MANUAL]
        raise ValueError(
            f"{shown(text)} is no schedule; allowed are {', '.join(allowed)}, `every 6 hours` and cron(...) with "
            f"six fields.{did_you_mean(text, allowed)}"
        )
    _check_fields(text, match.group(1).split())
    return text


def is_rate(expression: str) -> bool:
    """Whether an expression counts from one build to the next, and so knows no time of day."""
    return expression.startswith("rate(")


def _rate_of(text: str) -> str:
    """`every 2 weeks` as a rate. AWS has none of months, so those are a cron expression: on the first, at 03:00."""
    match = _EVERY.match(text)
    if not match or (match[1] not in (None, "1")) != bool(match[3]):
        raise ValueError(
            f"{shown(text)} is no rate; a rate reads every 30 minutes, every 6 hours, every day, every 2 weeks or "
            "every 3 months."
        )
    number, unit = int(match[1] or 1), match[2]
    if unit == "month":
        return _months(text, number)
    if unit == "week":
        number, unit = number * 7, "day"
    return f"rate({number} {unit}{'' if number == 1 else 's'})"


def _months(text: str, number: int) -> str:
    if number not in _MONTHS_THAT_DIVIDE_A_YEAR:
        raise ValueError(f"{shown(text)} does not go into a year; every 1, 2, 3, 4, 6 or 12 months does.")
    return WORDS["monthly"] if number == 1 else f"cron(0 3 1 1/{number} ? *)"


def _checked_rate(text: str) -> str:
    match = _RATE.match(text)
    if not match or (match[1] != "1") != bool(match[3]):
        raise ValueError(
            f"{shown(text)} is no rate of AWS's; rate(1 hour), rate(6 hours) and rate(14 days) are: minutes, hours "
            "or days, without s for one."
        )
    return text


def _check_fields(text: str, fields: list[str]) -> None:
    if len(fields) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        hint = f" Did you mean cron({' '.join(_with_year(fields))})?" if len(fields) == 5 else ""
        raise ValueError(f"{shown(text)} has {len(fields)} of six fields: {names}.{hint}")
    for field, value in zip(_FIELDS, fields, strict=True):
        if not _is_allowed(field, value.lower()):
            names = f" ({field.names[0]} to {field.names[-1]})" if field.names else ""
            allowed = f"allowed are {field.low} to {field.high}{names}, lists, ranges, steps and *"
            raise ValueError(f"{shown(value)} is no {field.name} of a cron expression; {allowed}.")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(f"{shown(text)} must have ? as its day of month or as its day of week, and not as both.")
    if not _has_a_day(*(fields[index].lower() for index in (2, 3, 5))):
        raise ValueError(f"{shown(text)} never comes: none of its months has such a day. Change one of them.")


def _with_year(fields: list[str]) -> list[str]:
    """Five fields of a crontab line as six of AWS's; the day that says nothing becomes `?`."""
    minutes, hours, day, month, weekday = fields
    return [
        minutes,
        hours,
        *(("?", month, weekday) if day == "*" and weekday != "*" else (day, month, "?")),
        "*",
    ]


def _is_allowed(field: _Field, value: str) -> bool:
    """`?`, L, W and # stand alone; the rest may be a list."""
    if field.special and re.fullmatch(field.special, value):
        return True
    return all(_is_span(field, part) for part in value.split(","))


def _is_span(field: _Field, part: str) -> bool:
    span, _, step = part.partition("/")
    if "/" in part and not (step.isascii() and step.isdigit() and 1 <= int(step[:6]) <= field.high):
        return False
    if span == "*":
        return True
    ends = [_number(field, end) for end in span.split("-")]
    return len(ends) <= 2 and all(end is not None and field.low <= end <= field.high for end in ends)


def _number(field: _Field, text: str) -> int | None:
    if text in field.names:
        return field.names.index(text) + field.low
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _has_a_day(day: str, month: str, year: str) -> bool:
    """Whether any month of an expression is long enough for a day of it; `l` and `?` are in all."""
    if day in ("?", "l"):
        return True
    first = min(_values(_FIELDS[2], day.removesuffix("w")))
    has_leap = any(isleap(each) for each in _values(_FIELDS[5], year))
    lengths = [29 if each == 2 and has_leap else monthrange(2023, each)[1] for each in _values(_FIELDS[3], month)]
    return first <= max(lengths)


def years_of(expression: str) -> set[int]:
    """The years of a cron expression that `expression_of` has accepted."""
    return set(_values(_FIELDS[5], expression.removeprefix("cron(").removesuffix(")").split()[5]))


def _values(field: _Field, value: str) -> Iterator[int]:
    """All that a list, its ranges and steps name; a range whose end comes first goes around."""
    for part in value.split(","):
        span, _, step = part.partition("/")
        ends = [field.low, field.high] if span == "*" else [_number(field, end) or 0 for end in span.split("-")]
        first, last = ends[0], field.high if len(ends) == 1 and step else ends[-1]
        if first > last:
            yield from range(field.low, last + 1, int(step or 1))
            last = field.high
        yield from range(first, last + 1, int(step or 1))


def check_timezone(text: str) -> None:
    """Raises ValueError with a message for users when AWS could not know the time zone."""
    if re.fullmatch(r"[a-zA-Z0-9]{2,}(/[a-zA-Z0-9\-_+]+)*", text) and len(text) <= 100 and _exists(text):
        return
    raise ValueError(f"{shown(text)} is no time zone; allowed are IANA names such as UTC or Europe/Vienna.")


def _exists(name: str) -> bool:
    """Whether this machine's zone data has the name; true as well where there is no zone data to ask."""
    return not _has_zone_data() or _is_zone(name)


@cache
def _has_zone_data() -> bool:
    return _is_zone("UTC") and _is_zone("Europe/London")


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
