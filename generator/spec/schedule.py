"""When a pipeline runs: the short words, and EC2 Image Builder's six-field cron expressions.

Fields and values: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from generator.spec.report import did_you_mean, shown

DEFAULT_SCHEDULE = "weekly"
DEFAULT_TIMEZONE = "UTC"
DEFAULT_START_CONDITION = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"
MANUAL = "manual"
WORDS: Mapping[str, str] = {
    "weekly": "cron(0 3 ? * sun *)",  # Sundays at 03:00
    "daily": "cron(0 3 * * ? *)",
    "monthly": "cron(0 3 1 * ? *)",  # on the first
}


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
    _Field("day of month", 1, 31, special=r"\?|l|lw|([1-9]|[12][0-9]|3[01])w"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 1, 7, _DAYS, special=r"\?|l|([1-7]|sun|mon|tue|wed|thu|fri|sat)(l|#[1-5])"),
    _Field("year", 1970, 2199),
)


def expression_of(text: str) -> str:
    """The cron expression that a text stands for. Raises ValueError with a message for users."""
    if text in WORDS:
        return WORDS[text]
    match = re.match(r"cron\(([^()]*)\)\Z", text)
    if not match:
        allowed = [*WORDS, MANUAL]
        raise ValueError(
            f"{shown(text)} is no schedule; allowed are {', '.join(allowed)} and cron(...) with six fields."
            + did_you_mean(text, allowed)
        )
    _check_fields(text, match.group(1).split())
    return text


def _check_fields(text: str, fields: list[str]) -> None:
    if len(fields) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        hint = f" Did you mean cron({' '.join(_with_year(fields))})?" if len(fields) == 5 else ""
        raise ValueError(f"{shown(text)} has {len(fields)} of six fields: {names}.{hint}")
    for field, value in zip(_FIELDS, fields, strict=True):
        if not all(_is_allowed(field, part) for part in value.lower().split(",")):
            names = f" ({field.names[0]} to {field.names[-1]})" if field.names else ""
            allowed = f"allowed are {field.low} to {field.high}{names}, lists, ranges, steps and *"
            raise ValueError(f"{shown(value)} is no {field.name} of a cron expression; {allowed}.")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(f"{shown(text)} must have ? as its day of month or as its day of week, and not as both.")


def _with_year(fields: list[str]) -> list[str]:
    """Five fields of a crontab line as six of AWS's; the day that says nothing becomes `?`."""
    minutes, hours, day, month, weekday = fields
    return [
        minutes,
        hours,
        *(("?", month, weekday) if day == "*" and weekday != "*" else (day, month, "?")),
        "*",
    ]


def _is_allowed(field: _Field, part: str) -> bool:
    if field.special and re.fullmatch(field.special, part):
        return True
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
