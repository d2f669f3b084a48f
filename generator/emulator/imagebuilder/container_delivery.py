"""The way of a container image into repositories of ECR: those of the account that builds, in every Region.

ContainerDistributionConfiguration in the model has no accounts. The instance that builds pushes, so that its role has
to be allowed to. Every image has the tag VERSION-BUILD, and the tags that the Region's settings give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.builds import BuildFailure, RegionFailure
from generator.emulator.imagebuilder.faults import take_copy_fault
from generator.emulator.imagebuilder.permissions import Principal, instance_profile_role
from generator.emulator.imagebuilder.registries import Refusal, push
from generator.emulator.imagebuilder.state import Record, State


def push_all(state: State, image: Record, blocks: list[Mapping[str, Any]]) -> list[RegionFailure]:
    """Push to the repository of each block that has one; answers what could not be."""
    name = image["infrastructureConfiguration"]["instanceProfileName"]
    role = instance_profile_role(state.account_id, state.partition, name)
    if role is None:
        raise BuildFailure(f"The instance profile {name} has no role any more.", "DistributeImage")
    failures = [_push(state, image, block, role) for block in blocks]
    return [failure for failure in failures if failure]


def own_tag(image: Record) -> str:
    """The tag that no other image has: `1.0.0-2`."""
    return str(image["version"]).replace("/", "-")


def _push(state: State, image: Record, block: Mapping[str, Any], role: Principal) -> RegionFailure | None:
    region = block["region"]
    settings = block.get("containerDistributionConfiguration") or {}
    target = settings.get("targetRepository")
    if target is None and region == state.region_name:
        target = image["containerRecipe"]["targetRepository"]
    if target is None or _is_there(image, region):
        return None
    tags = (own_tag(image), *(settings.get("containerTags") or ()))
    fault = take_copy_fault(state.account_id, region, image["name"])
    try:
        if fault is not None:
            raise Refusal(fault.reason or "received unexpected HTTP status: 500 Internal Server Error")
        push(state.account_id, region, target["repositoryName"], role, image["arn"], tags)
    except Refusal as refusal:
        message = f"The container image could not be pushed to {target['repositoryName']} in Region {region}: {refusal}"
        return RegionFailure(region, state.account_id, message)
    uri = f"{state.account_id}.dkr.ecr.{region}.{_suffix(state)}/{target['repositoryName']}:{tags[0]}"
    image["outputResources"]["containers"].append({"region": region, "imageUris": [uri]})
    return None


def _is_there(image: Record, region: str) -> bool:
    return any(each["region"] == region for each in image["outputResources"]["containers"])


def _suffix(state: State) -> str:
    return "amazonaws.com.cn" if state.partition == "aws-cn" else "amazonaws.com"
