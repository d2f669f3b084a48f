"""A lifecycle that selects by tags which no image has.

What: `select_tags` names tags of images in EC2 Image Builder, and no image that an apply builds in this account and
Region has them all.
Why: these are not the tags of AMIs. What a pipeline builds has none in EC2 Image Builder, whatever the pipeline and the
AMI are tagged with; only images of `build_on_apply` have the image's tags. The policy runs each day, and nothing goes.
Bad:
    image: web
    tags: {Team: web}
    lifecycle: {delete: keep 5, select_tags: {Team: web}}
Good:
    image: web
    tags: {Team: web}
    lifecycle: {delete: keep 5}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LifecyclePolicyResourceSelection.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Environment, Image


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        lifecycle = image.pipeline.lifecycle
        place = context.lifecycle(environment.name, image.name)
        if lifecycle is None or place is None or not lifecycle.tags or not lifecycle.enabled:
            continue
        if not _is_there(context, environment, dict(lifecycle.tags)):
            document, path, _ = place
            message = (
                f"no image has these tags in EC2 Image Builder: an apply builds none that is tagged so in "
                f"{environment.build.account.name}, and what pipelines build has no tags there. Leave it out, for the "
                f"images of {image.name}."
            )
            yield Finding(document, (*path, "select_tags"), message, environment.name, image.name)


def _is_there(context: Context, environment: Environment, wanted: dict[str, str]) -> bool:
    """Whether anything has the tags where the environment builds; an import, which has some, may have them."""
    here = (environment.build.account, environment.build.region)
    near = [(each, image) for each, image in context.images() if (each.build.account, each.build.region) == here]
    built = [(each, image) for each, image in near if image.pipeline.build_timeout is not None]
    return any(each.operations.imports for each, _ in near) or any(_has_tags(context, *each, wanted) for each in built)


def _has_tags(context: Context, environment: Environment, image: Image, wanted: dict[str, str]) -> bool:
    own = {"Environment": environment.name, "ManagedBy": "goldsmith"}
    has = {**context.spec.organization.tags, **environment.tags, **own, **image.tags}
    return wanted.items() <= has.items()


RULE = Rule("G118", "selects-nothing", "warning", __doc__, _find)
