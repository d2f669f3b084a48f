"""What a build root says of its network: the ids that are given, or the network that it makes."""

from __future__ import annotations

from collections.abc import Mapping

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.network import DEFAULT_CIDR

# What every build needs, in this network without a way out:
# https://docs.aws.amazon.com/imagebuilder/latest/userguide/vpc-interface-endpoints.html,
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html; `kms` for parameters that are
# encrypted, `logs` for what is told while a build runs.
ENDPOINTS = ("imagebuilder", "kms", "logs", "ssm", "ssmmessages")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
ENDPOINTS_OF_CONTAINERS = ("ecr.api", "ecr.dkr")


def network_view(root: Root) -> dict[str, object]:
    """For the build root: the network to make, if any, and the security groups of its instances."""
    build = root.environment.build
    groups: Value = (
        build.security_groups if build.network is None else hcl.reference("module.network.security_group_ids")
    )
    return {"networks": _networks(root), "security_groups": hcl.encode(groups, depth=1)}


def subnet(root: Root) -> Value:
    """The subnet of instances that ask for no zone: the one that is given, or the first of the network made."""
    build = root.environment.build
    return build.subnet if build.network is None else hcl.reference("module.network.subnet_id")


def subnet_of(root: Root, image: Image) -> Value:
    """The subnet of an image's instances: the one that is given, or that of the image's zone in the network made."""
    placement = image.infrastructure.placement
    zone = placement.availability_zone if placement else None
    if root.environment.build.network is None or zone is None:
        return subnet(root)
    return hcl.element("module.network.subnet_ids", zone)


def _networks(root: Root) -> list[dict[str, object]]:
    network = root.environment.build.network
    if network is None:
        return []
    settings: dict[str, Value] = {
        "cidr_block": None if network.cidr == DEFAULT_CIDR else network.cidr,
        "endpoints": _endpoints(root, network.endpoints),
        "flow_log_days": network.flow_logs,
        "nat": network.nat,
        "read_buckets": network.read_buckets,
        "zones": network.zones,
    }
    view: dict[str, object] = {
        "account_id": hcl.encode(root.account.id),
        "name": hcl.encode(names.network(root.environment)),
        "settings": _named(settings),
    }
    return [view]


def _endpoints(root: Root, asked: tuple[str, ...]) -> list[str]:
    """All that the module is told, or [] where its default is enough."""
    more = {*asked, *(ENDPOINTS_OF_CONTAINERS if root.environment.containers else ())} - {*ENDPOINTS}
    return sorted({*ENDPOINTS, *more}) if more else []


def _named(settings: Mapping[str, Value]) -> list[dict[str, Hcl]]:
    return [{"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in settings.items() if value]
