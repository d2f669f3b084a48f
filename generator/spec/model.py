"""The frozen model: a spec that has been checked, with every default applied. It cannot be wrong.

Nothing here reads files or knows about YAML; every later stage takes these values and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.spec.model_accounts import Account as Account
from generator.spec.model_allowances import AllowedRisk
from generator.spec.model_bootstrap import Bootstrap
from generator.spec.model_container import Container, ContainerBase, ContainerRecipe
from generator.spec.model_distribution import Audience, Delivery
from generator.spec.model_documents import DocumentSettings, is_inline
from generator.spec.model_extra import ExtraFile
from generator.spec.model_infrastructure import Infrastructure
from generator.spec.model_network import Network
from generator.spec.model_pipeline import Operations, PipelineSettings, Workflow
from generator.spec.model_policies import Policies
from generator.spec.model_recipe import Device, InstanceSettings, Regional
from generator.spec.model_rollout import Rollout

Platform = Literal["Linux", "Windows", "macOS"]


@dataclass(frozen=True)
class State:
    """Where Terraform's state lives: one S3 bucket for the organization, one key per root."""

    bucket: str
    region: str


@dataclass(frozen=True)
class Roles:
    """Names of the IAM roles that are assumed in each account: one to plan with, one to apply with."""

    plan: str
    apply: str


@dataclass(frozen=True)
class Organization:
    name: str
    partition: str  # aws, aws-cn, aws-us-gov
    accounts: Mapping[str, Account]  # by name
    state: State
    roles: Roles
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Component:
    """A component of ours: an AWSTOE document under the version that the lock gives its content."""

    name: str
    version: str
    platform: Platform
    kind: Literal["BUILD", "TEST"]
    description: str
    document: str  # the document's text in its canonical form: what means the same is the same text
    is_plain: bool = True  # whether `platform` is the one that the component bears its plain name on
    settings: DocumentSettings = field(default_factory=DocumentSettings)

    @property
    def full_name(self) -> str:
        """Its name in AWS, where a component has one platform: what is used on another bears that one's name too."""
        return self.name if self.is_plain else f"{self.name}-{self.platform.lower()}"


@dataclass(frozen=True)
class ComponentUse:
    """A component at its place in a recipe: one of ours ("self"), Amazon's, the Marketplace's, or another account's.

    For `owner` "arn", `name` is the component's ARN, with its version.
    """

    name: str
    owner: Literal["self", "aws", "marketplace", "shared", "arn"]
    version: str  # exact for ours; "x.x.x" (the newest at build time) for others' unless pinned
    parameters: tuple[tuple[str, str], ...] = ()
    account_id: str | None = None  # of the owner, where it is shared


@dataclass(frozen=True)
class BaseImage:
    """What an image is built on. Exactly one of the references is set.

    `managed_image` is the name of an Amazon-managed image (such as amazon-linux-2-x86), which the renderer
    makes an ARN of for the partition and Region; `ami` an AMI id; `ssm_parameter` a parameter name;
    `image_arn` an ARN; `imported_image` the name and version of an import of the spec, as `erp/1.0.0`; `amis` an AMI
    id for each Region; `product` the id of a Marketplace product; `image` the name of another image of the spec, of
    which an environment takes the newest that it has built.
    """

    name: str  # as the spec names it
    platform: Platform
    managed_image: str | None = None
    ami: str | None = None
    ssm_parameter: str | None = None
    image_arn: str | None = None
    imported_image: str | None = None
    container: ContainerBase | None = None  # of a container image
    amis: Regional = ()
    product: str | None = None
    image: str | None = None


@dataclass(frozen=True)
class Volume:
    device: str  # /dev/xvda
    size: int  # GiB
    type: str  # gp3
    encrypted: bool
    iops: int | None = None
    throughput: int | None = None  # MiB/s
    delete_on_termination: bool = True


@dataclass(frozen=True)
class Schedule:
    """When a pipeline runs by itself. A manual pipeline has none."""

    expression: str  # cron(0 3 ? * sun *)
    timezone: str  # UTC
    start_condition: str  # EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE


@dataclass(frozen=True)
class Image:
    name: str
    description: str
    version: str  # the recipe's, from the lock
    base: BaseImage
    components: tuple[ComponentUse, ...]
    tests: tuple[ComponentUse, ...]
    instance_types: tuple[str, ...]
    volume: Volume | None  # None: a container image
    schedule: Schedule | None
    tags: Mapping[str, str]
    infrastructure: Infrastructure = field(default_factory=Infrastructure)
    pipeline: PipelineSettings = field(default_factory=PipelineSettings)
    devices: tuple[Device, ...] = ()
    settings: InstanceSettings = field(default_factory=InstanceSettings)
    delivery: Delivery = field(default_factory=Delivery)
    keys: Mapping[str, str] = field(default_factory=dict)  # given ones that its recipe holds, by environment
    kept: tuple[Image, ...] = ()  # the image by other versions of its recipe that stay alive, the oldest first
    container_recipe: ContainerRecipe | None = None  # of a container image
    container: Container = field(default_factory=Container)

    @property
    def is_container(self) -> bool:
        return self.container_recipe is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether any volume is: the AMI then is, for everybody who shares or copies it."""
        return (self.volume is not None and self.volume.encrypted) or any(
            device.is_volume and device.encrypted for device in self.devices
        )


@dataclass(frozen=True)
class Placement:
    """Where images are built: an account, a Region, and the network of the instances, given or to be made."""

    account: Account
    region: str
    subnet: str | None  # None where a network is made
    security_groups: tuple[str, ...]
    network: Network | None = None


@dataclass(frozen=True)
class Target:
    """An account and Region that receives images.

    `copy`: the account owns an AMI of its own; `share`: it may launch the build account's.
    """

    account: Account
    region: str
    mode: Literal["copy", "share"]


@dataclass(frozen=True)
class Environment:
    name: str
    build: Placement
    images: tuple[Image, ...]
    components: tuple[Component, ...]  # those of ours that the images use, by name, each in its newest version
    targets: tuple[Target, ...]  # sorted; the build account and Region is always the first, with mode copy
    tags: Mapping[str, str]
    operations: Operations = field(default_factory=Operations)
    audiences: tuple[Audience, ...] = ()  # by Region; the build account owns a copy in each
    kept_components: tuple[Component, ...] = ()  # older versions that stay alive, by name, the oldest first
    keys: Mapping[str, str] = field(default_factory=dict)  # ARNs by Region, of others; empty: Goldsmith makes its own
    permissions_boundary: str | None = None  # name of a policy of each account, which no role made goes beyond
    extras: tuple[ExtraFile, ...] = ()  # the organization's own Terraform, sorted by root and path

    @property
    def amis(self) -> tuple[Image, ...]:
        """Its images that are AMIs."""
        return tuple(image for image in self.images if not image.is_container)

    @property
    def containers(self) -> tuple[Image, ...]:
        """Its images that are container images."""
        return tuple(image for image in self.images if image.is_container)

    @property
    def documented(self) -> tuple[Component | Workflow, ...]:
        """All that has a document here."""
        return (*self.components, *self.kept_components, *self.operations.workflows)

    @property
    def has_long_documents(self) -> bool:
        """Whether a document is read from S3."""
        return not all(is_inline(each.document) for each in self.documented)


@dataclass(frozen=True)
class Spec:
    organization: Organization
    environments: Mapping[str, Environment]  # by name, in the order of the files
    allowances: tuple[AllowedRisk, ...] = ()
    policies: Policies = field(default_factory=Policies)
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)  # of each environment, by its name
    bootstrap: Bootstrap | None = None  # None: the organization makes its roles and its bucket elsewhere
