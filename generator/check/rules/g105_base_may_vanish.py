"""A lifecycle that may disable every image that others are built on.

What: an image that another one is built on has a lifecycle that disables AMIs by age, without `keep`.
Why: when no build of it ends well for that long, or none is asked for, the newest AMI is disabled as well. A disabled
AMI launches no instance, so no image above it can be built, and the builds that would repair it may be among these.
Bad:
    # images/base.yaml, on which images/web.yaml is built
    lifecycle:
      disable: 90 days
Good:
    lifecycle:
      disable: {after: 90 days, keep: 2}
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Image


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        upper = [each.name for each in environment.images if each.base.image == image.name]
        place = context.lifecycle(environment.name, image.name)
        if not upper or place is None or not _may_disable_all(image):
            continue
        document, path, _ = place
        message = (
            f"every AMI of {image.name} in {environment.name} may be disabled, and {upper[0]} is built on it. Keep "
            "some, as in {after: 90 days, keep: 2}."
        )
        yield Finding(document, (*path, "disable"), message, environment.name, image.name)


def _may_disable_all(image: Image) -> bool:
    lifecycle = image.pipeline.lifecycle
    if lifecycle is None or not lifecycle.enabled:
        return False
    return any(rule.action == "DISABLE" and rule.amis and rule.keep is None for rule in lifecycle.rules)


RULE = Rule("G105", "base-may-vanish", "warning", __doc__, _find)
