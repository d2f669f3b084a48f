"""Something that is no longer encrypted, or is made without.

What: a volume of a recipe or launch template, an EBS volume, a copy or a file system has `encrypted` off; or a bucket,
a topic, a log group or a repository loses its key. A version of a recipe whose earlier version had the same disk in
clear is no change.
Why: what is stored in clear is read by whoever gets hold of the disk, the snapshot or the copy. An AMI that is not
encrypted can be made public by one click.
Bad:
    volume: {encrypted: false}
Good:
    volume: {size: 20}  # encrypted unless told otherwise
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, is_false, items, word

DISKS = {
    "aws_ami_copy": (),
    "aws_ebs_snapshot_copy": (),
    "aws_ebs_volume": (),
    "aws_efs_file_system": (),
    "aws_imagebuilder_container_recipe": ("instance_configuration", "block_device_mapping", "ebs"),
    "aws_imagebuilder_image_recipe": ("block_device_mapping", "ebs"),
    "aws_instance": ("root_block_device",),
    "aws_launch_template": ("block_device_mappings", "ebs"),
}
KEYS = {
    "aws_cloudwatch_log_group": ("kms_key_id",),
    "aws_ecr_repository": ("encryption_configuration", "kms_key"),
    "aws_imagebuilder_component": ("kms_key_id",),
    "aws_imagebuilder_workflow": ("kms_key_id",),
    "aws_s3_bucket_server_side_encryption_configuration": (
        *("rule", "apply_server_side_encryption_by_default", "kms_master_key_id"),
    ),
    "aws_sns_topic": ("kms_master_key_id",),
    "aws_sqs_queue": ("kms_master_key_id",),
    "aws_ssm_parameter": ("key_id",),
}


def _find(scene: Scene) -> Iterator[Finding]:
    for type_, path in DISKS.items():
        for subject in scene.changed_of(type_):
            clear = list(_clear(scene, subject, path))
            if clear:
                names = listed(each for each in clear if each)
                yield Finding(subject.address, f"{names or 'it'} is not encrypted.")
    for type_, path in KEYS.items():
        for subject in scene.changed_of(type_):
            if subject.stays and any(items(subject.before, *path)) and not any(items(subject.after, *path)):
                yield Finding(subject.address, f"{'.'.join(path)} is gone: no key of ours encrypts it any more.")
    for subject in scene.changed_of("aws_ebs_encryption_by_default"):
        if is_false(subject.after.get("enabled", False)):
            yield Finding(subject.address, "new volumes of the account are no longer encrypted by default.")


def _clear(scene: Scene, subject: Subject, path: tuple[str, ...]) -> Iterator[str]:
    """Names of disks that are not encrypted, and were encrypted or not there before."""
    clear = [name for name, encrypted in _disks(subject.after, path) if is_false(encrypted)]
    before = _clear_before(scene, subject, path) if clear else set()
    yield from (name for name in clear if name not in before)


def _clear_before(scene: Scene, subject: Subject, path: tuple[str, ...]) -> set[str]:
    """A new version of a recipe has the versions that are there before it."""
    earlier = [subject.before]
    if subject.is_new and subject.type.endswith("_recipe"):
        name = word(subject.after, "name")
        earlier = [each.before for each in scene.subjects if each.type == subject.type]
        earlier = [each for each in earlier if word(each, "name") == name]
    return {disk for tree in earlier for disk, encrypted in _disks(tree, path) if is_false(encrypted)}


def _disks(tree: object, path: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Each disk's name and whether it is encrypted."""
    holders = items(tree, *path[:-1]) if path else iter([tree])
    for holder in holders:
        name = holder.get("device_name") if hasattr(holder, "get") else ""
        for encrypted in items(holder, *path[-1:], "encrypted"):
            yield name if isinstance(name, str) else "", encrypted


RULE = RiskRule("R303", "encryption-off", "block", __doc__, _find)
