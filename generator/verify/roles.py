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
    build = environment.build
    places = [target.region for target in environment.targets if _is_copy_to(root, target)]
    alias = {"kms:ResourceAliases": names.key_alias(environment)}
    keys = [
        Permission(action, f"arn:{partition}:kms:{region}:{build.account.id}:{_SOME_KEY}", alias)
        for region in sorted({build.region, *places})
        for action in _KEY_USE
    ]
    tags = [Permission("ec2:CreateTags", f"arn:{partition}:ec2:{region}::snapshot/snap-0") for region in places]
    parameters = [
        Permission("ssm:PutParameter", f"arn:{partition}:ssm:{region}:{root.account.id}:parameter{name}")
        for region in places
        for name in (names.parameter(environment, image) for image in environment.images)
    ]
    return [*keys, *tags, *parameters]


def _is_copy_to(root: Root, target: Target) -> bool:
    return target.account == root.account and target.mode == "copy"


def _permissions(root: Root, documents: Sequence[Document]) -> Check:
    needed = needed_permissions(root)
    lacking = [permission for permission in needed if not is_allowed(documents, permission)]
    actual = [f"no {permission.action} on {permission.resource}" for permission in lacking]
    expected = f"{len(needed)} permissions for keys, snapshots and parameters"
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
