"""Schedule expressions: `cron(...)` with six fields, and `rate(...)`.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
A pipeline's schedule is checked and kept, and does not fire: builds are started by StartImagePipelineExecution.
"""

from __future__ import annotations

import re

from generator.emulator.imagebuilder.errors import InvalidParameterValue

RATE = re.compile(r"^rate\((?P<number>\d+) (?P<unit>minutes?|hours?|days?|weeks?)\)$")
CRON = re.compile(r"^cron\((?P<fields>.+)\)$")
FIELD = re.compile(r"^[A-Za-z0-9,\-*/?L#W]+$")


def check_schedule(expression: str) -> None:
    """Raises InvalidParameterValue for an expression that can never be met or is not one."""
    rate, cron = RATE.match(expression), CRON.match(expression)
    if rate and int(rate["number"]) > 0:
        return
    if not cron:
        raise _invalid("It must be cron(minutes hours day-of-month month day-of-week year) or rate(number unit).")
    fields = cron["fields"].split()
    if len(fields) != 6 or not all(FIELD.match(field) for field in fields):
        raise _invalid("A cron expression must have six fields.")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise _invalid("Exactly one of day-of-month and day-of-week must be '?'.")


def _invalid(problem: str) -> InvalidParameterValue:
    return InvalidParameterValue("schedule.scheduleExpression", problem)
