"""An image that is built before the image below it is.

What: an image on another image of the spec whose schedule, on the same days, comes earlier, at the same time or less
than an hour after that of its base.
Why: it is built on the newest image of its base that there is. A build takes 20 to 40 minutes, and its tests as long,
so the image of the same night is not there yet: each change of the base arrives a whole run later.
Bad:
    # images/base.yaml
    schedule: cron(0 3 * * ? *)
    # images/web.yaml
    base: {image: base}
    schedule: cron(0 2 * * ? *)
Good:
    schedule: cron(0 6 * * ? *)
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Schedule

LEAST = 60  # minutes that the image below is given to be built in
DAY = 24 * 60


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        schedules = {each.name: each.schedule for each in environment.images}
        lower, schedule = schedules.get(image.base.image or ""), image.schedule
        if lower is None or schedule is None or not _is_too_early(lower, schedule):
            continue
        document, path = context.place(environment.name, image.name)
        message = (
            f"{image.name} is scheduled before {image.base.image}, which it is built on, has been built, so it finds "
            f"each new {image.base.image} a run later. Give it a schedule an hour or more after that one's."
        )
        yield Finding(document, path, message, environment.name, image.name)


def _is_too_early(lower: Schedule, upper: Schedule) -> bool:
    """Whether the upper one comes too early. Schedules of different days or time zones are not compared."""
    if lower.timezone != upper.timezone:
        return False
    if lower.expression == upper.expression:
        return True
    first, then = _time(lower.expression), _time(upper.expression)
    if first is None or then is None or first[1] != then[1]:
        return False
    gap = then[0] - first[0]
    is_daily = first[1] in {("*", "*", "?", "*"), ("?", "*", "*", "*")}
    return (gap % DAY if is_daily else gap) < LEAST


def _time(expression: str) -> tuple[int, tuple[str, ...]] | None:
    """The minute of the day, and on which days; None for what runs more than once a day, or by a rate."""
    minutes, hours, *days = expression.removeprefix("cron(").removesuffix(")").split()[:6] + [""] * 2
    if not (minutes.isdigit() and hours.isdigit()):
        return None
    return int(hours) * 60 + int(minutes), tuple(each.lower() for each in days if each)


RULE = Rule("G104", "chain-order", "warning", __doc__, _find)
