"""One copy of an AMI: from the build account and Region to one account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.emulator.imagebuilder import keys, naming
from generator.emulator.imagebuilder.amis import BuiltAmi, copy_ami, is_encrypted, name_taken
from generator.emulator.imagebuilder.building import marks
from generator.emulator.imagebuilder.permissions import Principal, find_role, service_caller, trusts_account
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.policies import Context

ROLE = "EC2ImageBuilderDistributionCrossAccountRole"
UNSHAREABLE = "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot."


class Refused(Exception):
    """A copy that cannot be made; `str()` is the cause as AWS phrases it, without where it happened."""


@dataclass(frozen=True)
class Destination:
    state: State  # of the build account and Region
    image: Record
    distribution: Mapping[str, Any]
    account_id: str

    @property
    def region(self) -> str:
        return str(self.distribution["region"])

    @property
    def is_own(self) -> bool:
        return self.account_id == self.state.account_id

    @property
    def is_source(self) -> bool:
        return self.is_own and self.region == self.state.region_name

    @property
    def ami_settings(self) -> Mapping[str, Any]:
        return self.distribution.get("amiDistributionConfiguration") or {}

    @property
    def ec2(self) -> Any:
        from moto.ec2.models import ec2_backends

        return ec2_backends[self.account_id][self.region]

    @cached_property
    def role(self) -> Principal:
        """Who acts in another account. Refused when the role is not there or does not trust the build account."""
        role = find_role(self.account_id, self.state.partition, ROLE)
        if role is not None and trusts_account(role, self.state.account_id, self.state.partition):
            return role
        caller = service_caller(self.state.account_id, self.state.partition).arn
        arn = f"arn:{self.state.partition}:iam::{self.account_id}:role/{ROLE}"
        raise Refused(
            f"STS Client Error: 'User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}'"
        )

    def require(self, action: str, resource: str, context: Context | None = None) -> None:
        """Refused when the role of another account may not do it; in its own account Image Builder may."""
        if not self.is_own and not self.role.may(action, resource, context):
            raise ec2_refused(
                f"You are not authorized to perform this operation. {self.role.refusal(action, resource)}"
            )

    def ec2_arn(self, kind: str, identifier: str = "*") -> str:
        return f"arn:{self.state.partition}:ec2:{self.region}::{kind}/{identifier}"


def copy_to(place: Destination, source: BuiltAmi) -> BuiltAmi:
    """Raises Refused with the first thing that stands in the way."""
    _check_permissions(place, source)
    key = _destination_key(place, source)
    output = naming.output_for(place.image, place.distribution)
    if name_taken(place.ec2, output.name):
        raise ec2_refused(f"AMI name {output.name} is already in use by AMI in account {place.account_id}.")
    tags = {**output.tags, **marks(place.image)}
    return copy_ami(place.ec2, source, key, output.name, output.description, tags)


def re_encrypted(place: Destination, source: BuiltAmi) -> BuiltAmi:
    """The AMI in the build account and Region: the one that was built, or a copy of it under the Region's key."""
    key_id = place.ami_settings.get("kmsKeyId")
    if not key_id:
        return source
    key = _destination_key(place, source)
    if all(device.key == key for device, _ in source.devices):
        return source
    if place.image.get("keepsSource"):
        return copy_to(place, source)
    name, tags = source.name, {tag["key"]: tag["value"] for tag in source.get_tags()}
    place.ec2.deregister_image(source.id)
    for snapshot in source.snapshots:
        place.ec2.snapshots.pop(snapshot.id, None)
    return copy_ami(place.ec2, source, key, name, source.description or "", tags)


def share(place: Destination, ami: BuiltAmi) -> None:
    """Launch permissions, set by the account that owns the AMI. Raises Refused."""
    wanted = place.ami_settings.get("launchPermission") or {}
    grants = [
        *({"UserId": account} for account in wanted.get("userIds") or []),
        *({"Group": group} for group in wanted.get("userGroups") or []),
        *({"OrganizationArn": arn} for arn in wanted.get("organizationArns") or []),
        *({"OrganizationalUnitArn": arn} for arn in wanted.get("organizationalUnitArns") or []),
    ]
    if not grants:
        return
    place.require("ec2:ModifyImageAttribute", place.ec2_arn("image", ami.id))
    _refuse_aws_managed_key(ami, place.account_id, place.region)
    place.ec2.modify_image_attribute(ami.id, grants, [])


def _check_permissions(place: Destination, source: BuiltAmi) -> None:
    """What the distribution role has to allow; nothing in the build account itself."""
    if place.is_own:
        return
    _refuse_aws_managed_key(source, place.state.account_id, place.state.region_name)
    place.require("ec2:CopyImage", place.ec2_arn("image"))
    place.require("ec2:DescribeImages", "*")
    place.require("ec2:CreateTags", place.ec2_arn("image"))
    if is_encrypted(source):
        place.require("ec2:CreateTags", place.ec2_arn("snapshot"))
        _check_source_keys(place, source)


def _check_source_keys(place: Destination, source: BuiltAmi) -> None:
    for device, snapshot in source.devices:
        if device.key is None:
            continue
        key = keys.find_key(device.key, place.state.account_id, place.state.region_name)
        if key is None:
            raise _copy_failed(source.id, f"the key of snapshot {snapshot.id} is gone or disabled")
        refusal = keys.refusal(key, place.role, keys.TO_READ, place.state.region_name)
        if refusal:
            raise _copy_failed(source.id, refusal.message)


def _destination_key(place: Destination, source: BuiltAmi) -> str | None:
    """The ARN of the key that encrypts the copy; None leaves it unencrypted."""
    key_id = place.ami_settings.get("kmsKeyId")
    if not key_id:
        return str(keys.default_key(place.account_id, place.region).arn) if is_encrypted(source) else None
    key = keys.find_key(key_id, place.account_id, place.region)
    if key is None:
        raise _copy_failed(source.id, f"Given key ID is not accessible: '{key_id}' is no enabled key of {place.region}")
    if not place.is_own:
        refusal = keys.refusal(key, place.role, keys.TO_WRITE, place.region)
        if refusal:
            raise _copy_failed(source.id, f"Given key ID is not accessible: {refusal.message}")
    return str(key.arn)


def _refuse_aws_managed_key(ami: BuiltAmi, account_id: str, region: str) -> None:
    """The key that AWS manages in an account cannot be used from another one, so what it encrypts cannot be shared."""
    for device, _ in ami.devices:
        key = keys.find_key(device.key, account_id, region) if device.key else None
        if key is not None and keys.is_aws_managed(key):
            raise ec2_refused(UNSHAREABLE)


def ec2_refused(message: str) -> Refused:
    return Refused(f"EC2 Client Error: '{message}'")


def _copy_failed(ami_id: str, detail: str) -> Refused:
    """AWS says only that it failed (https://github.com/aws-samples/cdk-image-pipeline/pull/76); the detail is ours."""
    return Refused(f"AMI Copy Reported Failure For '{ami_id}' ({detail})")
