"""The schedule of a pipeline: as a spec says it, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.model import Schedule
from generator.spec.schedule import (
    DEFAULT_START_CONDITION,
    DEFAULT_TIMEZONE,
    MANUAL,
    check_timezone,
    expression_of,
    is_rate,
)
from generator.spec.shape import Written

START_CONDITIONS: Mapping[str, str] = {"news": DEFAULT_START_CONDITION, "always": "EXPRESSION_MATCH_ONLY"}
StartCondition = Literal["news", "always", "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE", "EXPRESSION_MATCH_ONLY"]


class ScheduleWritten(Written):
    """When a pipeline runs: exactly one of `cron` and `every`."""

    cron: str | None = Field(
        default=None,
        description="`weekly`, `daily`, `monthly` or a six-field expression such as `cron(0 3 ? * sun *)`",
    )
    every: str | None = Field(
        default=None, description="time from one run to the next: `30 minutes`, `6 hours`, `2 weeks`, `3 months`"
    )
    timezone: str | None = Field(default=None, description="IANA time zone of the expression [default: UTC]")
    start: StartCondition | None = Field(
        default=None,
        description="`news`: a run builds where there is a newer base image or component that the recipe leaves open; "
        "`always`: it builds in any case; AWS's names of both are allowed [default: news]",
    )


def resolve_schedule(document: Document, path: Path, written: str | ScheduleWritten, report: Report) -> Schedule | None:
    """The schedule, or None for a manual one and after what is wrong has been reported."""
    if written == MANUAL:
        return None
    long = written if isinstance(written, ScheduleWritten) else ScheduleWritten(cron=str(written))
    if (long.cron is None) == (long.every is None):
        report.error(document, path, "must have either cron or every, and not both.")
        return None
    key = "cron" if long.every is None else "every"
    try:
        expression = expression_of(long.cron if long.cron is not None else f"every {long.every}")
    except ValueError as error:
        report.error(document, (*path, key) if isinstance(written, ScheduleWritten) else path, str(error), code="G314")
        return None
    if long.timezone is not None and not _is_zone_of(document, path, long.timezone, expression, report):
        return None
    start = START_CONDITIONS.get(long.start or "", long.start or DEFAULT_START_CONDITION)
    return Schedule(expression, long.timezone or DEFAULT_TIMEZONE, start)


def _is_zone_of(document: Document, path: Path, timezone: str, expression: str, report: Report) -> bool:
    try:
        check_timezone(timezone)
    except ValueError as error:
        report.error(document, (*path, "timezone"), str(error))
        return False
    if is_rate(expression):
        message = "has no meaning for a rate, which knows no time of day. Remove it, or write a cron expression."
        report.error(document, (*path, "timezone"), message)
    return not is_rate(expression)
