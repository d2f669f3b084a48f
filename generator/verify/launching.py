"""Launch templates and fast launch: what is launched in a place is the AMI of the newest image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_distribution import LaunchTemplate
from generator.verify.checks import MISSING, Check, equal, failed, skipped
from generator.verify.clients import Clients


def check_launching(root: Root, image: Image, region: str, ami: str | None, clients: Clients) -> Iterator[Check]:
    """For the root's account in a Region; `ami` is what the newest image is there, None before the first one."""
    here = (root.account, region)
    templates = [each for each in image.delivery.launch_templates if (each.account, each.region) == here]
    fast = [each for each in image.delivery.fast_launch if (each.account, each.region) == here and each.enabled]
    if not templates and not fast:
        return
    ec2 = clients("ec2", root.account, region)
    for template in templates:
        yield _check_template(root, f"launch_template.{image.name}.{region}.{_called(template)}", template, ami, ec2)
    if fast and ami is not None:
        found = ec2.describe_fast_launch_images(ImageIds=[ami])["FastLaunchImages"]
        state = str(found[0]["State"]) if found else MISSING
        yield equal(root.name, f"fast_launch.{image.name}.{region}", "on", "on" if state.startswith("enabl") else state)


def _check_template(root: Root, name: str, template: LaunchTemplate, ami: str | None, ec2: Any) -> Check:
    """The version that gets the AMIs: the default one, or else the newest."""
    if template.id is None:
        reason = f"no id on record; run: goldsmith record {root.environment.name}"
        return failed(root.name, name, ami or "an AMI", reason)
    if ami is None:
        return skipped(root.name, name, "an AMI", "no image built yet")
    version = "$Default" if template.becomes_default else "$Latest"
    try:
        versions = ec2.describe_launch_template_versions(LaunchTemplateId=template.id, Versions=[version])
    except ec2.exceptions.ClientError as error:
        return failed(root.name, name, ami, error.response["Error"]["Code"])
    data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    return equal(root.name, name, ami, str(data.get("ImageId", MISSING)))


def _called(template: LaunchTemplate) -> str:
    return template.new.name if template.new else str(template.id)
