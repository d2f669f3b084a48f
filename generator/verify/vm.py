"""What disk images need: buckets that may be written to, and a role that VM Import/Export alone may assume.

https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from generator.render.roots import Root
from generator.spec.model_vm import Export
from generator.verify import names
from generator.verify.buckets import closed_to_the_public
from generator.verify.checks import MISSING, Check, equal, failed
from generator.verify.clients import Clients
from generator.verify.policies import Document, Permission, is_allowed, principals

SERVICE = "vmie.amazonaws.com"


def check_vm_export(root: Root, clients: Clients) -> Iterator[Check]:
    """Where images are exported: the environment's own bucket is closed, and the role may write to each bucket."""
    exports = [image.pipeline.export for image in root.environment.images if image.pipeline.export]
    if not exports:
        return
    if any(export.bucket is None for export in exports):
        s3 = clients("s3", root.account, root.region)
        yield closed_to_the_public(root.name, "export_bucket", s3, names.export_bucket(root))
    iam = clients("iam", root.account, root.region)
    yield from check_role(root, "export_role", names.vm_export_role(root.environment), _writes(root, exports), iam)


def check_vm_import(root: Root, clients: Clients) -> Iterator[Check]:
    """Where disk images are imported with a role of Goldsmith's: it may read each of them."""
    partition = root.organization.partition
    sources = [
        str(each.source(root.region)).removeprefix("s3://")
        for each in root.environment.operations.imports
        if not each.is_iso and each.role is None
    ]
    if not sources:
        return
    needed = [
        permission
        for source in sources
        for permission in (
            Permission("s3:GetBucketLocation", f"arn:{partition}:s3:::{source.split('/')[0]}"),
            Permission("s3:ListBucket", f"arn:{partition}:s3:::{source.split('/')[0]}"),
            Permission("s3:GetObject", f"arn:{partition}:s3:::{source}"),
        )
    ]
    iam = clients("iam", root.account, root.region)
    yield from check_role(root, "import_role", names.vm_import_role(root.environment), needed, iam)


def check_role(root: Root, subject: str, name: str, needed: Sequence[Permission], iam: Any) -> Iterator[Check]:
    """The role is there, trusts VM Import/Export and nobody else, and may do what is needed."""
    try:
        role = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        yield failed(root.name, subject, name, MISSING)
        return
    yield equal(root.name, f"{subject}.trust", [SERVICE], principals(role["AssumeRolePolicyDocument"]))
    documents = _inline(iam, name)
    lacking = [
        f"no {permission.action} on {permission.resource}"
        for permission in needed
        if not is_allowed(documents, permission)
    ]
    expected = f"{len(needed)} permissions on buckets"
    yield equal(root.name, f"{subject}.permissions", expected, lacking or expected)


def _writes(root: Root, exports: Sequence[Export]) -> list[Permission]:
    buckets = sorted({(export.bucket or names.export_bucket(root), export.prefix) for export in exports})
    return [
        permission
        for bucket, prefix in buckets
        for arn in [f"arn:{root.organization.partition}:s3:::{bucket}"]
        for permission in (
            Permission("s3:GetBucketAcl", arn),
            Permission("s3:GetBucketLocation", arn),
            Permission("s3:PutObject", f"{arn}/{prefix}export-ami-0.vmdk"),
        )
    ]


def _inline(iam: Any, role: str) -> list[Document]:
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=role)
    return [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for page in pages
        for name in page["PolicyNames"]
    ]
