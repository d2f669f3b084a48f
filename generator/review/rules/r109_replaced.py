"""Something that is destroyed and made anew.

What: the plan replaces a resource that no rule of its own is about.
Why: between the two there is none, whoever knows it by id or ARN loses it, and what was set on it by hand is gone.
It is often meant as a change.
Bad:
    # module.network.aws_subnet.private["a"] must be replaced: cidr_block forces it
Good:
    # a second one is added, what uses the first moves over, then the first goes
Source: https://developer.hashicorp.com/terraform/language/resources/behavior
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import Level
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r107_destroyed import ELSEWHERE
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed:
        if subject.what == "replace" and subject.type not in {*ELSEWHERE, "aws_imagebuilder_image_pipeline"}:
            forced = f" because of {', '.join(subject.replaced_by)}" if subject.replaced_by else ""
            # An image that an apply builds is one of the recipe's version: a new version is a new image.
            level: Level | None = "note" if subject.type == "aws_imagebuilder_image" else None
            yield Finding(subject.address, f"{subject.type} is replaced{forced}.", level)


RULE = RiskRule("R109", "replaced", "warn", __doc__, _find)
