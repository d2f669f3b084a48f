"""What others changed of a root since its last apply: a plan that refreshes alone, less what is no change of anybody's.

https://developer.hashicorp.com/terraform/cli/commands/plan#planning-modes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.terraform.changes import read_refreshed
from generator.terraform.plans import Plan, ResourceChange
from generator.terraform.secrets import DigestKey

Resource = Mapping[str, Any]  # of the refreshed state


@dataclass(frozen=True)
class Mirror:
    """An attribute in which a resource shows what other resources are in charge of, `link` naming the first one.

    The state of the first has none of it until the next refresh that is applied, though nobody changed anything.
    Where each of the others is one entry, one more entry was made by hand.
    """

    type: str
    link: str
    one_each: bool = False


# What Terraform's provider reads of one resource and another sets: each drifts by itself if somebody changes it.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs
MIRRORS: Mapping[str, Mapping[str, Mirror]] = {
    "aws_eip": dict.fromkeys(
        ("association_id", "network_interface", "private_dns", "private_ip"), Mirror("aws_nat_gateway", "allocation_id")
    ),
    "aws_iam_role": {
        "inline_policy": Mirror("aws_iam_role_policy", "role", one_each=True),
        "managed_policy_arns": Mirror("aws_iam_role_policy_attachment", "role", one_each=True),
    },
    "aws_route_table": {"route": Mirror("aws_route", "route_table_id", one_each=True)},
    "aws_s3_bucket": {
        "lifecycle_rule": Mirror("aws_s3_bucket_lifecycle_configuration", "bucket"),
        "policy": Mirror("aws_s3_bucket_policy", "bucket"),
        "server_side_encryption_configuration": Mirror("aws_s3_bucket_server_side_encryption_configuration", "bucket"),
    },
    "aws_security_group": {
        "egress": Mirror("aws_vpc_security_group_egress_rule", "security_group_id", one_each=True),
        "ingress": Mirror("aws_vpc_security_group_ingress_rule", "security_group_id", one_each=True),
    },
    "aws_sns_topic": {"policy": Mirror("aws_sns_topic_policy", "arn")},
}
# In a rule of a security group as the group shows it, each of these is a rule of its own.
_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")


@dataclass(frozen=True)
class Written:
    """Attributes that AWS and builds write: times, and what the `ignore_changes` of our modules leave to those."""

    attributes: frozenset[str]
    modules: str = ""  # how the names of their modules begin; empty for any

    def covers(self, address: str, attribute: str) -> bool:
        return attribute in self.attributes and address.startswith(self.modules)


# https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImagePipeline.html
# https://docs.aws.amazon.com/imagebuilder/latest/userguide/dist-using-launch-template.html
WRITTEN: Mapping[str, Written] = {
    "aws_imagebuilder_distribution_configuration": Written(frozenset({"date_updated"})),
    "aws_imagebuilder_image_pipeline": Written(frozenset({"date_last_run", "date_next_run", "date_updated"})),
    "aws_imagebuilder_infrastructure_configuration": Written(frozenset({"date_updated"})),
    "aws_launch_template": Written(
        frozenset({"default_version", "description", "image_id", "latest_version"}), "module.launch_template"
    ),
    "aws_ssm_parameter": Written(
        frozenset({"description", "insecure_value", "value", "version"}), "module.output_parameters"
    ),
}


def read_drift(root: str, document: Mapping[str, Any], seconds: float, key: DigestKey | None = None) -> Plan:
    """The drift in `show -json` of a plan that refreshes alone. Raises TerraformError as `read_plan` does."""
    plan = read_refreshed(root, document, seconds, key)
    found = {item["address"]: item for item in document.get("resource_drift", [])}
    resources = list(_resources(document.get("prior_state", {}).get("values", {}).get("root_module", {})))
    changes = (_by_somebody(change, found, resources) for change in plan.changes)
    return replace(plan, changes=tuple(change for change in changes if change is not None))


def _by_somebody(
    change: ResourceChange, found: Mapping[str, Any], resources: Iterable[Resource]
) -> ResourceChange | None:
    """The change without what is nobody's; None where nothing is left. What is gone is somebody's doing."""
    if change.action != "update" or change.address not in found:
        return change
    after = found[change.address]["change"]["after"]
    written = WRITTEN.get(change.type)
    mirrored = {name for name, mirror in MIRRORS.get(change.type, {}).items() if _shows(after, name, mirror, resources)}
    kept = tuple(
        attribute
        for attribute in change.attributes
        if (name := _first(attribute.path)) not in mirrored and not (written and written.covers(change.address, name))
    )
    return replace(change, attributes=kept) if kept else None


def _shows(after: Mapping[str, Any], name: str, mirror: Mirror, resources: Iterable[Resource]) -> bool:
    """Whether other resources of the root are in charge of all that the attribute has."""
    own = {after.get("id"), after.get("name"), after.get("arn")} - {None}
    others = [each for each in resources if each["type"] == mirror.type and each["values"].get(mirror.link) in own]
    return _entries(after.get(name)) == len(others) if mirror.one_each else bool(others)


def _entries(value: Any) -> int:
    """How many things are set; of rules of a security group, their sources and targets."""
    if not isinstance(value, list):
        return 1 if value else 0
    return sum(_sources(each) if isinstance(each, Mapping) and "cidr_blocks" in each else 1 for each in value)


def _sources(rule: Mapping[str, Any]) -> int:
    return sum(len(rule.get(each) or []) for each in _SOURCES) + bool(rule.get("self"))


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    yield from (each for each in module.get("resources", []) if each.get("mode") == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _first(path: str) -> str:
    """`inline_policy` of `inline_policy[0].name`."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]
