"""The repository in which a container image is scanned: EcrConfiguration in the model.

Image Builder makes its own where no name is given. The instance pushes, as it does when it distributes.
"""

from __future__ import annotations

from generator.emulator.imagebuilder.container_delivery import own_tag
from generator.emulator.imagebuilder.permissions import instance_profile_role
from generator.emulator.imagebuilder.registries import Refusal, push
from generator.emulator.imagebuilder.state import Record, State

OWN = "image-builder-image-scanning-repository"


def push_for_scan(state: State, image: Record) -> None:
    """Raises Refusal where the repository is not there, or the instance role may not push."""
    from moto.ecr.models import ecr_backends

    settings = image["imageScanningConfiguration"].get("ecrConfiguration") or {}
    name = settings.get("repositoryName") or OWN
    ecr = ecr_backends[state.account_id][state.region_name]
    if name == OWN and name not in ecr.repositories:
        ecr.create_repository(name, None, None, {"scanOnPush": False}, "MUTABLE", [])
    profile = image["infrastructureConfiguration"]["instanceProfileName"]
    role = instance_profile_role(state.account_id, state.partition, profile)
    if role is None:
        raise Refusal(f"The instance profile {profile} has no role any more.")
    tags = settings.get("containerTags") or [own_tag(image)]
    push(state.account_id, state.region_name, name, role, image["arn"], tags)
