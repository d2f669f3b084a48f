"""What a recipe may be built on, and the AMI that it means at the moment.

`parentImage` is an AMI id, an image ARN (ours or Amazon's), `ssm:` and a parameter, or the id of a Marketplace product:
CreateImageRecipe in the model.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generator.emulator.imagebuilder.arns import AMAZON, Arn, check_wildcards, is_match, newest
from generator.emulator.imagebuilder.catalogue import (
    MACOS_AMIS,
    MANAGED_IMAGES,
    PUBLIC_PARAMETERS,
    ManagedImage,
)
from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.marketplace import product
from generator.emulator.imagebuilder.state import Record, State

SSM_PREFIX = "ssm:"
USABLE = ("AVAILABLE", "DEPRECATED")  # "Image Builder pipelines still run for deprecated images"


@dataclass(frozen=True)
class Base:
    ami_id: str
    platform: str
    os_version: str
    source: str  # ImageSource of the model: AMAZON_MANAGED, AWS_MARKETPLACE, CUSTOM


def resolve_base(state: State, parent_image: str) -> Base:
    """The AMI behind `parentImage` now. Raises InvalidParameterValue where there is none."""
    arn = Arn.parse(parent_image)
    if arn is not None:
        return _managed_base(state, arn) if arn.owner == AMAZON else _own_base(state, arn)
    if parent_image.startswith(SSM_PREFIX):
        return _parameter_base(state, parent_image.removeprefix(SSM_PREFIX))
    sold = product(parent_image)
    if sold is not None:
        return Base(managed_ami(ec2_of(state), sold), sold.platform, sold.os_version, "AWS_MARKETPLACE")
    return _ami_base(state, parent_image)


def ec2_of(state: State) -> Any:
    from moto.ec2.models import ec2_backends

    return ec2_backends[state.account_id][state.region_name]


def _managed_base(state: State, arn: Arn) -> Base:
    image = MANAGED_IMAGES.get(arn.slug)
    if image is None or arn.kind != "image" or arn.region != state.region_name:
        raise _invalid(f"The image '{arn}' does not exist.")
    check_wildcards(arn.version or "x.x.x")
    return Base(managed_ami(ec2_of(state), image), image.platform, image.os_version, "AMAZON_MANAGED")


def managed_ami(ec2: Any, image: ManagedImage) -> str:
    """The newest AMI that moto knows of a managed image; where it knows none, one is published under a fixed id."""
    for pattern in image.ami_names:
        fitting = [ami for ami in ec2.amis.values() if _is_of(ami, image, pattern)]
        if fitting:
            return str(max(fitting, key=lambda ami: (ami.creation_date, ami.id)).id)
    return _published(ec2, image)


def _is_of(ami: Any, image: ManagedImage, pattern: str) -> bool:
    return (
        ami.owner_alias == "amazon" and ami.architecture == image.architecture and fnmatchcase(ami.name or "", pattern)
    )


def _published(ec2: Any, image: ManagedImage) -> str:
    from moto.ec2.models.amis import Ami

    digest = hashlib.sha256(f"{ec2.region_name}/{image.name}".encode()).hexdigest()
    ami_id = f"ami-{digest[:17]}"
    if ami_id not in ec2.amis:
        ec2.amis[ami_id] = Ami(
            ec2,
            ami_id,
            name=image.ami_names[0].replace("*", "20260801"),
            owner_id=image.owner,
            owner_alias="amazon",
            public=True,
            virtualization_type="hvm",
            architecture=image.architecture,
            platform="windows" if image.platform == "Windows" else None,
            root_device_type="ebs",
            root_device_name=image.root_device,
            region_name=f"{ec2.region_name}a",
        )
    return ami_id


def own_image(state: State, arn: Arn) -> Record:
    """The newest image of ours that is ready and fits the ARN: how pipelines are chained."""
    check_wildcards(arn.version or "x.x.x")
    ready = [
        own
        for own, image in ((Arn.parse(text), image) for text, image in state.images.items())
        if own and own.slug == arn.slug and _fits(arn, own) and image["state"]["status"] in USABLE
    ]
    best = newest(ready)
    if best is None or arn.kind != "image" or arn.owner != state.account_id:
        raise _invalid(f"The image '{arn}' does not exist or is not available.")
    return state.images[str(best)]


def _own_base(state: State, arn: Arn) -> Base:
    image = own_image(state, arn)
    amis = image["outputResources"].get("amis") or []
    here = (state.region_name, state.account_id)
    ami_id = next((ami["image"] for ami in amis if (ami["region"], ami["accountId"]) == here), None)
    if ami_id is None or ami_id not in ec2_of(state).amis:
        raise _invalid(f"The image '{image['arn']}' has no AMI in {state.region_name}.")
    return Base(ami_id, image["platform"], str(image["osVersion"]), "CUSTOM")


def _fits(wanted: Arn, own: Arn) -> bool:
    if wanted.build is not None and wanted.build != own.build:
        return False
    return is_match(wanted.version or "x.x.x", own.version or "")


def _parameter_base(state: State, name: str) -> Base:
    public = PUBLIC_PARAMETERS.get(name)
    if public is None:
        return _ami_base(state, _parameter_value(state, name))
    return Base(managed_ami(ec2_of(state), public), public.platform, public.os_version, "CUSTOM")


def _parameter_value(state: State, name: str) -> str:
    from moto.ssm.models import ssm_backends

    parameter = ssm_backends[state.account_id][state.region_name].get_parameter(name)
    if parameter is None:
        raise _invalid(f"The SSM parameter '{name}' does not exist.")
    return str(parameter.value)


def _ami_base(state: State, ami_id: str) -> Base:
    from moto.ec2.exceptions import EC2ClientError

    if not ami_id.startswith("ami-"):
        raise _invalid(
            "It must be an AMI id, an image ARN, a Marketplace product id, or 'ssm:' followed by the name or ARN of a "
            "parameter."
        )
    try:
        ami = ec2_of(state).describe_images(ami_ids=[ami_id])[0]
    except (EC2ClientError, IndexError):
        raise _invalid(f"The AMI '{ami_id}' does not exist.") from None
    named_macos = str(ami.name).startswith(MACOS_AMIS)
    system = "Windows" if "windows" in str(ami.platform).lower() else "macOS" if named_macos else "Linux"
    source = "AMAZON_MANAGED" if ami.owner_alias == "amazon" else "CUSTOM"
    return Base(ami_id, system, str(ami.name or system), source)


def _invalid(problem: str) -> InvalidParameterValue:
    return InvalidParameterValue("parentImage", problem)
