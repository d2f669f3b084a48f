"""A Region that gets no new images any more.

What: a distribution has a Region less than before, or is destroyed.
Why: nothing there breaks at once: what is launched there goes on with the last image, without the fixes that all others
get, until somebody finds out. Parameters and launch templates there stay as they are.
Bad:
    # distribution_web: distribution with region = "eu-central-1" is gone
Good:
    # what runs there has moved, and its parameter is gone with it
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-distribution-settings.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject, before, after in sharing(scene):
        lost = before.regions - after.regions
        if lost and after.is_whole:
            yield Finding(subject.address, f"{listed(lost)} will get no more images.")


RULE = RiskRule("R205", "region-lost", "warn", __doc__, _find)
