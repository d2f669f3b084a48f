"""Who gets images by a plan: accounts, organizations, everybody; by Region, as distribution configurations say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.review.subjects import Scene, Subject, Tree, is_hidden, items, texts

_AMI = ("distribution", "ami_distribution_configuration")
_PERMISSION = (*_AMI, "launch_permission")
_ACCOUNTS = (
    (*_AMI, "target_account_ids"),
    (*_PERMISSION, "user_ids"),
    ("distribution", "ssm_parameter_configuration", "ami_account_id"),
    ("distribution", "launch_template_configuration", "account_id"),
    ("distribution", "fast_launch_configuration", "account_id"),
)
_SHARES = tuple((*_PERMISSION, key) for key in ("organization_arns", "organizational_unit_arns", "user_groups"))


@dataclass(frozen=True)
class Receivers:
    """Ids of accounts, ARNs, and whether anybody at all is among them."""

    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()  # with their units
    is_public: bool = False
    by_region: Mapping[str, frozenset[str]] = field(default_factory=dict)  # accounts that get or may launch AMIs
    is_whole: bool = True  # whether nothing of it is known after apply only, or a secret

    @property
    def regions(self) -> frozenset[str]:
        return frozenset(self.by_region)


def sharing(scene: Scene) -> Iterator[tuple[Subject, Receivers, Receivers]]:
    """What gives images to others and changes, with who has them before and after."""
    for subject in scene.changed_of("aws_imagebuilder_distribution_configuration"):
        yield subject, _of_distribution(subject.before), _of_distribution(subject.after)
    for subject in scene.changed_of("aws_ami_launch_permission", "aws_snapshot_create_volume_permission"):
        yield subject, _of_permission(subject.before), _of_permission(subject.after)


def _of_distribution(tree: Tree) -> Receivers:
    return Receivers(
        accounts=frozenset(each for path in _ACCOUNTS for each in texts(tree, *path)),
        organizations=texts(tree, *_PERMISSION, "organization_arns")
        | texts(tree, *_PERMISSION, "organizational_unit_arns"),
        is_public="all" in texts(tree, *_PERMISSION, "user_groups"),
        by_region=dict(_by_region(tree)),
        is_whole=not any(is_hidden(tree, *path) for path in (*_ACCOUNTS, *_SHARES, ("distribution", "region"))),
    )


def _by_region(tree: Tree) -> Iterator[tuple[str, frozenset[str]]]:
    for each in items(tree, "distribution"):
        region = each.get("region") if isinstance(each, Mapping) else None
        if isinstance(region, str):
            users = texts(each, "ami_distribution_configuration", "launch_permission", "user_ids")
            yield region, texts(each, "ami_distribution_configuration", "target_account_ids") | users


def _of_permission(tree: Tree) -> Receivers:
    return Receivers(
        accounts=texts(tree, "account_id"),
        organizations=texts(tree, "organization_arn") | texts(tree, "organizational_unit_arn"),
        is_public=tree.get("group") == "all",
    )
