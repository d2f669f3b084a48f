"""The frozen model of lifecycle policies: which images of a recipe are deprecated, disabled and deleted, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["DEPRECATE", "DISABLE", "DELETE"]
Unit = Literal["DAYS", "WEEKS", "MONTHS", "YEARS"]


@dataclass(frozen=True)
class Period:
    value: int
    unit: Unit


@dataclass(frozen=True)
class Exclusions:
    """What a rule leaves alone."""

    public: bool  # AMIs that are public
    regions: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()  # AMIs that are shared with any of them
    last_launched: Period | None = None  # AMIs that were launched within this time
    ami_tags: tuple[tuple[str, str], ...] = ()
    image_tags: tuple[tuple[str, str], ...] = ()  # of the images in Image Builder


@dataclass(frozen=True)
class LifecycleRule:
    """By age where `after` is set: `keep` images stay in any case. Else by count: all but the newest `keep`."""

    action: Action
    after: Period | None
    keep: int | None
    amis: bool
    snapshots: bool
    containers: bool
    exclusions: Exclusions


@dataclass(frozen=True)
class Lifecycle:
    """A policy for the images of one recipe, in the versions given; where there are none, for those with `tags`."""

    enabled: bool
    resource_type: Literal["AMI_IMAGE", "CONTAINER_IMAGE"]
    rules: tuple[LifecycleRule, ...]  # one for each action at most, in the order in which they come
    recipe_versions: tuple[str, ...]
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def reaches_amis(self) -> bool:
        """Whether it acts on AMIs, which are in other accounts where images are copied there."""
        return any(rule.amis for rule in self.rules)
