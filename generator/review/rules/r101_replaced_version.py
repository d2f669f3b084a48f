"""A version of a component, recipe or workflow that is made anew in its place.

What: a component, an image or container recipe, or a workflow is replaced, where a new version beside it is meant.
Why: a version of these never changes in EC2 Image Builder. Terraform deletes it first, which AWS refuses while a recipe
or a pipeline uses it (ResourceDependencyException), in the midst of an apply; where nothing uses it, two accounts have
one version with two meanings.
Bad:
    # aws_imagebuilder_image_recipe.web must be replaced: parent_image forces it, version = "1.0.0" stays
Good:
    # `goldsmith lock` gives what has changed a version of its own; the old one is kept, or retired afterwards
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_DeleteImageRecipe.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, word

TYPES = {
    "aws_imagebuilder_component": "component",
    "aws_imagebuilder_container_recipe": "container recipe",
    "aws_imagebuilder_image_recipe": "recipe",
    "aws_imagebuilder_workflow": "workflow",
}


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of(*TYPES):
        if subject.what == "replace":
            what = f"{TYPES[subject.type]} {word(subject.before, 'name')} {word(subject.before, 'version')}"
            forced = f" because of {', '.join(subject.replaced_by)}" if subject.replaced_by else ""
            message = f"{what.strip()} is replaced in its place{forced}; a new content is a new version."
            yield Finding(subject.address, message)


RULE = RiskRule("R101", "replaced-version", "block", __doc__, _find)
