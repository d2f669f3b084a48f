"""Attributes whose elements have no order: their place in a plan says nothing, and a change of one may move the others.

Terraform's JSON has sets as lists, ordered by what they hold. SETS is of the resources that the modules have, from the
provider's schema; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

# By type of resource: the paths, without indexes.
SETS: Mapping[str, frozenset[str]] = {
    "aws_cloudwatch_event_target": frozenset(
        {
            "ecs_target.capacity_provider_strategy",
            "ecs_target.network_configuration.security_groups",
            "ecs_target.network_configuration.subnets",
            "ecs_target.placement_constraint",
            "sagemaker_pipeline_target.pipeline_parameter_list",
        }
    ),
    "aws_codebuild_project": frozenset(
        {
            "file_system_locations",
            "secondary_artifacts",
            "secondary_source_version",
            "secondary_sources",
            "vpc_config.security_group_ids",
            "vpc_config.subnets",
        }
    ),
    "aws_default_security_group": frozenset({"egress", "egress.security_groups", "ingress", "ingress.security_groups"}),
    "aws_ecr_registry_scanning_configuration": frozenset({"rule", "rule.repository_filter"}),
    "aws_iam_openid_connect_provider": frozenset({"client_id_list"}),
    "aws_iam_role": frozenset({"inline_policy", "managed_policy_arns"}),
    "aws_iam_role_policies_exclusive": frozenset({"policy_names"}),
    "aws_iam_role_policy_attachments_exclusive": frozenset({"policy_arns"}),
    "aws_imagebuilder_component": frozenset({"supported_os_versions"}),
    "aws_imagebuilder_container_recipe": frozenset(
        {"component.parameter", "instance_configuration.block_device_mapping"}
    ),
    "aws_imagebuilder_distribution_configuration": frozenset(
        {
            "distribution",
            "distribution.ami_distribution_configuration.launch_permission.organization_arns",
            "distribution.ami_distribution_configuration.launch_permission.organizational_unit_arns",
            "distribution.ami_distribution_configuration.launch_permission.user_groups",
            "distribution.ami_distribution_configuration.launch_permission.user_ids",
            "distribution.ami_distribution_configuration.target_account_ids",
            "distribution.container_distribution_configuration.container_tags",
            "distribution.fast_launch_configuration",
            "distribution.launch_template_configuration",
            "distribution.license_configuration_arns",
            "distribution.ssm_parameter_configuration",
        }
    ),
    "aws_imagebuilder_image": frozenset(
        {
            "image_scanning_configuration.ecr_configuration.container_tags",
            "output_resources.amis",
            "output_resources.containers",
            "workflow",
            "workflow.parameter",
        }
    ),
    "aws_imagebuilder_image_pipeline": frozenset(
        {"image_scanning_configuration.ecr_configuration.container_tags", "workflow.parameter"}
    ),
    "aws_imagebuilder_image_recipe": frozenset({"block_device_mapping", "component.parameter"}),
    "aws_imagebuilder_infrastructure_configuration": frozenset({"instance_types", "security_group_ids"}),
    "aws_imagebuilder_lifecycle_policy": frozenset({"policy_detail", "resource_selection.recipe"}),
    "aws_inspector2_enabler": frozenset({"account_ids", "resource_types"}),
    "aws_launch_template": frozenset(
        {
            "instance_requirements.accelerator_manufacturers",
            "instance_requirements.accelerator_names",
            "instance_requirements.accelerator_types",
            "instance_requirements.allowed_instance_types",
            "instance_requirements.cpu_manufacturers",
            "instance_requirements.excluded_instance_types",
            "instance_requirements.instance_generations",
            "instance_requirements.local_storage_types",
            "license_specification",
            "network_interfaces.ipv4_addresses",
            "network_interfaces.ipv4_prefixes",
            "network_interfaces.ipv6_addresses",
            "network_interfaces.ipv6_prefixes",
            "network_interfaces.security_groups",
            "security_group_names",
            "vpc_security_group_ids",
        }
    ),
    "aws_nat_gateway": frozenset({"secondary_allocation_ids", "secondary_private_ip_addresses"}),
    "aws_route_table": frozenset({"propagating_vgws", "route"}),
    "aws_s3_bucket": frozenset(
        {
            "grant",
            "grant.permissions",
            "lifecycle_rule.noncurrent_version_transition",
            "lifecycle_rule.transition",
            "replication_configuration.rules",
        }
    ),
    "aws_s3_bucket_lifecycle_configuration": frozenset({"rule.noncurrent_version_transition", "rule.transition"}),
    "aws_s3_bucket_server_side_encryption_configuration": frozenset({"rule"}),
    "aws_security_group": frozenset({"egress", "egress.security_groups", "ingress", "ingress.security_groups"}),
    "aws_vpc_endpoint": frozenset(
        {"network_interface_ids", "route_table_ids", "security_group_ids", "subnet_configuration", "subnet_ids"}
    ),
}
# What tells two elements apart that are both objects: where it differs, neither became the other.
IDENTITIES = ("region", "device_name", "name", "parameter_name", "account_id", "launch_template_id", "workflow_arn")

Pair = tuple[int | None, int | None]


def sets_of(resource_type: str) -> frozenset[str]:
    return SETS.get(resource_type, frozenset())


def aligned(before: Sequence[Any], after: Sequence[Any]) -> list[Pair]:
    """Which element of a set became which: indexes of both, None where one is gone or new.

    Equal ones are the same. Of the others, objects with the same identity, or else with the most in common.
    """
    places = {index: _text(element) for index, element in enumerate(after)}
    pairs: list[Pair] = []
    rest: list[int] = []
    for index, element in enumerate(before):
        text = _text(element)
        same = next((place for place, other in places.items() if other == text), None)
        if same is None:
            rest.append(index)
        else:
            del places[same]
            pairs.append((index, same))
    for index in rest:
        best = max(places, key=lambda place: (_likeness(before[index], after[place]), -place), default=None)
        if best is not None and not _likeness(before[index], after[best]):
            best = None
        if best is not None:
            del places[best]
        pairs.append((index, best))
    return [*sorted(pairs, key=lambda pair: pair[0] or 0), *((None, place) for place in places)]


def _likeness(one: Any, other: Any) -> int:
    """How much two objects have in common; nothing where an identity differs, and for all that are no objects."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return 0
    for name in IDENTITIES:
        if one.get(name) is not None and other.get(name) is not None:
            return 1000 if one[name] == other[name] else 0
    return sum(1 for name, value in one.items() if value not in (None, "", [], {}) and other.get(name) == value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
