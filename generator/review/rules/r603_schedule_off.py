"""A pipeline that no longer runs by itself.

What: a pipeline is disabled, or loses its schedule.
Why: nothing fails and nobody is told. Images grow old, and the fixes of the packages in them reach nobody.
Bad:
    images:
      - {image: web, enabled: false}  # for an afternoon, in spring
Good:
    schedule: weekly
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, word


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_image_pipeline"):
        before, after = subject.before, subject.after
        if not subject.stays:
            continue
        if before.get("status") == "ENABLED" and after.get("status") == "DISABLED":
            yield Finding(subject.address, f"pipeline {word(before, 'name')} is disabled.")
        elif before.get("schedule") and not after.get("schedule"):
            yield Finding(subject.address, f"pipeline {word(before, 'name')} has no schedule any more.")


RULE = RiskRule("R603", "schedule-off", "warn", __doc__, _find)
