"""A schedule whose years have passed.

What: the cron expression of an image names years, and the last of them is over.
Why: AWS takes the pipeline, and it never builds again: the image is the one of back then, with what has been found in
it since.
Bad:
    schedule: cron(0 3 ? * sun 2024-2025)
Good:
    schedule: cron(0 3 ? * sun *)
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Schedule
from generator.spec.schedule import is_rate, years_of


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        if image.schedule is None or not _is_over(image.schedule, context.today.year):
            continue
        document, path = context.place(environment.name, image.name)
        message = (
            f"{image.name} is never built again: the years of {image.schedule.expression} have passed. Write * for the "
            "year, or `manual`."
        )
        yield Finding(document, path, message, environment.name, image.name)


def _is_over(schedule: Schedule, year: int) -> bool:
    return not is_rate(schedule.expression) and max(years_of(schedule.expression)) < year


RULE = Rule("G117", "schedule-is-over", "warning", __doc__, _find)
