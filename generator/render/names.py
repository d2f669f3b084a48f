"""What things are called in AWS. Roots refer to each other by these names alone, so any of them plans by itself."""

from __future__ import annotations

from generator.render.roots import Root
from generator.spec.model import Account, BaseImage, ComponentUse, Environment, Image

DISTRIBUTION_ROLE = "EC2ImageBuilderDistributionCrossAccountRole"  # fixed by AWS
LIFECYCLE_TARGET_ROLE = "Ec2ImageBuilderCrossAccountLifecycleAccess"  # fixed by AWS
NEWEST = "x.x.x"  # Image Builder's word for the newest version, looked up at each build


def in_environment(environment: Environment, name: str) -> str:
    """An Image Builder resource: `prod-web`. Two environments may share an account."""
    return f"{environment.name}-{name}"


def instance_profile(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-instance"


def execution_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-execution"


def lifecycle_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-lifecycle"


def key_alias(environment: Environment) -> str:
    """The image keys' alias, the same in each Region, without `alias/`."""
    return f"goldsmith-{environment.name}"


def key_alias_arn(root: Root, region: str) -> str:
    """The image key of a Region; keys are always the build account's."""
    build = root.environment.build.account
    return f"arn:{root.organization.partition}:kms:{region}:{build.id}:alias/{key_alias(root.environment)}"


def log_bucket(root: Root) -> str:
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-logs-{root.account.id}-{root.region}"


def parameter(environment: Environment, image: Image) -> str:
    """The SSM parameter that holds the id of the image's newest AMI, in each account and Region that owns one."""
    return f"/goldsmith/{environment.name}/{image.name}/ami"


def parameter_arn(root: Root, account: Account, region: str, image: Image) -> str:
    name = parameter(root.environment, image)
    return f"arn:{root.organization.partition}:ssm:{region}:{account.id}:parameter{name}"


def ami(environment: Environment, image: Image) -> str:
    return f"{in_environment(environment, image.name)}-{image.version}-{{{{ imagebuilder:buildDate }}}}"


def managed_component(root: Root, use: ComponentUse) -> str:
    return _managed(root, "component", use.name, use.version)


def parent_image(root: Root, base: BaseImage) -> str:
    """What a recipe calls its base: an ARN, an AMI id, or `ssm:` and the name of a parameter."""
    if base.managed_image is not None:
        return _managed(root, "image", base.managed_image, NEWEST)
    if base.ssm_parameter is not None:
        return f"ssm:{base.ssm_parameter}"
    reference = base.image_arn or base.ami
    if reference is None:
        raise ValueError(f"the base image {base.name} refers to nothing")
    return reference


def _managed(root: Root, kind: str, name: str, version: str) -> str:
    return f"arn:{root.organization.partition}:imagebuilder:{root.region}:aws:{kind}/{name}/{version}"
