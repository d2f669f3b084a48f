"""The spec as written: what each file may say. It may still be wrong in ways that only the whole spec shows.

Field descriptions and examples are the text of docs/spec.md. No defaults here: `resolve` applies them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.spec import values as v
from generator.spec.account_entries import AccountsValue
from generator.spec.allows import Allows
from generator.spec.bootstraps import BootstrapWritten
from generator.spec.building import BuildOnApplyValue, TestingWritten
from generator.spec.containers import ContainerWritten
from generator.spec.distribute import DistributeWritten
from generator.spec.distribution import DistributionWritten
from generator.spec.document_settings import ComponentSettingsWritten, WorkflowSettingsWritten
from generator.spec.exports import ExportValue
from generator.spec.ignores import Ignores
from generator.spec.infrastructure import InfrastructureWritten
from generator.spec.instance_settings import AgentValue, UserDataValue
from generator.spec.keys import Keys
from generator.spec.lifecycle import LifecycleValue
from generator.spec.network import NetworkValue
from generator.spec.notifications import NotifyValue
from generator.spec.policies import PoliciesWritten
from generator.spec.rollouts import EnvironmentRolloutWritten, RolloutWritten
from generator.spec.scanning import InspectorWritten, ScanningValue
from generator.spec.scheduling import ScheduleWritten
from generator.spec.shape import Written, text_or
from generator.spec.volumes import DeviceWritten, VolumeWritten
from generator.spec.workflows import WorkflowValue


class StateWritten(Written):
    bucket: v.BucketName = Field(description="S3 bucket that holds the state of every root")
    region: v.Region = Field(description="Region of that bucket")


class RolesWritten(Written):
    plan: v.RoleName = Field(description="role that is assumed to plan")
    apply: v.RoleName = Field(description="role that is assumed to apply and to destroy")


class OrganizationWritten(Written):
    """`organization.yaml`: what all environments share."""

    organization: v.Name = Field(description="name of the organization; part of bucket names")
    partition: Literal["aws", "aws-cn", "aws-us-gov"] | None = Field(
        default=None, description="AWS partition [default: aws]"
    )
    accounts: AccountsValue = Field(
        description="account names and their ids, or mappings with more, or a mapping with `from: organizations`; "
        "everywhere else accounts go by name"
    )
    state: StateWritten = Field(description="where Terraform's state lives")
    roles: RolesWritten = Field(description="IAM roles, present in each account")
    bootstrap: BootstrapWritten | None = Field(
        default=None, description="what `goldsmith bootstrap` makes of that: roles, bucket, trust [default: nothing]"
    )
    permissions_boundary: v.PolicyName | None = Field(
        default=None,
        description="name of an IAM policy of each account that no role of builds goes beyond; `none` for none "
        "[default: `GoldsmithBoundary`, which a `bootstrap` makes; without one none]",
    )
    environments: Annotated[list[v.Name], AfterValidator(v.unique("environments"))] | None = Field(
        default=None,
        description="the environments in the order in which a change travels [default: by file name]",
    )
    catalogs: Annotated[list[v.Folder], AfterValidator(v.unique("catalogs"))] | None = Field(
        default=None,
        description="folders of shared component documents, relative to this file; a component is looked up in the "
        "spec's `components/` first, then in these in order",
    )
    tags: v.AmiTags | None = Field(default=None, description="tags of everything that is made")
    keep: v.Keep | None = Field(
        default=None, description="versions of components and recipes that stay alive beside the newest [default: 0]"
    )
    components: dict[str, ComponentSettingsWritten] | None = Field(
        default=None, description="what AWS is told of components besides their documents, by name"
    )
    workflows: dict[str, WorkflowSettingsWritten] | None = Field(
        default=None, description="what AWS is told of workflows besides their documents, by name"
    )
    ignore: Ignores | None = Field(default=None, description="findings of `goldsmith check` that are meant, anywhere")
    allow: Allows | None = Field(
        default=None, description="risks of plans that are let through until a day, in any environment"
    )
    policies: PoliciesWritten | None = Field(
        default=None, description="rules besides Goldsmith's own that plans are judged by"
    )
    rollout: RolloutWritten | None = Field(
        default=None, description="how environments are rolled out, where their own files say nothing"
    )
    rollouts: v.RolloutsPlace | None = Field(
        default=None,
        description="where rollouts are recorded, for all machines: `s3://BUCKET/PREFIX`, `?region=` and `&kms_key=` "
        "as for `--rollouts`, which wins [default: a folder of each machine]",
    )


class BuildWritten(Written):
    account: str = Field(description="name of the account that builds")
    region: v.Region = Field(description="Region to build in")
    subnet: v.Subnet | None = Field(
        default=None, description="subnet of the build and test instances; with `security_groups`"
    )
    security_groups: (
        Annotated[list[v.SecurityGroup], Field(min_length=1, max_length=5), AfterValidator(v.unique("security groups"))]
        | None
    ) = Field(default=None, description="security groups of the build and test instances; with `subnet`")
    network: NetworkValue | None = Field(  # type: ignore[valid-type]
        default=None,
        description="`own`, or a mapping: a private network is made, instead of a subnet and security groups given",
    )


class ImageUseWritten(Written):
    """An image at its place in an environment, with what differs there."""

    image: str = Field(description="name of the image")
    version: v.Version | None = Field(
        default=None, description="version of the recipe to build by, one that is kept [default: the newest]"
    )
    keep: v.Keep | None = Field(default=None, description="replaces the image's")
    instance_types: Annotated[list[v.InstanceType], Field(min_length=1)] | None = Field(
        default=None, description="replaces the image's"
    )
    schedule: text_or(ScheduleWritten) | None = Field(default=None, description="replaces the image's")  # type: ignore[valid-type]
    infrastructure: InfrastructureWritten | None = Field(
        default=None, description="each key here replaces the image's `infrastructure` key of the same name"
    )
    distribution: DistributionWritten | None = Field(
        default=None, description="each key here replaces the image's `distribution` key of the same name"
    )
    tags: v.AmiTags | None = Field(default=None, description="added to the image's")
    lifecycle: LifecycleValue | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the image's; `none` for none"
    )
    export: ExportValue | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the image's; `none` for none"
    )
    enabled: bool | None = Field(
        default=None, description="whether its schedule runs; it can be started by hand in any case [default: true]"
    )
    build_on_apply: BuildOnApplyValue | None = Field(
        default=None, description="whether an apply builds the image and waits for it: true, or a mapping"
    )
    ignore: Ignores | None = Field(
        default=None, description="findings of `goldsmith check` that are meant, of the image in this environment"
    )


class EnvironmentWritten(Written):
    """`<environment>.yaml`: a stage, its build account, and the targets that receive its images."""

    environment: v.Name = Field(description="name of the environment, and of its file")
    build: BuildWritten = Field(description="where images are built")
    images: Annotated[list[text_or(ImageUseWritten)], Field(min_length=1)] = Field(  # type: ignore[valid-type]
        description="names of the images, or mappings with what differs in this environment"
    )
    keys: Keys | None = Field(
        default=None,
        description="ARNs of the KMS keys that encrypt images, by Region; one for each Region that images are built "
        "in or go to [default: keys that are made for the environment]",
    )
    distribute: list[DistributeWritten] | None = Field(
        default=None, description="who receives the images, besides the build account in its Region"
    )
    tags: v.AmiTags | None = Field(
        default=None, description="tags of everything in the environment; they win over the organization's"
    )
    keep: v.Keep | None = Field(
        default=None, description="versions that stay alive, where an image says nothing [default: the organization's]"
    )
    lifecycle: LifecycleValue | None = Field(  # type: ignore[valid-type]
        default=None, description="what becomes of old images, where an image says nothing [default: they stay]"
    )
    notify: NotifyValue | None = Field(  # type: ignore[valid-type]
        default=None,
        description="who is told of builds, findings and waiting approvals: `own` for a topic of its own, the ARN of "
        "one, or a mapping [default: nobody]",
    )
    scanning: InspectorWritten | None = Field(default=None, description="Amazon Inspector in the build account")
    execution_policies: Annotated[list[v.PolicyName], AfterValidator(v.unique("policies"))] | None = Field(
        default=None,
        description="names of IAM policies of the build account that Image Builder's role has besides its own: what "
        "workflows need that call Lambda or Step Functions",
    )
    permissions_boundary: v.PolicyName | None = Field(
        default=None, description="replaces the organization's; `none` for none"
    )
    ignore: Ignores | None = Field(
        default=None, description="findings of `goldsmith check` that are meant, of the environment and its images"
    )
    allow: Allows | None = Field(
        default=None, description="risks of the environment's plans that are let through until a day"
    )
    rollout: EnvironmentRolloutWritten | None = Field(
        default=None,
        description="how it is rolled out; each key here replaces the organization's `rollout` key of the same name",
    )


class BaseWritten(Written):
    """A base image that is not a known name: exactly one of its keys but `platform`."""

    ami: v.RegionalAmi | None = Field(
        default=None, description="AMI id, of the build Region, or a mapping of Regions to AMI ids"
    )
    ssm: v.ParameterName | None = Field(default=None, description="name of an SSM parameter that holds an AMI id")
    arn: v.ImageArn | None = Field(default=None, description="ARN of an EC2 Image Builder image")
    marketplace: v.Product | None = Field(
        default=None, description="id of an AWS Marketplace product, such as prod-..."
    )
    image: v.Name | None = Field(
        default=None, description="another image of the spec: the newest that the environment has built of it"
    )
    import_: str | None = Field(
        default=None, alias="import", description="name of an import of `imports/`: a disk image of elsewhere"
    )
    reference: str | None = Field(
        default=None, description="for a container image: an image of Docker Hub or Amazon ECR, with tag or digest"
    )
    ecr: str | None = Field(
        default=None,
        description="for a container image: repository and tag in the registry of the build account and Region, such "
        "as `team/base:1.0`",
    )
    platform: Literal["Linux", "Windows", "macOS"] | None = Field(
        default=None, description="its platform; not with `image`, whose it is [default: Linux]"
    )


class ComponentUseWritten(Written):
    """A component at its place in an image: exactly one of `aws`, `component`, `marketplace`, `shared` and `arn`."""

    aws: v.ManagedName | None = Field(default=None, description="name of an Amazon-managed component")
    component: str | None = Field(default=None, description="name of a component of `components/`")
    marketplace: v.MarketplaceName | None = Field(
        default=None, description="name of an AWS Marketplace component, as in its ARN"
    )
    shared: v.SharedName | None = Field(
        default=None, description="name of a component that another account shares, as in its ARN"
    )
    arn: v.ComponentArn | None = Field(default=None, description="ARN of any component, of the Region that builds")
    account: str | None = Field(default=None, description="with `shared`: name of the account that owns it")
    version: v.ManagedVersion | None = Field(
        default=None,
        description="with `aws`, `marketplace` and `shared`: its version [default: the newest when the image is built]",
    )
    parameters: v.Parameters | None = Field(default=None, description="values for the component's parameters")


class ImageWritten(Written):
    """`images/<image>.yaml`: one golden image, shared by all environments."""

    image: v.Name = Field(description="name of the image, and of its file")
    description: v.Description | None = Field(default=None, description="what it is for [default: its name]")
    base: text_or(BaseWritten) = Field(  # type: ignore[valid-type]
        description="a known name, an AMI id, an image ARN, or a mapping such as `ssm: /images/base`; of a container "
        "image a known name or a reference such as `amazonlinux:2023`"
    )
    container: ContainerWritten | None = Field(
        default=None, description="makes it a container image instead of an AMI; `{}` for one with all defaults"
    )
    components: Annotated[list[text_or(ComponentUseWritten)], Field(min_length=1)] = Field(  # type: ignore[valid-type]
        description="what is installed, in this order: names of components, or mappings"
    )
    tests: list[text_or(ComponentUseWritten)] | None = Field(  # type: ignore[valid-type]
        default=None, description="test components, run on an instance that is launched from the new image"
    )
    instance_types: Annotated[list[v.InstanceType], Field(min_length=1)] | None = Field(
        default=None,
        description="instance types to build on, by preference [default: t3.medium; arm64: t4g.medium]",
    )
    volume: VolumeWritten | None = Field(default=None, description="the root volume")
    devices: Annotated[list[DeviceWritten], Field(min_length=1)] | None = Field(
        default=None, description="block devices besides the root volume"
    )
    user_data: UserDataValue | None = Field(  # type: ignore[valid-type]
        default=None, description="what build and test instances run as they start: text, or `file: path`"
    )
    working_directory: v.WorkingDirectory | None = Field(
        default=None, description="where components run [default: /tmp; Windows: C:/]"
    )
    ssm_agent: AgentValue | None = Field(
        default=None,
        description="whether the SSM Agent is removed from the image or kept in it [default: removed where Image "
        "Builder installed it for the build]",
    )
    schedule: text_or(ScheduleWritten) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="`weekly`, `daily`, `monthly`, `manual`, `every 6 hours`, `cron(...)`, or a mapping "
        "[default: weekly; on an image of the spec three hours after that one]",
    )
    infrastructure: InfrastructureWritten | None = Field(
        default=None, description="what is rarely needed of the build and test instances"
    )
    distribution: DistributionWritten | None = Field(
        default=None, description="what receivers get: names, descriptions and tags of AMIs, parameters and more"
    )
    tags: v.AmiTags | None = Field(default=None, description="tags of the image's resources and AMIs")
    keep: v.Keep | None = Field(
        default=None,
        description="versions of the recipe and its components that stay alive [default: the environment's]",
    )
    lifecycle: LifecycleValue | None = Field(  # type: ignore[valid-type]
        default=None, description="what becomes of old images [default: the environment's, else they stay]"
    )
    export: ExportValue | None = Field(  # type: ignore[valid-type]
        default=None,
        description="a disk image of each new image in S3, for other hypervisors: `vmdk`, `vhd`, `raw`, or a mapping",
    )
    workflows: Annotated[list[WorkflowValue], Field(min_length=1)] | None = Field(  # type: ignore[valid-type]
        default=None,
        description="workflows that take the place of Image Builder's own: names of workflows, or mappings",
    )
    scanning: ScanningValue | None = Field(
        default=None, description="whether Amazon Inspector scans new images: true, or a mapping [default: false]"
    )
    testing: TestingWritten | None = Field(default=None, description="whether and for how long an image is tested")
    metadata: bool | None = Field(
        default=None,
        description="whether the packages and the system's version of an image are recorded [default: true]",
    )
    ignore: Ignores | None = Field(
        default=None, description="findings of `goldsmith check` that are meant, of the image in every environment"
    )


class LockWritten(Written):
    """`versions.lock.yaml`: which version each content has. Written by `goldsmith lock`."""

    components: dict[str, dict[str, str]] = Field(description="component -> version -> hash of its content")
    recipes: dict[str, dict[str, str]] = Field(description="image -> version -> hash of its recipe")
    workflows: dict[str, dict[str, str]] | None = Field(
        default=None, description="workflow -> version -> hash of its content"
    )
