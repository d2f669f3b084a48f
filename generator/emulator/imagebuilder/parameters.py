"""SSM parameters that name an image's AMIs.

Who writes them: in the build account the pipeline's execution role, in another account the distribution role
(https://docs.aws.amazon.com/imagebuilder/latest/userguide/cr-upd-ami-distribution-settings.html, prerequisites for SSM
output parameters). A parameter of type aws:ec2:image is checked as its writer
(https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.copying import Destination, Refused
from generator.emulator.imagebuilder.permissions import Principal, find_role, trusts_service

IMAGE = "aws:ec2:image"


def put(place: Destination, parameter: Mapping[str, Any], ami_id: str) -> None:
    """Write the AMI's id. Raises Refused when the writer may not."""
    from moto.ssm.exceptions import ParameterAlreadyExists, ValidationException
    from moto.ssm.models import ssm_backends

    name, data_type = parameter["parameterName"], parameter.get("dataType") or "text"
    writer = _execution_role(place) if place.is_own else place.role
    _require(writer, "ssm:PutParameter", _arn(place, name))
    if data_type == IMAGE:
        _require(writer, "ec2:DescribeImages", "*")
    try:
        ssm_backends[place.account_id][place.region].put_parameter(
            name=name,
            description=f"AMI of {place.image['arn']}",
            value=ami_id,
            parameter_type="String",
            allowed_pattern="",
            keyid="",
            overwrite=True,
            tags=[],
            data_type=data_type,
            tier=None,
            policies=None,
        )
    except (ParameterAlreadyExists, ValidationException) as error:
        raise _ssm_refused(str(error.message)) from None


def _arn(place: Destination, name: str) -> str:
    return f"arn:{place.state.partition}:ssm:{place.region}:{place.account_id}:parameter/{name.lstrip('/')}"


def _execution_role(place: Destination) -> Principal:
    name = place.image.get("executionRole")
    if name is None:
        raise _ssm_refused("An execution role is required to put SSM parameters, and the image has none.")
    role = find_role(place.account_id, place.state.partition, name)
    if role is None or not trusts_service(role, place.account_id):
        raise _ssm_refused(f"Image Builder is not authorized to perform: sts:AssumeRole on resource: {name}")
    return role


def _require(writer: Principal, action: str, resource: str) -> None:
    if not writer.may(action, resource):
        raise _ssm_refused(writer.refusal(action, resource))


def _ssm_refused(message: str) -> Refused:
    return Refused(f"SSM Client Error: '{message}'")
