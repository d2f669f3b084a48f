"""A pipeline that is made anew.

What: an image pipeline is replaced.
Why: while it is gone nothing is built. What watches it, such as rules of EventBridge and started builds, knows it by an
ARN, and a build that is under way may end without it. All that a pipeline says can be changed in place but its name.
Bad:
    # aws_imagebuilder_image_pipeline.web must be replaced: name forces it
Good:
    # a pipeline of the new name is added first; the old one goes with a later change
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_DeleteImagePipeline.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, word


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_image_pipeline"):
        if subject.what == "replace":
            forced = f" because of {', '.join(subject.replaced_by)}" if subject.replaced_by else ""
            yield Finding(subject.address, f"pipeline {word(subject.before, 'name')} is replaced{forced}.")


RULE = RiskRule("R102", "replaced-pipeline", "block", __doc__, _find)
