"""New versions of EC2 launch templates that launch the AMI of an image.

Who makes them: in the build account Image Builder's service-linked role, whose policy allows it for every template; in
another account the distribution role, which AWS's page lets touch only templates that are tagged CreatedBy =
"EC2 Image Builder" (https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html). So the role's
own policy, asked with the tags of the template, decides whether the tag is needed.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.copying import Destination, ec2_refused

RESOURCE_TAG = "aws:ResourceTag/"


def update(place: Destination, settings: Mapping[str, Any], ami_id: str) -> None:
    """Add a version that is the newest one with another AMI. Raises Refused where the template or a right is missing.

    It becomes the default one unless `setDefaultVersion` is false (LaunchTemplateConfiguration in the model).
    """
    template_id = str(settings.get("launchTemplateId") or "")
    arn = f"arn:{place.state.partition}:ec2:{place.region}:{place.account_id}:launch-template/{template_id}"
    place.require("ec2:DescribeLaunchTemplates", "*")
    template = place.ec2.launch_templates.get(template_id)
    if template is None:
        raise ec2_refused(f"The specified launch template, with template ID {template_id}, does not exist.")
    tags = {RESOURCE_TAG + tag["key"]: tag["value"] for tag in template.get_tags()}
    place.require("ec2:CreateLaunchTemplateVersion", arn, tags)
    is_default = settings.get("setDefaultVersion") is not False
    if is_default:
        place.require("ec2:ModifyLaunchTemplate", arn, tags)
    data = {**copy.deepcopy(template.latest_version().data), "ImageId": ami_id}
    version = template.create_version(data, f"Created by EC2 Image Builder for {place.image['arn']}")
    if is_default:
        template.default_version_number = version.number
