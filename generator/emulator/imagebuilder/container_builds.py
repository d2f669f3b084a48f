"""What a build of a container image needs of its instance, and what it is made from.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/create-container-recipes.html. The instance signs in to ECR
and reads the recipe with its own role (EC2InstanceProfileForImageBuilderECRContainerBuilds), from within a container,
which is two network hops away from the credentials: InstanceMetadataOptions in the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.arns import Arn
from generator.emulator.imagebuilder.bases import SSM_PREFIX, own_image, resolve_base
from generator.emulator.imagebuilder.builds import BuildFailure
from generator.emulator.imagebuilder.permissions import Principal
from generator.emulator.imagebuilder.registries import PULL, Refusal, check_pull, reference_of
from generator.emulator.imagebuilder.state import Record, State

DOCKER = "DOCKER"  # ImageType of the model
HOPS = 2
# "If not specified, Image Builder uses the appropriate ECS-optimized AMI as a base image": InstanceConfiguration. moto
# publishes its parameters without the AMIs, so Amazon's own of the same system stands for it.
_OPTIMIZED = "ssm:/aws/service/ecs/optimized-ami/"
_INSTANCES = {"Linux": "amazon-linux-2023-x86", "Windows": "windows-server-2022-english-full-base-x86"}


def is_container(image: Record) -> bool:
    return image.get("type") == DOCKER


def instance_ami(state: State, recipe: Mapping[str, Any]) -> str:
    """The AMI of the instances that build and test. Raises InvalidParameterValue for one that is not there."""
    given = (recipe.get("instanceConfiguration") or {}).get("image")
    if given and not given.startswith(_OPTIMIZED):
        return resolve_base(state, given if given.startswith((SSM_PREFIX, "ami-")) else f"{SSM_PREFIX}{given}").ami_id
    name = _INSTANCES[recipe["platform"]]
    return resolve_base(state, str(Arn(state.partition, state.region_name, "aws", "image", name, "x.x.x"))).ami_id


def check_instance(state: State, image: Record, role: Principal) -> None:
    """What `docker build` on the instance stops at. Raises BuildFailure."""
    options = image["infrastructureConfiguration"].get("instanceMetadataOptions") or {}
    if options.get("httpTokens") == "required" and (options.get("httpPutResponseHopLimit") or 1) < HOPS:
        raise _failure(
            "Unable to locate credentials: with IMDSv2 required, container image builds need a "
            f"httpPutResponseHopLimit of {HOPS} at least"
        )
    recipe = image["containerRecipe"]
    for action, resource in (("imagebuilder:GetContainerRecipe", recipe["arn"]), ("ecr:GetAuthorizationToken", "*")):
        if not role.may(action, resource):
            raise _failure(f"AccessDeniedException: {role.refusal(action, resource)}")
    reference = reference_of(_uri(state, recipe["parentImage"]))
    if reference is None:
        return  # of a public registry, which is not asked
    try:
        check_pull(reference, role, PULL)
    except Refusal as refusal:
        raise _failure(f"failed to resolve {recipe['parentImage']}: {refusal}") from None


def _uri(state: State, parent_image: str) -> str:
    """Where the parent is pulled from: of an image of ours, the repository of the Region that builds."""
    arn = Arn.parse(parent_image)
    if arn is None or arn.owner != state.account_id:
        return parent_image
    made = own_image(state, arn)["outputResources"]["containers"]
    return next((uri for each in made if each["region"] == state.region_name for uri in each["imageUris"]), "")


def _failure(message: str) -> BuildFailure:
    return BuildFailure(f"The container image could not be built: {message}", "ApplyBuildComponents")
