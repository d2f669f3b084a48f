"""Windows fast launch and licenses, as they are noted on an AMI.

Nothing is launched ahead. Fast launch is for Windows alone
(https://docs.aws.amazon.com/AWSEC2/latest/WindowsGuide/win-ami-config-fast-launch.html). What an AMI has is in the
`fast_launch` and `licenses` of the AMI in moto.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.amis import BuiltAmi
from generator.emulator.imagebuilder.copying import Destination, Refused, ec2_refused

DEFAULT_PARALLEL, DEFAULT_SNAPSHOTS = 6, 5  # EnableFastLaunch of EC2, where nothing is said


def enable(place: Destination, settings: Mapping[str, Any], ami_id: str) -> None:
    """Raises Refused for an AMI that is not Windows, and for a launch template that is not there."""
    if not settings.get("enabled"):
        return
    ami: BuiltAmi = place.ec2.amis[ami_id]
    if ami.platform != "windows":
        raise ec2_refused(f"The image {ami.id} is not a Windows AMI; EC2 Fast Launch supports Windows AMIs only.")
    place.require("ec2:EnableFastLaunch", place.ec2_arn("image", ami.id))
    template = settings.get("launchTemplate")
    if template is not None:
        _check_template(place, template)
    snapshots = settings.get("snapshotConfiguration") or {}
    ami.fast_launch = {
        "ImageId": ami.id,
        "ResourceType": "snapshot",
        "SnapshotConfiguration": {"TargetResourceCount": snapshots.get("targetResourceCount") or DEFAULT_SNAPSHOTS},
        "MaxParallelLaunches": settings.get("maxParallelLaunches") or DEFAULT_PARALLEL,
        "OwnerId": place.account_id,
        "State": "enabled",
    }


def associate(place: Destination, settings: Mapping[str, Any], ami_id: str) -> None:
    """`arns` in the settings are license configurations. Raises Refused for one of another Region."""
    for arn in settings["arns"]:
        region = arn.split(":")[3]
        if region != place.region:
            raise Refused(
                f"License Manager Client Error: 'Invalid license configuration ARN {arn}: it is of {region}.'"
            )
    place.ec2.amis[ami_id].licenses = tuple(settings["arns"])


def _check_template(place: Destination, template: Mapping[str, Any]) -> None:
    backend = place.ec2
    name = template.get("launchTemplateName")
    found = template.get("launchTemplateId") or backend.launch_template_name_to_ids.get(name)
    if found not in backend.launch_templates:
        raise ec2_refused(f"The specified launch template, {found or name}, does not exist.")
