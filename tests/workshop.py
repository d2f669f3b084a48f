"""Accounts in moto that build images and receive them: the least that each needs, and any of it left out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import register

BUILD, TARGET, STRANGER = "111111111111", "222222222222", "333333333333"
HOME, ABROAD = "us-east-1", "eu-central-1"
DISTRIBUTION_ROLE = "EC2ImageBuilderDistributionCrossAccountRole"
AMAZON_LINUX = f"arn:aws:imagebuilder:{HOME}:aws:image/amazon-linux-2-x86/x.x.x"
DOCUMENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: [echo hello]}}
"""
HOUR = 3600.0

Statements = Mapping[str, Mapping[str, Any]]  # by a label that says what each is for

_SESSION = boto3.session.Session(aws_access_key_id="AKIAGOLDSMITH0000000", aws_secret_access_key="made-up")


@contextmanager
def workshop(amis: bool = False) -> Iterator[None]:
    """An empty moto with Image Builder, and its clock standing still. `amis`: with Amazon's AMIs, 0.2 s a Region."""
    register()
    speed, CLOCK.speed = CLOCK.speed, 0
    try:
        with patch.dict(os.environ, MOTO_EC2_LOAD_DEFAULT_AMIS=str(amis).lower()), mock_aws():
            yield
    finally:
        CLOCK.speed = speed


def client(service: str, account_id: str = BUILD, region: str = HOME, **settings: Any) -> Any:
    """A boto3 client that acts as an account of the moto in this process; made once, since that takes longest."""
    return _made(service, account_id, region) if not settings else _make(service, account_id, region, **settings)


@cache
def _made(service: str, account_id: str, region: str) -> Any:
    return _make(service, account_id, region)


def _make(service: str, account_id: str, region: str, **settings: Any) -> Any:
    made = _SESSION.client(service, region, **settings)

    def name_account(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account_id

    made.meta.events.register("before-sign.*.*", name_account)
    return made


def allow(*actions: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


INSTANCE: Statements = {
    "agent": allow("ssm:UpdateInstanceInformation"),
    "components": allow("imagebuilder:GetComponent"),
    "events": allow("logs:PutLogEvents"),
    "logs": allow("s3:PutObject", resource="arn:aws:s3:::build-logs/*"),
}
PUBLISHER: Statements = {
    "parameters": allow("ssm:PutParameter", resource="arn:aws:ssm:*:*:parameter/golden/ami"),
    "images": allow("ec2:DescribeImages"),
}


def key_use(*actions: str) -> dict[str, Any]:
    condition = {"kms:ResourceAliases": "alias/images"}
    return {**allow(*actions), "Condition": {"ForAnyValue:StringEquals": condition}}


RECEIVER: Statements = {
    "ec2:CopyImage": allow("ec2:CopyImage"),
    "ec2:DescribeImages": allow("ec2:DescribeImages"),
    "ec2:CreateTags image": allow("ec2:CreateTags", resource="arn:aws:ec2:*::image/*"),
    "ec2:CreateTags snapshot": allow("ec2:CreateTags", resource="arn:aws:ec2:*::snapshot/*"),
    "ec2:ModifyImageAttribute": allow("ec2:ModifyImageAttribute"),
    "kms:DescribeKey": key_use("kms:DescribeKey"),
    "kms:CreateGrant": key_use("kms:CreateGrant"),
    "kms:Decrypt": key_use("kms:Decrypt"),
    "kms:Encrypt": key_use("kms:Encrypt"),
    "kms:ReEncrypt": key_use("kms:ReEncrypt*"),
    "kms:GenerateDataKey": key_use("kms:GenerateDataKey*"),
    "ssm:PutParameter": allow("ssm:PutParameter", resource="arn:aws:ssm:*:*:parameter/golden/ami"),
}


def without(statements: Statements, label: str) -> dict[str, Mapping[str, Any]]:
    assert label in statements, label
    return {name: statement for name, statement in statements.items() if name != label}


def make_role(name: str, principal: Mapping[str, str], statements: Statements, account_id: str = BUILD) -> str:
    """A role with one inline policy. Returns its ARN."""
    iam = client("iam", account_id)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": dict(principal)}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy([trust]))["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(list(statements.values())))
    return str(role["Arn"])


def make_receiver(statements: Statements = RECEIVER, trusted: str = BUILD, account_id: str = TARGET) -> None:
    make_role(DISTRIBUTION_ROLE, {"AWS": f"arn:aws:iam::{trusted}:root"}, statements, account_id)


def make_publisher(statements: Statements = PUBLISHER) -> str:
    return make_role("publisher", {"Service": "imagebuilder.amazonaws.com"}, statements)


def make_profile(statements: Statements = INSTANCE, name: str = "builder") -> str:
    make_role(name, {"Service": "ec2.amazonaws.com"}, statements)
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def make_key(region: str, *users: str) -> str:
    """A key of the build account that other accounts may use, as `alias/images`. Returns the alias ARN."""
    kms = client("kms", BUILD, region)
    principals = [f"arn:aws:iam::{account}:root" for account in (BUILD, *users)]
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": principals}}
    key = kms.create_key(Policy=_policy([statement]))["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/images", TargetKeyId=key)
    return f"arn:aws:kms:{region}:{BUILD}:alias/images"


def make_component(name: str = "hello", version: str = "1.0.0", data: str = DOCUMENT, **members: Any) -> str:
    made = client("imagebuilder").create_component(
        name=name, semanticVersion=version, platform="Linux", data=data, **members
    )
    return str(made["componentBuildVersionArn"])


def make_recipe(*components: str, name: str = "web", version: str = "1.0.0", **members: Any) -> str:
    uses = [{"componentArn": arn} for arn in components or (make_component(),)]
    given = {"parentImage": AMAZON_LINUX, "components": uses, **members}
    return str(
        client("imagebuilder").create_image_recipe(name=name, semanticVersion=version, **given)["imageRecipeArn"]
    )


def network() -> dict[str, Any]:
    """The subnet and security group of a VPC of its own."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="build", Description="build", VpcId=vpc)["GroupId"]
    return {"subnetId": subnet, "securityGroupIds": [group]}


def make_infrastructure(profile: str, name: str = "web", **members: Any) -> str:
    made = client("imagebuilder").create_infrastructure_configuration(name=name, instanceProfileName=profile, **members)
    return str(made["infrastructureConfigurationArn"])


def make_distribution(*distributions: Mapping[str, Any], name: str = "web") -> str:
    made = client("imagebuilder").create_distribution_configuration(name=name, distributions=list(distributions))
    return str(made["distributionConfigurationArn"])


def region_block(region: str, accounts: Sequence[str] = (), key: str = "", **members: Any) -> dict[str, Any]:
    ami: dict[str, Any] = {"name": "web-{{ imagebuilder:buildDate }}", "amiTags": {"Team": "images"}}
    if accounts:
        ami["targetAccountIds"] = list(accounts)
    if key:
        ami["kmsKeyId"] = key
    permission = members.pop("share_with", None)
    if permission:
        ami["launchPermission"] = {"userIds": list(permission)}
    return {"region": region, "amiDistributionConfiguration": ami, **members}


def parameter(account_id: str) -> dict[str, Any]:
    return {"parameterName": "/golden/ami", "amiAccountId": account_id, "dataType": "aws:ec2:image"}


def volume(key: str = "") -> list[dict[str, Any]]:
    encryption = {"encrypted": True, "kmsKeyId": key} if key else {}
    return [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20, "volumeType": "gp3", **encryption}}]


def make_pipeline(recipe: str, infrastructure: str, name: str = "web", **members: Any) -> str:
    made = client("imagebuilder").create_image_pipeline(
        name=name, imageRecipeArn=recipe, infrastructureConfigurationArn=infrastructure, **members
    )
    return str(made["imagePipelineArn"])


def start(pipeline: str) -> str:
    made = client("imagebuilder").start_image_pipeline_execution(imagePipelineArn=pipeline)
    return str(made["imageBuildVersionArn"])


def image(arn: str) -> dict[str, Any]:
    found: dict[str, Any] = client("imagebuilder").get_image(imageBuildVersionArn=arn)["image"]
    return found


def run(pipeline: str) -> dict[str, Any]:
    """Start a build, let an hour pass, and answer the image as it is then."""
    arn = start(pipeline)
    CLOCK.advance(HOUR)
    return image(arn)


def reason(failed: Mapping[str, Any]) -> str:
    assert failed["state"]["status"] == "FAILED", failed["state"]
    return str(failed["state"]["reason"])


def _policy(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
