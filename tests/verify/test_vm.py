"""What verify says of the buckets and roles of disk images; made here as the modules make them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.render.roots import Root
from generator.spec.model import Account
from generator.spec.model_pipeline import Operations, PipelineSettings
from generator.spec.model_vm import Export, Import
from generator.verify.vm import check_vm_export, check_vm_import
from tests.verify.organization import BUILD_ROOT, organization, root_named

AwsFactory = Callable[..., Any]
ROLE = "goldsmith-prod-vm-export"
BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_numbers = itertools.count(330000000000)


class World:
    """A build account of a test's own, whose image is exported."""

    def __init__(self, aws: AwsFactory, export: Export | None) -> None:
        self.aws = aws
        self.build = Account("images", str(next(_numbers)))
        self.root = self._root(export)
        self.bucket = f"acme-prod-imagebuilder-exports-{self.build.id}-us-east-1"

    def _root(self, export: Export | None) -> Root:
        root = root_named(BUILD_ROOT, organization(self.build))
        images = tuple(replace(image, pipeline=PipelineSettings(export=export)) for image in root.environment.images)
        return replace(root, environment=replace(root.environment, images=images))

    def clients(self, service: str, account: Account, region: str) -> Any:
        return self.aws(service, account.id, region)

    def make_bucket(self, *blocks: str) -> None:
        s3 = self.aws("s3", self.build.id)
        s3.create_bucket(Bucket=self.bucket)
        s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))

    def make_role(self, bucket: str, prefix: str, service: str = "vmie.amazonaws.com") -> None:
        iam = self.aws("iam", self.build.id)
        arn = f"arn:aws:s3:::{bucket}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        look = {"Effect": "Allow", "Action": ["s3:GetBucketAcl", "s3:GetBucketLocation"], "Resource": arn}
        write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{arn}/{prefix}*"}
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        iam.put_role_policy(
            RoleName=ROLE,
            PolicyName="vm-export",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [look, write]}),
        )

    def checks(self) -> dict[str, tuple[str, str]]:
        return {check.name: (check.result, check.actual) for check in check_vm_export(self.root, self.clients)}


@pytest.fixture
def world(aws: AwsFactory) -> World:
    return World(aws, Export("VMDK", None, "web/"))


def test_nothing_is_checked_where_nothing_is_exported(aws: AwsFactory) -> None:
    assert World(aws, None).checks() == {}


def test_a_bucket_and_a_role_as_the_module_makes_them_pass(world: World) -> None:
    world.make_bucket(*BLOCKS)
    world.make_role(world.bucket, "web/")
    assert {name: result for name, (result, _) in world.checks().items()} == {
        "export_bucket.public_access": "passed",
        "export_role.trust": "passed",
        "export_role.permissions": "passed",
    }


def test_what_is_missing_is_told(world: World) -> None:
    assert world.checks() == {
        "export_bucket.public_access": ("failed", "NoSuchBucket"),
        "export_role": ("failed", "missing"),
    }


def test_a_bucket_that_is_open_and_a_role_that_others_assume_fail(world: World) -> None:
    world.make_bucket("BlockPublicAcls")
    world.make_role(world.bucket, "web/", service="ec2.amazonaws.com")
    checks = world.checks()
    assert checks["export_bucket.public_access"] == ("failed", "BlockPublicAcls")
    assert checks["export_role.trust"] == ("failed", "ec2.amazonaws.com")


def test_a_role_has_to_reach_the_prefix_of_a_bucket_that_is_named(aws: AwsFactory) -> None:
    world = World(aws, Export("RAW", "acme-datacenter", "golden/"))
    world.make_role("acme-datacenter", "silver/")
    assert world.checks()["export_role.permissions"] == (
        "failed",
        "no s3:PutObject on arn:aws:s3:::acme-datacenter/golden/export-ami-0.vmdk",
    )


ERP = Import(
    name="erp",
    description="erp",
    platform="Linux",
    sources=(("", "s3://acme-machines/erp.ova"),),
    format="OVA",
    version="1.0.0",
    os_version=None,
    license=None,
    boot_mode=None,
    encrypted=True,
    role=None,
    instance_types=(),
    image_index=None,
    secure_boot=None,
    tags=(),
)


def import_checks(aws: AwsFactory, imported: Import, allowed: str | None = None) -> dict[str, tuple[str, str]]:
    world = World(aws, None)
    root = replace(world.root, environment=replace(world.root.environment, operations=Operations(imports=(imported,))))
    if allowed:
        iam = aws("iam", world.build.id)
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "vmie.amazonaws.com"}}
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::acme-machines", allowed]}
        name = "goldsmith-prod-vm-import"
        iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="vm-import", PolicyDocument=document)
    return {check.name: (check.result, check.actual) for check in check_vm_import(root, world.clients)}


def test_a_role_has_to_read_what_is_imported(aws: AwsFactory) -> None:
    assert import_checks(aws, ERP) == {"import_role": ("failed", "missing")}
    good = import_checks(aws, ERP, "arn:aws:s3:::acme-machines/erp.ova")
    assert {name: result for name, (result, _) in good.items()} == {
        "import_role.trust": "passed",
        "import_role.permissions": "passed",
    }
    bad = import_checks(aws, ERP, "arn:aws:s3:::acme-machines/other.ova")
    assert bad["import_role.permissions"] == ("failed", "no s3:GetObject on arn:aws:s3:::acme-machines/erp.ova")


@pytest.mark.parametrize("imported", [replace(ERP, role="vmimport"), replace(ERP, format="ISO")])
def test_a_role_of_others_and_an_iso_need_none_of_ours(aws: AwsFactory, imported: Import) -> None:
    assert import_checks(aws, imported) == {}
