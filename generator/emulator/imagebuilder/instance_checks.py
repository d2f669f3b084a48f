"""What EC2 refuses to launch: types that it does not have, or those of another architecture, and unknown key pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.builds import BuildFailure

DEFAULT_TYPES: Mapping[str, str] = {"x86_64": "m5.large", "arm64": "m6g.large"}  # ours, where none is given


def chosen_type(ec2: Any, infrastructure: Mapping[str, Any], ami_id: str) -> str:
    """The first of the given types, else one that the AMI runs on."""
    types = infrastructure.get("instanceTypes")
    return str(types[0]) if types else DEFAULT_TYPES.get(_architecture(ec2, ami_id), DEFAULT_TYPES["x86_64"])


def check(ec2: Any, infrastructure: Mapping[str, Any], instance_type: str, ami_id: str, step: str) -> None:
    """Raises BuildFailure in the words of RunInstances.

    Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Wording of an unknown type:
    https://github.com/getmoto/moto/issues/1695; of an architecture: https://github.com/eksctl-io/eksctl/issues/8235.
    """
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    if instance_type not in INSTANCE_TYPES:
        raise refused(f"Invalid value '{instance_type}' for InstanceType.", "InvalidParameterValue", step)
    _check_architecture(ec2, INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"], ami_id, step)
    key_pair = infrastructure.get("keyPair")
    if key_pair and key_pair not in ec2.key_pairs:
        raise refused(f"The key pair '{key_pair}' does not exist", "InvalidKeyPair.NotFound", step)


def _check_architecture(ec2: Any, supported: list[str], ami_id: str, step: str) -> None:
    """macOS' own names of architectures, such as arm64_mac, are not told apart: AMIs here do not have them."""
    wanted = _architecture(ec2, ami_id)
    if wanted and wanted not in {name.removesuffix("_mac") for name in supported}:
        message = (
            f"The architecture '{','.join(supported)}' of the specified instance type does not match the architecture "
            f"'{wanted}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, "
            "and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture "
            "of the instance type or AMI."
        )
        raise refused(message, "InvalidParameterValue", step)


def _architecture(ec2: Any, ami_id: str) -> str:
    """Empty for an AMI that is not there, which the launch itself refuses."""
    from moto.ec2.exceptions import EC2ClientError

    try:
        found = ec2.describe_images(ami_ids=[ami_id])
    except EC2ClientError:
        return ""
    return str(found[0].architecture or "").removesuffix("_mac") if found else ""


def refused(message: str, code: str, step: str) -> BuildFailure:
    """A failure of a build that EC2 causes."""
    return BuildFailure(f"{message} (Service: AmazonEC2; Status Code: 400; Error Code: {code})", step)
