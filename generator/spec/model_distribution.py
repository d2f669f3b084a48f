"""The frozen model of what receivers get of an image, beyond the AMI itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.spec.model_accounts import Account


@dataclass(frozen=True)
class Audience:
    """Who may launch the build account's AMI of a Region, besides accounts by name."""

    region: str
    organizations: tuple[str, ...] = ()  # ARNs, sorted
    organizational_units: tuple[str, ...] = ()  # ARNs, sorted
    public: bool = False


@dataclass(frozen=True)
class AmiSettings:
    """What AMIs are called. None is what Goldsmith calls them."""

    name: str | None = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RegionSettings:
    """What differs in one Region; tags are added to those of all Regions."""

    ami: AmiSettings
    licenses: tuple[str, ...] = ()  # ARNs of license configurations, sorted


@dataclass(frozen=True)
class OutputParameter:
    """An SSM parameter that holds the id of the account's newest AMI in a Region."""

    account: Account
    region: str
    name: str
    data_type: Literal["aws:ec2:image", "text"]
    is_made: bool = False  # by Goldsmith, before the first build; else Image Builder makes it


@dataclass(frozen=True)
class NewTemplate:
    """A launch template that Goldsmith makes."""

    name: str
    instance_type: str | None
    instance_profile: str | None
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class LaunchTemplate:
    """A launch template that gets a version with each new AMI."""

    account: Account
    region: str
    id: str | None  # None: Goldsmith makes it, and nobody has written down yet which id AWS gave it
    becomes_default: bool
    new: NewTemplate | None  # None: it was there before


@dataclass(frozen=True)
class FastLaunch:
    """Snapshots of a Windows AMI, prepared ahead. None leaves it to EC2."""

    account: Account
    region: str
    enabled: bool
    max_parallel_launches: int | None
    snapshots: int | None
    template: tuple[tuple[str, str], ...]  # (`id` or `name`, ...), (`version`, ...); empty for none


@dataclass(frozen=True)
class Delivery:
    """One image in one environment."""

    ami: AmiSettings = field(default_factory=AmiSettings)
    regions: Mapping[str, RegionSettings] = field(default_factory=dict)
    parameters: tuple[OutputParameter, ...] = ()  # besides the one that Goldsmith always publishes; sorted
    launch_templates: tuple[LaunchTemplate, ...] = ()  # sorted by account and Region
    fast_launch: tuple[FastLaunch, ...] = ()  # the same
