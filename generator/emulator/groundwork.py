"""The server's side of the landing zone, made in moto's own objects.

Through the API nobody can choose a subnet's id, and the spec names subnets by id; so this is done inside.
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends, security_groups, subnets
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.iam.models import iam_backends
from moto.kms import models as kms_models
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from generator.emulator.corrections import template_ids
from generator.emulator.given_things import lay_given, next_id
from generator.errors import EmulatorError

VPC_NAME = "landing-zone"
VPC_RANGE = "10.0.0.0/16"


def lay(wanted: dict[str, Any]) -> list[str]:
    """Make what is missing of what is wanted; returns what was made, in words. Raises EmulatorError."""
    made = [
        _role(role, wanted["caller"], wanted["partition"])
        for role in wanted["roles"]
    ]  # fmt: skip
    if "bucket" in wanted:
        made.append(_bucket(wanted["bucket"], wanted["caller"], wanted["partition"]))
    for network in wanted.get("networks", ()):
        made += _network(network)
    made += [_launch_template(template) for template in wanted.get("launch_templates", ())]
    made += [_key(key, wanted["partition"]) for key in wanted.get("keys", ())]
    made += lay_given(wanted)
    return [words for words in made if words]


def _role(wanted: dict[str, str], caller: str, partition: str) -> str:
    backend = iam_backends[wanted["account"]][partition]
    if any(role.name == wanted["name"] for role in backend.roles.values()):
        return ""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{caller}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    backend.create_role(
        role_name=wanted["name"],
        assume_role_policy_document=json.dumps(trust),
        path="/",
        permissions_boundary=None,
        description="Made by the embedded AWS",
        tags=[],
        max_session_duration="3600",
    )
    backend.attach_role_policy(f"arn:{partition}:iam::aws:policy/{wanted['policy']}", wanted["name"])
    return f"role {wanted['name']} in account {wanted['account']}"


def _bucket(wanted: dict[str, str], owner: str, partition: str) -> str:
    """The state bucket: versioned, encrypted, private. One that is there is left as it is."""
    backend = s3_backends[owner][partition]
    name = wanted["name"]
    if name in backend.buckets:
        return ""
    try:
        bucket = backend.create_bucket(name, wanted["region"])
    except ServiceException as error:
        raise EmulatorError(
            f"bucket {name}: it cannot be made for Terraform's state ({error.message}); "
            "a name is needed that no account has. Run `goldsmith emulator reset`, or change state.bucket."
        ) from error
    bucket.versioning_status = "Enabled"
    backend.put_bucket_encryption(name, {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}})
    backend.put_public_access_block(
        name,
        dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), "true"),
    )
    return f"bucket {name} in account {owner}"


def _network(wanted: dict[str, Any]) -> list[str]:
    region = wanted["region"]
    if region not in RegionsAndZonesBackend.zones:
        known = ", ".join(sorted(RegionsAndZonesBackend.zones))
        raise EmulatorError(f"{region}: the embedded AWS does not have this Region; it has {known}.")
    backend = ec2_backends[wanted["account"]][region]
    made = [_subnet(backend, wanted["subnet"])]
    vpc_id = backend.get_subnet(wanted["subnet"]).vpc_id
    made += [_security_group(backend, vpc_id, group) for group in wanted["security_groups"]]
    return [words for words in made if words]


def _subnet(backend: Any, subnet_id: str) -> str:
    if any(subnet_id in zone for zone in backend.subnets.values()):
        return ""
    vpc = _vpc(backend)
    zone = RegionsAndZonesBackend.zones[backend.region_name][0].name
    with next_id(subnets, "random_subnet_id", subnet_id):
        backend.create_subnet(vpc.id, _free_range(backend, vpc), availability_zone=zone)
    return f"{subnet_id} in {_place(backend)}"


def _security_group(backend: Any, vpc_id: str, group_id: str) -> str:
    if any(group_id in groups for groups in backend.groups.values()):
        return ""
    with next_id(security_groups, "random_security_group_id", group_id):
        backend.create_security_group(f"build-{group_id}", "Image builds", vpc_id=vpc_id)
    return f"{group_id} in {_place(backend)}"


def _key(wanted: dict[str, Any], partition: str) -> str:
    """A key under the id or alias that its ARN has; the accounts that are to use it may."""
    _, _, _, region, account, name = wanted["arn"].split(":", 5)
    backend = kms_backends[account][region]
    is_alias = name.startswith("alias/")
    if backend.get_key_id_from_alias(name) if is_alias else name.removeprefix("key/") in backend.keys:
        return ""
    principals = [f"arn:{partition}:iam::{each}:root" for each in sorted({account, *wanted["users"]})]
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if is_alias:
        key = backend.create_key(policy, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "Image builds", None)
        backend.create_alias(key.id, name)
    else:
        with next_id(kms_models, "generate_key_id", name.removeprefix("key/")):
            backend.create_key(policy, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "Image builds", None)
    return str(wanted["arn"])


def _launch_template(wanted: dict[str, str | None]) -> str:
    """One that is there before Goldsmith comes, as an account has to have it; an id for one that is to be made."""
    account, region, identifier = str(wanted["account"]), str(wanted["region"]), str(wanted["id"])
    name = wanted["name"]
    if name is not None:
        template_ids.reserve(account, region, name, identifier)
        return ""
    backend = ec2_backends[account][region]
    if identifier in backend.launch_templates:
        return ""
    template_ids.reserve(account, region, identifier, identifier)
    tags = {"launch-template": {"CreatedBy": "EC2 Image Builder"}}
    backend.create_launch_template(identifier, "Made by the embedded AWS", {}, tags)
    return f"{identifier} in {_place(backend)}"


def _vpc(backend: Any) -> Any:
    for vpc in backend.vpcs.values():
        if any((tag["key"], tag["value"]) == ("Name", VPC_NAME) for tag in vpc.get_tags()):
            return vpc
    return backend.create_vpc(VPC_RANGE, tags=[{"Key": "Name", "Value": VPC_NAME}])


def _free_range(backend: Any, vpc: Any) -> str:
    taken = [subnet.cidr for zone in backend.subnets.values() for subnet in zone.values() if subnet.vpc_id == vpc.id]
    for candidate in ipaddress.IPv4Network(VPC_RANGE).subnets(new_prefix=24):
        if not any(candidate.overlaps(other) for other in taken):
            return str(candidate)
    raise EmulatorError(f"{_place(backend)}: no address range is left in {VPC_RANGE} for one more subnet.")


def _place(backend: Any) -> str:
    return f"account {backend.account_id}, {backend.region_name}"
