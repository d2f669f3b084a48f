"""The role that Image Builder assumes in a receiving account: whom it trusts and what it may do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from generator.render.roots import Root
from generator.spec.model import Target
from generator.verify import names
from generator.verify.checks import MISSING, Check, equal, failed
from generator.verify.clients import Clients
from generator.verify.policies import Document, Permission, is_allowed, principals

# What copying an encrypted image takes beside the managed policy:
# https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
_KEY_USE = (
    "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom", "kms:ReEncryptTo",
)  # fmt: skip
_SOME_KEY = "key/00000000-0000-0000-0000-000000000000"  # the real ids are the build account's to know


def check_distribution_role(root: Root, clients: Clients) -> Iterator[Check]:
    """The role is there, trusts the build account and nobody else, and may do what distribution takes."""
    iam = clients("iam", root.account, root.region)
    try:
        role = iam.get_role(RoleName=names.DISTRIBUTION_ROLE)["Role"]
    except iam.exceptions.NoSuchEntityException:
        yield failed(root.name, "role", names.distribution_role_arn(root), MISSING)
        return
    yield equal(root.name, "role", names.distribution_role_arn(root), role["Arn"])
    trusted = principals(role["AssumeRolePolicyDocument"])
    yield equal(root.name, "role.trust", [root.environment.build.account.id], trusted)
    yield equal(root.name, "role.policies", [names.distribution_policy_arn(root)], _attached(iam))
    yield _permissions(root, _inline(iam))


def needed_permissions(root: Root) -> list[Permission]:
    """What the role needs and the managed policy lacks, in every place where the account receives copies."""
    environment, partition = root.environment, root.organization.partition
    places = [target.region for target in environment.targets if _is_copy_to(root, target)]
    regions = sorted({environment.build.region, *places})
    encrypts = any(image.is_encrypted for image in environment.images)
    keys = [permission for region in regions if encrypts for permission in _key_use(root, region)]
    tags = [Permission("ec2:CreateTags", f"arn:{partition}:ec2:{region}::snapshot/snap-0") for region in places]
    written = [(region, names.parameter(environment, image)) for region in places for image in environment.amis]
    written += [
        (each.region, each.name)
        for image in environment.images
        for each in image.delivery.parameters
        if each.account == root.account
    ]
    parameters = [
        Permission(
            "ssm:PutParameter",
            f"arn:{partition}:ssm:{region}:{root.account.id}:parameter/{name.removeprefix('/')}",
        )
        for region, name in written
    ]
    return [*keys, *tags, *parameters, *_launching(root)]


def _launching(root: Root) -> list[Permission]:
    """https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html, for launch templates."""
    deliveries = [image.delivery for image in root.environment.images]
    partition, tag = root.organization.partition, {"aws:ResourceTag/CreatedBy": "EC2 Image Builder"}
    found = []
    for template in (each for it in deliveries for each in it.launch_templates if each.account == root.account):
        arn = f"arn:{partition}:ec2:{template.region}:{root.account.id}:launch-template/{template.id or 'lt-0'}"
        found += [
            Permission("ec2:DescribeLaunchTemplates", "*"),
            Permission("ec2:CreateLaunchTemplateVersion", arn, tag),
            Permission("ec2:ModifyLaunchTemplate", arn, tag),
        ]
    for launch in (each for it in deliveries for each in it.fast_launch if each.account == root.account):
        image = f"arn:{partition}:ec2:{launch.region}::image/ami-0"
        found += [Permission("ec2:EnableFastLaunch", image), Permission("ec2:DescribeFastLaunchImages", "*")]
    return found


def _key_use(root: Root, region: str) -> list[Permission]:
    """By the key's id, or by its alias, of which policies say that some key bears it."""
    arn = names.image_key_arn(root, region)
    account, _, alias = arn.rpartition(":")
    if alias.startswith("alias/"):
        context = {"kms:ResourceAliases": alias}
        return [Permission(action, f"{account}:{_SOME_KEY}", context) for action in _KEY_USE]
    return [Permission(action, arn) for action in _KEY_USE]


def _is_copy_to(root: Root, target: Target) -> bool:
    return target.account == root.account and target.mode == "copy"


def _permissions(root: Root, documents: Sequence[Document]) -> Check:
    needed = needed_permissions(root)
    lacking = [permission for permission in needed if not is_allowed(documents, permission)]
    actual = [f"no {permission.action} on {permission.resource}" for permission in lacking]
    expected = f"{len(needed)} permissions for keys, snapshots, parameters and launching"
    return equal(root.name, "role.permissions", expected, actual or expected)


def _attached(iam: Any) -> list[str]:
    pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=names.DISTRIBUTION_ROLE)
    return sorted(policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"])


def _inline(iam: Any) -> list[Document]:
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=names.DISTRIBUTION_ROLE)
    return [
        iam.get_role_policy(RoleName=names.DISTRIBUTION_ROLE, PolicyName=name)["PolicyDocument"]
        for page in pages
        for name in page["PolicyNames"]
    ]
