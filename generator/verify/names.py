"""What things have to be called in AWS, computed from the model without the renderer.

To ask the renderer's own functions would be to compare a slip with itself.
"""

from __future__ import annotations

from generator.render.roots import Root
from generator.spec.model import Environment, Image

# Image Builder assumes the role of this name in a receiving account, and no other.
DISTRIBUTION_ROLE = "EC2ImageBuilderDistributionCrossAccountRole"
DISTRIBUTION_POLICY = "Ec2ImageBuilderCrossAccountDistributionAccess"


def image_builder_arn(root: Root, resource: str, name: str, version: str | None = None) -> str:
    """ARN in the root's account and Region; `resource` such as image-pipeline, `name` as in the spec."""
    arn = (
        f"arn:{root.organization.partition}:imagebuilder:{root.region}:{root.account.id}"
        f":{resource}/{root.environment.name}-{name}"
    )
    return f"{arn}/{version}" if version else arn


def key_alias(environment: Environment) -> str:
    return f"alias/goldsmith-{environment.name}"


def image_key_arn(root: Root, region: str) -> str:
    """ARN of the environment's image key in a Region, or of its alias: the given one, else the build account's own."""
    build = root.environment.build.account
    own = f"arn:{root.organization.partition}:kms:{region}:{build.id}:{key_alias(root.environment)}"
    return root.environment.keys.get(region, own)


def distribution_role_arn(root: Root) -> str:
    return f"arn:{root.organization.partition}:iam::{root.account.id}:role/{DISTRIBUTION_ROLE}"


def distribution_policy_arn(root: Root) -> str:
    return f"arn:{root.organization.partition}:iam::aws:policy/{DISTRIBUTION_POLICY}"


def instance_profile(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-instance"


def log_bucket(root: Root) -> str:
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-logs-{root.account.id}-{root.region}"


def export_bucket(root: Root) -> str:
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-exports-{root.account.id}-{root.region}"


def vm_export_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-vm-export"


def recipe_kind(image: Image) -> str:
    """What the ARN of its recipe says before its name."""
    return "container-recipe" if image.is_container else "image-recipe"


def repository(environment: Environment, image: Image) -> str:
    """Name of the ECR repository that a container image goes to, the same in each Region."""
    return image.container.repository_name or f"{environment.name}/{image.name}"


def vm_import_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-vm-import"


def document_bucket(root: Root) -> str:
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-docs-{root.account.id}-{root.region}"


def parameter(environment: Environment, image: Image) -> str:
    """Name of the SSM parameter that holds the id of the image's newest AMI."""
    return f"/goldsmith/{environment.name}/{image.name}/ami"
