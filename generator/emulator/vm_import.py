"""EC2's import tasks: a disk image in S3 becomes an AMI, in twenty minutes of the clock.

Sources: https://docs.aws.amazon.com/vm-import/latest/userguide/import-image-monitor.html (what a task says on its way),
https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html (the role), and the words of failures
as people report them: https://github.com/keithvassallomt/windows10-ec2/issues/3 (Reason 403),
https://github.com/osbuild/osbuild-composer/issues/706 (file formats), https://github.com/REMnux/remnux-cli/issues/156
(no partition), https://docs.aws.amazon.com/vm-import/latest/userguide/troubleshooting.html (Regions, source location).
The times are ours. Of the content no more is looked at than how it begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.amis import BuiltAmi, Device
from generator.emulator.imagebuilder.keys import default_key, find_key, refusal
from generator.emulator.imagebuilder.permissions import Principal, find_role
from generator.emulator.policies import Caller, is_trusted

SERVICE = "vmie.amazonaws.com"
ROOT_DEVICE = "/dev/sda1"
FORMATS = ("OVA", "VMDK", "VHD", "VHDX", "RAW")
# What a task says, from how many seconds on, with its progress in percent.
PHASES = (
    (0, "pending", "2"),
    (30, "validating", "10"),
    (120, "validated", "18"),
    (150, "converting", "28"),
    (600, "updating", "60"),
    (780, "booting", "75"),
    (1080, "preparing ami", "90"),
)
FAILS_AFTER, TAKES = 120, 1200  # seconds
KEY_ACTIONS = ("kms:DescribeKey", "kms:CreateGrant", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext")

_DENIED = "ClientError: Disk validation failed [We do not have access to the given resource. Reason 403 Forbidden]"
_MISSING = "ClientError: Disk validation failed [We do not have access to the given resource. Reason 404 Not Found]"
_UNLIKE = {
    "OVA": "ClientError: Disk validation failed [Unsupported OVA format]",
    "VMDK": "ClientError: Disk validation failed [Unsupported VMDK File Format]",
    "VHD": "ClientError: Disk validation failed [Unsupported specified file format]",
    "VHDX": "ClientError: Disk validation failed [Unsupported specified file format]",
    "RAW": "ClientError: No valid partition. Not a valid volume.",
}


class ImportRefused(Exception):
    """ImportImage is refused; `str()` is what AWS says, under the code InvalidParameter."""


@dataclass
class ImportTask:
    """One task, of the account and Region of `ec2`. `failure`: why it will not end well."""

    id: str
    request: Mapping[str, Any]
    tags: list[Mapping[str, str]]
    started: datetime
    failure: str | None
    key: str | None  # ARN of the key that encrypts the AMI
    image_id: str | None = None
    cancelled: bool = False

    @property
    def ends(self) -> datetime:
        return self.started + timedelta(seconds=FAILS_AFTER if self.failure else TAKES)

    @property
    def is_over(self) -> bool:
        return self.cancelled or CLOCK.now() >= self.ends

    @property
    def state(self) -> tuple[str, str | None, str | None]:
        """Status, status message and progress."""
        if self.cancelled:
            return "deleted", None, None
        if self.is_over:
            return ("deleted", self.failure, None) if self.failure else ("completed", None, None)
        passed = (CLOCK.now() - self.started).total_seconds()
        _, message, progress = [phase for phase in PHASES if phase[0] <= passed][-1]
        return "active", message, progress


def tasks_of(ec2: Any) -> dict[str, ImportTask]:
    """The tasks of an account and Region by id, oldest first; those that are over have had their effect."""
    tasks: dict[str, ImportTask] = ec2.__dict__.setdefault("import_image_tasks", {})
    for task in tasks.values():
        if task.is_over and not task.failure and not task.cancelled and task.image_id is None:
            task.image_id = _register(ec2, task)
    return tasks


def start(ec2: Any, request: Mapping[str, Any], tags: list[Mapping[str, str]]) -> ImportTask:
    """A new task, or the one that the same client token has started. Raises ImportRefused."""
    tasks = tasks_of(ec2)
    token = request.get("ClientToken")
    for task in tasks.values():
        if token and task.request.get("ClientToken") == token:
            return task
    containers = request.get("DiskContainers") or []
    if not containers:
        raise ImportRefused("At least one disk container is required.")
    role = _role(ec2, request.get("RoleName") or "vmimport")
    for container in containers:
        _check_container(ec2, container)
    key, failure = _key(ec2, request, role)
    failure = failure or _license_failure(request) or _disk_failure(ec2, role, containers)
    identifier = f"import-ami-{hashlib.sha256(f'{token}{len(tasks)}{ec2.account_id}'.encode()).hexdigest()[:17]}"
    tasks[identifier] = ImportTask(identifier, dict(request), tags, CLOCK.now(), failure, key)
    return tasks[identifier]


def _role(ec2: Any, name: str) -> Principal:
    role = find_role(ec2.account_id, ec2.partition, name)
    context = {
        "sts:ExternalId": "vmimport",
        "aws:SourceAccount": ec2.account_id,
        "aws:SourceArn": f"arn:{ec2.partition}:vmie:{ec2.region_name}:{ec2.account_id}:import-ami",
    }
    caller = Caller(SERVICE, ec2.account_id, service=SERVICE)
    if role is None or not is_trusted(role.role.assume_role_policy_document, caller, context):
        raise ImportRefused(f"The service role {name} provided does not exist or does not have sufficient permissions")
    return role


def _check_container(ec2: Any, container: Mapping[str, Any]) -> None:
    if container.get("Format", "").upper() not in FORMATS:
        raise ImportRefused(f"The disk container format {container.get('Format')} is not one of {', '.join(FORMATS)}")
    bucket = bucket_of(ec2, (container.get("UserBucket") or {}).get("S3Bucket") or "")
    if bucket is None:
        raise ImportRefused("Invalid S3 source location")
    if bucket.region_name != ec2.region_name:
        raise ImportRefused("The given S3 object is not local to the region")


def bucket_of(ec2: Any, name: str) -> Any | None:
    """moto's bucket of any account, or None where there is none."""
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends

    try:
        return s3_backends[ec2.account_id][ec2.partition].get_bucket(name)
    except S3ClientError:
        return None


def object_in(ec2: Any, bucket: Any, key: str) -> Any | None:
    """moto's object, or None where there is none."""
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends

    try:
        return s3_backends[bucket.account_id][ec2.partition].get_object(bucket.name, key)
    except S3ClientError:
        return None


def _key(ec2: Any, request: Mapping[str, Any], role: Principal) -> tuple[str | None, str | None]:
    """The ARN of the key that encrypts the AMI, and why it cannot; AWS looks at the key after it took the request."""
    if not request.get("Encrypted"):
        return None, None
    wanted = request.get("KmsKeyId")
    key = find_key(wanted, ec2.account_id, ec2.region_name) if wanted else default_key(ec2.account_id, ec2.region_name)
    if key is None:
        return None, f"ClientError: The KMS key {wanted} does not exist or is not enabled"
    denied = refusal(key, role, KEY_ACTIONS, ec2.region_name) if wanted else None
    return str(key.arn), f"ClientError: The KMS key {wanted} cannot be used: {denied.message}" if denied else None


def _license_failure(request: Mapping[str, Any]) -> str | None:
    if request.get("Platform") == "Linux" and str(request.get("LicenseType")).upper() == "AWS":
        return "ClientError: The license type AWS is not supported for Linux"
    return None


def _disk_failure(ec2: Any, role: Principal, containers: Sequence[Mapping[str, Any]]) -> str | None:
    for container in containers:
        place = container["UserBucket"]
        failure = _file_failure(ec2, role, container["Format"].upper(), place["S3Bucket"], place["S3Key"])
        if failure:
            return failure
    return None


def _file_failure(ec2: Any, role: Principal, kind: str, name: str, key: str) -> str | None:
    bucket = bucket_of(ec2, name)
    arn = f"arn:{ec2.partition}:s3:::{name}"
    needed = (("s3:GetBucketLocation", arn), ("s3:ListBucket", arn), ("s3:GetObject", f"{arn}/{key}"))
    if bucket is None or bucket.account_id != ec2.account_id or not all(role.may(*each) for each in needed):
        return _DENIED
    found = object_in(ec2, bucket, key)
    if found is None:
        return _MISSING
    return None if is_like(kind, found.value) else _UNLIKE[kind]


def is_like(kind: str, content: bytes) -> bool:
    """Whether a file begins as files of its format do."""
    if kind == "OVA":
        return content[257:262] == b"ustar"  # an archive of tar
    if kind == "RAW":
        return content[510:512] == b"\x55\xaa"  # a boot sector
    signature = {"VMDK": b"KDMV", "VHD": b"conectix", "VHDX": b"vhdxfile"}[kind]
    return content.startswith(signature)


def _register(ec2: Any, task: ImportTask) -> str:
    return register_ami(
        ec2, task.id, str(task.request.get("Platform") or "Linux"), task.key, str(task.request.get("Description") or "")
    )


def register_ami(ec2: Any, name: str, platform: str, key: str | None, description: str = "", size: int = 8) -> str:
    """An AMI of the account, as an import makes it. Returns its id."""
    from moto.ec2.utils import random_ami_id

    ami = BuiltAmi(
        ec2,
        random_ami_id(),
        [Device(ROOT_DEVICE, size, key=key)],
        name=name,
        description=description,
        virtualization_type="hvm",
        hypervisor="xen",
        architecture="x86_64",
        platform="windows" if platform == "Windows" else None,
        root_device_name=ROOT_DEVICE,
    )
    ec2.amis[ami.id] = ami
    return str(ami.id)
