"""What things are called in AWS. Roots refer to each other by these names alone, so any of them plans by itself."""

from __future__ import annotations

from generator.render import hcl
from generator.render.hcl import Value
from generator.render.roots import Root
from generator.spec.model import Account, BaseImage, Component, ComponentUse, Environment, Image
from generator.spec.model_pipeline import WorkflowUse

DISTRIBUTION_ROLE = "EC2ImageBuilderDistributionCrossAccountRole"  # fixed by AWS
LIFECYCLE_TARGET_ROLE = "Ec2ImageBuilderCrossAccountLifecycleAccess"  # fixed by AWS
NEWEST = "x.x.x"  # Image Builder's word for the newest version, looked up at each build


def in_environment(environment: Environment, name: str) -> str:
    """An Image Builder resource: `prod-web`. Two environments may share an account."""
    return f"{environment.name}-{name}"


def component_module(component: Component) -> str:
    """The module call of one version, which never becomes that of another: what is old stays where it is."""
    return f"component_{hcl.label(component.full_name)}_{hcl.version_label(component.version)}"


def recipe_module(image: Image) -> str:
    return f"recipe_{hcl.label(image.name)}_{hcl.version_label(image.version)}"


def instance_profile(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-instance"


def execution_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-execution"


def lifecycle_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-lifecycle"


def vm_export_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-vm-export"


def network(environment: Environment) -> str:
    """The VPC of an environment that makes its own, and what its parts are named after."""
    return f"goldsmith-{environment.name}"


def vm_import_role(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-vm-import"


def iso_instance_profile(environment: Environment) -> str:
    return f"goldsmith-{environment.name}-iso"


def permissions_boundary(root: Root) -> str | None:
    """ARN of the policy that no role of the root goes beyond; None for none."""
    name = root.environment.permissions_boundary
    return f"arn:{root.organization.partition}:iam::{root.account.id}:policy/{name}" if name else None


def key_alias(environment: Environment) -> str:
    """The image keys' alias, the same in each Region, without `alias/`."""
    return f"goldsmith-{environment.name}"


def key_alias_arn(root: Root, region: str) -> str:
    """The image key of a Region; keys are always the build account's."""
    build = root.environment.build.account
    return f"arn:{root.organization.partition}:kms:{region}:{build.id}:alias/{key_alias(root.environment)}"


def launch_template_module(name: str) -> str:
    """The module call that makes the template of a name. Raises ValueError for what is no name."""
    return f"launch_template_{hcl.label(name)}"


def image_key(root: Root, region: str) -> Value:
    """By what the environment's key of a Region is called: waited for where this root makes it, else a name."""
    given = root.environment.keys.get(region)
    if given is not None:
        return given
    if region == root.region and root.is_build_account:
        return hcl.reference("module.image_key.alias_arn")
    return key_alias_arn(root, region)


def image_key_arn(root: Root, region: str) -> str:
    """The same as a name, for those who cannot wait: policies of other accounts."""
    return root.environment.keys.get(region) or key_alias_arn(root, region)


def log_bucket(root: Root) -> str:
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-logs-{root.account.id}-{root.region}"


def export_bucket(root: Root) -> str:
    """The bucket of the environment's own disk images."""
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-exports-{root.account.id}-{root.region}"


def document_bucket(root: Root) -> str:
    """Of documents that are too long for a request. As long as the log bucket's name, which is checked."""
    return f"{root.organization.name}-{root.environment.name}-imagebuilder-docs-{root.account.id}-{root.region}"


def document_key(environment: Environment) -> str:
    """The alias of the key that encrypts documents, without `alias/`."""
    return f"goldsmith-{environment.name}-documents"


def own_key_alias_arn(root: Root, alias: str) -> str:
    """A key of the root's account by its alias, such as alias/documents."""
    return _own(root, "kms", alias)


def parameter(environment: Environment, image: Image) -> str:
    """The SSM parameter that holds the id of the image's newest AMI, in each account and Region that owns one."""
    return f"/goldsmith/{environment.name}/{image.name}/ami"


def parameter_arn(root: Root, account: Account, region: str, image: Image) -> str:
    return ssm_parameter_arn(root, account, region, parameter(root.environment, image))


def ssm_parameter_arn(root: Root, account: Account, region: str, name: str) -> str:
    return f"arn:{root.organization.partition}:ssm:{region}:{account.id}:parameter/{name.removeprefix('/')}"


def ami(environment: Environment, image: Image) -> str:
    return f"{in_environment(environment, image.name)}-{image.version}-{{{{ imagebuilder:buildDate }}}}"


def component_of_others(root: Root, use: ComponentUse) -> str:
    """The ARN of a component that is not the spec's own.

    https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-components.html
    """
    if use.owner == "arn":
        return use.name
    owners = {"aws": "aws", "marketplace": "aws-marketplace", "shared": use.account_id}
    place = f"arn:{root.organization.partition}:imagebuilder:{root.region}:{owners[use.owner]}"
    return f"{place}:component/{use.name}/{use.version}"


def managed_workflow(root: Root, use: WorkflowUse) -> str:
    """https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html"""
    return _managed(root, f"workflow/{use.kind.lower()}", use.name, use.version)


def image_arn(root: Root, image: Image) -> str:
    """The images of a pipeline, without a version: Image Builder names them as their recipe."""
    return _own(root, "imagebuilder", f"image/{in_environment(root.environment, image.name)}")


def notifications(environment: Environment) -> str:
    """The topic that is told of builds, its key's alias, and what the names of the rules begin with."""
    return f"goldsmith-{environment.name}-images"


def topic_arn(root: Root) -> str:
    return _own(root, "sns", notifications(root.environment))


def policy_arn(root: Root, name: str) -> str:
    """A policy of the build account, by its path and name."""
    return f"arn:{root.organization.partition}:iam::{root.account.id}:policy/{name}"


def topic_key_alias_arn(root: Root) -> str:
    return _own(root, "kms", f"alias/{notifications(root.environment)}")


def imported_image_arn(root: Root, imported_image: str) -> str:
    """The newest build of a version of an import: an image of the build account, by the import's name and version."""
    return _own(root, "imagebuilder", f"image/{in_environment(root.environment, imported_image)}")


def container_recipes_arn(root: Root, image: Image) -> str:
    """Every version of a container image's recipe."""
    return _own(root, "imagebuilder", f"container-recipe/{in_environment(root.environment, image.name)}/*")


def registry(root: Root) -> str:
    """The ECR registry of the root's account and Region."""
    suffix = "amazonaws.com.cn" if root.organization.partition == "aws-cn" else "amazonaws.com"
    return f"{root.account.id}.dkr.ecr.{root.region}.{suffix}"


def repository_arn(root: Root, region: str, name: str) -> str:
    """A repository of the root's account."""
    return f"arn:{root.organization.partition}:ecr:{region}:{root.account.id}:repository/{name}"


def parent_image(root: Root, base: BaseImage) -> str:
    """What a recipe calls its base: an ARN, an AMI id, `ssm:` and a parameter's name, a product's id, a reference."""
    if base.image is not None:
        return _own(root, "imagebuilder", f"image/{in_environment(root.environment, base.image)}/{NEWEST}")
    if base.container is not None:
        return base.container.reference or f"{registry(root)}/{base.container.ecr}"
    if base.managed_image is not None:
        return _managed(root, "image", base.managed_image, NEWEST)
    if base.ssm_parameter is not None:
        return f"ssm:{base.ssm_parameter}"
    if base.imported_image is not None:
        return imported_image_arn(root, base.imported_image)
    reference = base.image_arn or base.ami or base.product or dict(base.amis).get(root.region)
    if reference is None:
        raise ValueError(f"the base image {base.name} refers to nothing")
    return reference


def _own(root: Root, service: str, name: str) -> str:
    return f"arn:{root.organization.partition}:{service}:{root.region}:{root.account.id}:{name}"


def _managed(root: Root, kind: str, name: str, version: str) -> str:
    return f"arn:{root.organization.partition}:imagebuilder:{root.region}:aws:{kind}/{name}/{version}"
