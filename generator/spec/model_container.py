"""The frozen model of container images: what their recipes hold besides base and components, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.spec.model_recipe import Device


@dataclass(frozen=True)
class ContainerBase:
    """A base from a registry. Exactly one is set."""

    reference: str | None = None  # with its tag or digest: amazonlinux:2023
    is_arm64: bool = False  # the variant for arm64 is taken, of an image that is known to have one
    ecr: str | None = None  # repository and tag in the registry of the build account and Region: team/base:1.0


@dataclass(frozen=True)
class ContainerRecipe:
    """What AWS holds immutably of a container's recipe. `dockerfile` is the template, `dockerfile_uri` one in S3."""

    repository: str | None  # None: named after the environment and the image
    dockerfile: str | None = None
    dockerfile_uri: str | None = None
    kms_key: str | None = None  # encrypts the template: an ARN, or "own" for the environment's; None: AWS's own
    instance_ami: str | None = None  # of the build instance
    instance_ssm: str | None = None  # name of a parameter that holds it
    instance_devices: tuple[Device, ...] = ()  # what is not among them stays as that AMI has it


@dataclass(frozen=True)
class Repository:
    """The ECR repository that a container image goes to, in each Region that receives."""

    is_made: bool = True  # False: it is there already, and is somebody else's
    scan_on_push: bool = True
    immutable_tags: bool = True
    own_key: bool = True  # encrypted with the environment's key; else with keys of S3
    keep: int | None = None  # tagged images that stay; None: all
    untagged_days: int | None = None  # after which an image without a tag goes; None: never


@dataclass(frozen=True)
class Container:
    """Where a container image goes, besides what its recipe says. Of an image that is an AMI it says nothing."""

    repository_name: str | None = None  # None: named after the environment and the image
    repository: Repository = field(default_factory=Repository)
    tags: tuple[str, ...] = ()  # which move to each new image, besides that of its version
