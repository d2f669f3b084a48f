"""Disk images of an AMI in S3: VM Export, asked for by Image Builder in the build account.

Sources: https://docs.aws.amazon.com/vm-import/latest/userguide/start-image-export.html (the key of the object),
https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html (the role, its trust, its rights) and
https://docs.aws.amazon.com/vm-import/latest/userguide/limits-image-export.html (what cannot be exported, and where to).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.building import CREATED_BY
from generator.emulator.imagebuilder.copying import Destination, Refused, ec2_refused
from generator.emulator.imagebuilder.permissions import Principal, find_role
from generator.emulator.policies import Caller, is_trusted

SERVICE = "vmie.amazonaws.com"
BUCKET_ACTIONS = ("s3:GetBucketLocation", "s3:GetBucketAcl")
# What each format begins with, so that whoever looks at the object finds what its name says.
SIGNATURES = {
    "VMDK": b"KDMV\x03\x00\x00\x00",  # a stream-optimized extent of version 3
    "VHD": b"conectix\x00\x00\x00\x02\x00\x01\x00\x00",  # the footer's copy at the start of a dynamic disk
    "RAW": bytes(510) + b"\x55\xaa",  # a boot sector
}
SUFFIXES = {"VMDK": "vmdk", "VHD": "vhd", "RAW": "raw"}


def export(place: Destination, settings: Mapping[str, Any], ami_id: str) -> str:
    """Put the disk image into the bucket, and answer its key. Raises Refused with what stands in the way."""
    _check_exportable(place, ami_id)
    task = f"export-ami-{hashlib.sha256(ami_id.encode()).hexdigest()[:17]}"
    bucket, kind = settings["s3Bucket"], settings["diskImageFormat"]
    key = f"{settings.get('s3Prefix') or ''}{task}.{SUFFIXES[kind]}"
    role = _role(place, settings["roleName"], task)
    backend = _bucket_owner(place, bucket)
    _check_rights(place, role, bucket, key)
    backend.put_object(bucket, key, SIGNATURES[kind])
    _keep_task(place, task, settings, ami_id)
    return key


def _keep_task(place: Destination, task: str, settings: Mapping[str, Any], ami_id: str) -> None:
    """For DescribeExportImageTasks: an ExportImageTask of the EC2 model."""
    location = {"S3Bucket": settings["s3Bucket"], "S3Prefix": settings.get("s3Prefix") or ""}
    kept = place.ec2.__dict__.setdefault("export_image_tasks", {})
    kept[task] = {
        "ExportImageTaskId": task,
        "ImageId": ami_id,
        "Status": "completed",
        "S3ExportLocation": location,
        "Tags": [{"Key": "CreatedBy", "Value": CREATED_BY}],
    }


def _check_exportable(place: Destination, ami_id: str) -> None:
    """The codes are AWS's; the words about encryption are ours."""
    ami = place.ec2.amis[ami_id]
    if any(snapshot.encrypted for snapshot in ami.snapshots):
        raise ec2_refused(f"NotExportable: Image ID ({ami_id}) provided has encrypted snapshots and is not exportable.")
    if "windows" in str(ami.platform).lower():
        raise ec2_refused(
            f"NotExportable: Image ID ({ami_id}) provided contains AWS-licensed software and is not exportable."
        )


def _role(place: Destination, name: str, task: str) -> Principal:
    role = find_role(place.account_id, place.state.partition, name)
    caller = Caller(SERVICE, place.account_id, service=SERVICE)
    context = {
        "sts:ExternalId": "vmimport",
        "aws:SourceAccount": place.account_id,
        "aws:SourceArn": f"arn:{place.state.partition}:vmie:{place.region}:{place.account_id}:{task}",
    }
    if role is None or not is_trusted(role.role.assume_role_policy_document, caller, context):
        raise ec2_refused(
            f"The service role {name} provided does not exist or does not have sufficient permissions: "
            f"it has to exist in account {place.account_id} and to trust {SERVICE}."
        )
    return role


def _bucket_owner(place: Destination, bucket: str) -> Any:
    """moto's S3 of the account that owns the bucket, which has to be in the Region of the AMI."""
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends

    partition = place.state.partition
    try:
        found = s3_backends[place.account_id][partition].get_bucket(bucket)
    except S3ClientError:
        raise _s3_refused(f"The specified bucket does not exist: {bucket}") from None
    if found.account_id != place.account_id:
        raise _s3_refused(f"Access Denied: the bucket {bucket} belongs to another account than {place.account_id}.")
    if "aws:kms" in str(found.encryption):
        raise _s3_refused(f"The bucket {bucket} is encrypted with a KMS key; VM Export writes to none of those.")
    if found.region_name != place.region:
        raise _s3_refused(f"The bucket {bucket} is in {found.region_name}; it has to be in {place.region}.")
    return s3_backends[found.account_id][partition]


def _check_rights(place: Destination, role: Principal, bucket: str, key: str) -> None:
    arn = f"arn:{place.state.partition}:s3:::{bucket}"
    for action, resource in (*((action, arn) for action in BUCKET_ACTIONS), ("s3:PutObject", f"{arn}/{key}")):
        if not role.may(action, resource):
            raise _s3_refused(f"Access Denied: {role.refusal(action, resource)}")


def _s3_refused(message: str) -> Refused:
    return Refused(f"S3 Client Error: '{message}'")
