"""Schedule expressions: `cron(...)` with six fields, and `rate(...)`.

Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from generator.emulator.imagebuilder.errors import InvalidParameterValue

RATE = re.compile(r"^rate\((1 (minute|hour|day)|(?!1 )[1-9][0-9]{0,8} (minutes|hours|days))\)$")
CRON = re.compile(r"^cron\((?P<fields>.+)\)$")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
NTH_DAY = rf"([1-7]|{'|'.join(DAYS)})(L|#[1-5])"


@dataclass(frozen=True)
class CronField:
    """`special`: what besides numbers, names, ranges, lists and steps it may be."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = "(?!)"

    def allows(self, text: str) -> bool:
        return bool(re.fullmatch(self.special, text)) or all(map(self._allows_part, text.split(",")))

    def _allows_part(self, text: str) -> bool:
        span, slash, step = text.partition("/")
        if slash and not re.fullmatch(r"[1-9][0-9]{0,3}", step):
            return False
        if span == "*":
            return True
        ends = [self.number(end) for end in span.split("-")]
        return len(ends) <= 2 and all(self.low <= end <= self.high for end in ends)

    def number(self, text: str) -> int:
        """A number outside of the bounds for what is none."""
        if text in self.names:
            return self.names.index(text) + self.low
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else -1


FIELDS = (
    CronField("minutes", 0, 59),
    CronField("hours", 0, 23),
    CronField("day-of-month", 1, 31, special=r"\?|L|LW|([1-9]|[12][0-9]|3[01])W"),
    CronField("month", 1, 12, MONTHS),
    CronField("day-of-week", 1, 7, DAYS, special=rf"\?|L|{NTH_DAY}(,{NTH_DAY})*"),
    CronField("year", 1970, 2199),
)


def check_schedule(expression: str) -> None:
    """Raises InvalidParameterValue for an expression that can never be met or is not one."""
    rate, cron = RATE.match(expression), CRON.match(expression)
    if rate:
        return
    if not cron:
        raise _invalid("It must be cron(minutes hours day-of-month month day-of-week year) or rate(number unit).")
    texts = cron["fields"].upper().split()
    if len(texts) != len(FIELDS):
        raise _invalid("A cron expression must have six fields.")
    for field, text in zip(FIELDS, texts, strict=True):
        if not field.allows(text):
            raise _invalid(f"'{text}' is not valid as {field.name}, which goes from {field.low} to {field.high}.")
    if (texts[2] == "?") == (texts[4] == "?"):
        raise _invalid("Exactly one of day-of-month and day-of-week must be '?'.")


def check_timezone(name: str) -> None:
    """Raises InvalidParameterValue for a time zone that IANA does not have. Without zone data, all are taken."""
    if _is_zone("Europe/London") and not _is_zone(name):
        raise InvalidParameterValue("schedule.timezone", f"The time zone '{name}' does not exist.")


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _invalid(problem: str) -> InvalidParameterValue:
    return InvalidParameterValue("schedule.scheduleExpression", problem)
