"""An image that is no longer tested.

What: a pipeline's tests are turned off.
Why: without them an image that does not boot goes to every account that receives it. Test components stay in the
recipe, so it still looks tested.
Bad:
    testing: {enabled: false}
Good:
    testing: {timeout: 2 hours}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImageTestsConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, items, word

BLOCK, KEY = "image_tests_configuration", "image_tests_enabled"


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_image_pipeline"):
        was_off = False in set(items(subject.before, BLOCK, KEY))
        if subject.stays and not was_off and False in set(items(subject.after, BLOCK, KEY)):
            yield Finding(subject.address, f"pipeline {word(subject.before, 'name')} tests no image any more.")


RULE = RiskRule("R605", "tests-off", "warn", __doc__, _find)
