"""A lifecycle that takes the AMI of a launch template's default version.

What: a launch template has `default: false`, so that somebody moves its default version by hand, and the image's
lifecycle disables or deletes AMIs without leaving alone those that are launched.
Why: the default version stays on the AMI that it has. Once that one is old enough, whatever is launched by the
template, an Auto Scaling group as it replaces an instance, fails.
Bad:
    distribution: {launch_templates: [{default: false}]}
    lifecycle: {delete: 180 days}
Good:
    lifecycle: {delete: 180 days, exclude: {last_launched: 30 days}}
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Image
from generator.spec.model_lifecycle import LifecycleRule


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        lifecycle = image.pipeline.lifecycle
        place = context.lifecycle(environment.name, image.name)
        if lifecycle is None or place is None or not lifecycle.enabled:
            continue
        for rule in lifecycle.rules:
            if _takes_a_default(image, rule):
                document, path, _ = place
                key = rule.action.lower()
                message = (
                    f"{key}s AMIs of {image.name} that the default version of a launch template may have in "
                    f"{environment.name}: `default: false` leaves that version where it is. Add `exclude` with "
                    "last_launched, or let each new version become the default one."
                )
                yield Finding(document, (*path, key), message, environment.name, image.name)


def _takes_a_default(image: Image, rule: LifecycleRule) -> bool:
    if rule.action == "DEPRECATE" or not rule.amis or rule.exclusions.last_launched:
        return False
    templates = image.delivery.launch_templates
    return any(not each.becomes_default and each.region not in rule.exclusions.regions for each in templates)


RULE = Rule("G115", "default-version-vanishes", "warning", __doc__, _find)
