"""The roles of modules/bootstrap: no right is missing, none is idle, and none leads to another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from bootstrap_policies import SUBSCRIBE, planned
from seen_calls import known_calls

from generator.emulator.iam_actions import action_of
from generator.emulator.policies import Question, is_permitted

ACCOUNT = "111111111111"
READ = planned("aws_iam_role_policy.plan")
WRITE = planned("aws_iam_role_policy.apply_write")
NETWORK = planned('aws_iam_policy.apply_network["this"]')
KEYS = next(each for each in WRITE["Statement"] if each["Sid"] == "LeaveKeysOfOthers")
WITHIN = {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/GoldsmithBoundary"}
BESIDE_MODULES = {"sns:GetSubscriptionAttributes", "sns:Subscribe", "sns:Unsubscribe"}

# Needed, and seen by no example: why.
DEPENDENT = "an action that AWS asks for on the way; the embedded AWS does not"
TAG = "a tag that is taken away"
VERIFY = "goldsmith verify, images and build ask for it, by boto3"
CHANGE = "an argument of the module's resource that changes while it stays"
FORCE = "a bucket with force_destroy is emptied before it goes"
JUSTIFIED = {
    "ec2:CreateLaunchTemplateVersion": CHANGE,
    "ec2:DeleteTags": TAG,
    "ec2:DescribeExportImageTasks": VERIFY,
    "ec2:DescribeFastLaunchImages": VERIFY,
    "ec2:DescribeImageAttribute": VERIFY,
    "ec2:DescribeImages": VERIFY,
    "ec2:DescribeImportImageTasks": VERIFY,
    "ec2:ImportImage": VERIFY,
    "ecr:BatchDeleteImage": VERIFY,
    "ecr:DescribeImages": VERIFY,
    "ecr:PutImageScanningConfiguration": CHANGE,
    "ecr:UntagResource": TAG,
    "events:UntagResource": TAG,
    "iam:CreateServiceLinkedRole": DEPENDENT,
    "iam:PassRole": DEPENDENT,
    "iam:PutRolePermissionsBoundary": CHANGE,
    "iam:UntagInstanceProfile": TAG,
    "iam:UntagRole": TAG,
    "iam:UpdateAssumeRolePolicy": CHANGE,
    "iam:UpdateRoleDescription": CHANGE,
    "imagebuilder:ImportDiskImage": VERIFY,
    "imagebuilder:ImportVmImage": VERIFY,
    "imagebuilder:ListImageBuildVersions": VERIFY,
    "imagebuilder:ListImagePipelineImages": VERIFY,
    "imagebuilder:ListImages": VERIFY,
    "imagebuilder:ListWaitingWorkflowSteps": VERIFY,
    "imagebuilder:SendWorkflowStepAction": VERIFY,
    "imagebuilder:StartImagePipelineExecution": VERIFY,
    "imagebuilder:UntagResource": TAG,
    "imagebuilder:UpdateLifecyclePolicy": CHANGE,
    "kms:Decrypt": DEPENDENT,
    "kms:Encrypt": DEPENDENT,
    "kms:GenerateDataKey": DEPENDENT,
    "kms:GenerateDataKeyWithoutPlaintext": DEPENDENT,
    "kms:PutKeyPolicy": CHANGE,
    "kms:UntagResource": TAG,
    "kms:UpdateAlias": CHANGE,
    "kms:UpdateKeyDescription": CHANGE,
    "logs:DeleteRetentionPolicy": CHANGE,
    "logs:UntagResource": TAG,
    "s3:DeleteObjectVersion": FORCE,
    "s3:GetBucketLocation": VERIFY,
    "s3:ListBucketVersions": FORCE,
    "s3:PutLifecycleConfiguration": "logs that expire, which no example waits for",
    "s3:PutObjectTagging": DEPENDENT,
    "sns:UntagResource": TAG,
    "ssm:RemoveTagsFromResource": TAG,
}


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def actions(*policies: dict[str, Any]) -> set[str]:
    return {action for policy in policies for each in policy["Statement"] for action in listed(each["Action"])}


def wanted(calls: Iterable[str]) -> set[str]:
    return {action for call in calls if (action := action_of(*call.split(":")))} - BESIDE_MODULES


def test_the_plan_role_may_all_that_planning_asks_for() -> None:
    assert sorted(wanted(known_calls()["GoldsmithPlan"]) - actions(READ)) == []


def test_the_apply_role_may_all_that_applying_asks_for() -> None:
    assert sorted(wanted(known_calls()["GoldsmithApply"]) - actions(READ, WRITE, NETWORK)) == []


def test_both_roles_read_alike() -> None:
    assert planned("aws_iam_role_policy.apply_read") == READ


def test_no_right_is_idle() -> None:
    seen = wanted(call for calls in known_calls().values() for call in calls)
    assert sorted(actions(READ, WRITE, NETWORK) - seen) == sorted(JUSTIFIED)


def test_the_plan_role_only_reads() -> None:
    assert [each for each in actions(READ) if not re.match(r"\w+:(BatchGet|Describe|Get|List)[A-Z]\w+$", each)] == []


def test_what_a_plan_reads_of_contents_is_goldsmiths_own() -> None:
    """Objects and parameters may hold anything; so may decrypted data, secrets and logs, which it never reads."""
    contents = {"s3:GetObject", "s3:GetObjectVersion", "ssm:GetParameter", "ssm:GetParameters"}
    never = {"kms:Decrypt", "logs:GetLogEvents", "secretsmanager:GetSecretValue", "ec2:GetPasswordData"}
    assert actions(READ).isdisjoint(never)
    for statement in READ["Statement"]:
        if contents & {*listed(statement["Action"])}:
            assert "*" not in listed(statement["Resource"])


def test_of_the_files_of_builds_a_plan_reads_documents_and_of_parameters_those_of_the_spec() -> None:
    files = f"arn:aws:s3:::acme-prod-imagebuilder-{{}}-{ACCOUNT}-us-east-1/web"
    parameters = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter"
    may = [each for each in ("docs", "exports", "logs") if reads("s3:GetObject", files.format(each))]
    assert may == ["docs"]
    assert reads("ssm:GetParameter", f"{parameters}/golden/web")
    assert reads("ssm:GetParameter", f"{parameters}/shop/web")
    assert not reads("ssm:GetParameter", f"{parameters}/shop/web-password")


def reads(action: str, resource: str) -> bool:
    return is_permitted([READ], Question(action, resource=resource))


@pytest.mark.parametrize("action", sorted(set(listed(KEYS["Action"]))))
def test_the_apply_role_leaves_keys_of_others(action: str) -> None:
    """What marks one is an alias that is none of Goldsmith's; a key that was just made has none at all."""
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-0000-4000-8000-000000000000"
    may = [
        is_permitted([READ, WRITE], Question(action, resource=key, context={"kms:ResourceAliases": aliases}))
        for aliases in ((), ("alias/goldsmith-prod",), ("alias/payroll",), ("alias/goldsmith-prod", "alias/payroll"))
    ]
    assert may == [True, True, False, False]


def test_tags_of_networks_alone() -> None:
    """A tag marks the instances that builds' roles may run commands on."""
    kinds = ("instance", "volume", "snapshot", "subnet", "vpc")
    asked = {kind: Question("ec2:CreateTags", resource=f"arn:aws:ec2:us-east-1:{ACCOUNT}:{kind}/x") for kind in kinds}
    may = [kind for kind, question in asked.items() if is_permitted([READ, WRITE, NETWORK], question)]
    assert may == ["subnet", "vpc"]


def test_no_action_is_a_pattern() -> None:
    assert [each for each in actions(READ, WRITE, NETWORK) if "*" in each] == []


def test_rights_over_everything_are_those_that_aws_cannot_narrow() -> None:
    """Keys, scanning, imports and what networks are made of bear no names that a policy could tell."""
    wide = {
        each["Sid"]
        for each in (*WRITE["Statement"], *NETWORK["Statement"])
        if "*" in listed(each["Resource"]) and each["Effect"] == "Allow"
    }
    assert wide == {"ImportImages", "ManageKeys", "ManageNetwork", "ManageScanning"}


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", WITHIN),
        ("iam:PutRolePermissionsBoundary", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", WITHIN),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", WITHIN),
        ("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/EC2ImageBuilderDistributionCrossAccountRole", {}),
        (
            "iam:AttachRolePolicy",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"} | WITHIN,
        ),
        (
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PassedToService": "ec2.amazonaws.com"},
        ),
        ("s3:CreateBucket", f"arn:aws:s3:::acme-prod-imagebuilder-logs-{ACCOUNT}-us-east-1", {}),
        ("ssm:PutParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/goldsmith/prod/web/ami", {}),
    ],
)
def test_the_apply_role_may(action: str, resource: str, context: dict[str, str]) -> None:
    assert is_permitted([READ, WRITE], Question(action, resource=resource, context=context))
    assert not is_permitted([READ], Question(action, resource=resource, context=context))


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", {}),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", {}),
        (
            "iam:PutRolePermissionsBoundary",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        (
            "iam:AttachRolePolicy",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
        ),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/GoldsmithApply", WITHIN),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/GoldsmithPlan", {}),
        ("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/Admin", {}),
        (
            "iam:AttachRolePolicy",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"} | WITHIN,
        ),
        (
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance",
            {"iam:PassedToService": "lambda.amazonaws.com"},
        ),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Admin", {"iam:PassedToService": "ec2.amazonaws.com"}),
        ("iam:CreateServiceLinkedRole", "*", {"iam:AWSServiceName": "organizations.amazonaws.com"}),
        ("iam:CreateUser", "*", {}),
        ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/GoldsmithBoundary", {}),
        ("iam:SetDefaultPolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/GoldsmithBoundary", {}),
        ("iam:DeletePolicy", f"arn:aws:iam::{ACCOUNT}:policy/GoldsmithBoundary", {}),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/GoldsmithApply-ci", {}),
        ("iam:AddClientIDToOpenIDConnectProvider", f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.com", {}),
        ("s3:PutBucketPolicy", "arn:aws:s3:::acme-terraform-state", {}),
        ("iam:DeleteRolePermissionsBoundary", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance", WITHIN),
        ("s3:PutObject", "arn:aws:s3:::acme-terraform-state/prod/terraform.tfstate", {}),
        ("s3:PutBucketPolicy", "arn:aws:s3:::acme-prod-imagebuilder-logs-222222222222-us-east-1", {}),
        ("ssm:PutParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/database/password", {}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/Admin", {}),
        ("imagebuilder:DeleteComponent", "arn:aws:imagebuilder:us-east-1:222222222222:component/x/1.0.0/1", {}),
    ],
)
def test_the_apply_role_may_not(action: str, resource: str, context: dict[str, str]) -> None:
    assert not is_permitted([READ, WRITE], Question(action, resource=resource, context=context))


def test_a_roles_inline_policies_are_short_enough() -> None:
    """10,240 characters together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
    assert sum(len(json.dumps(policy, separators=(",", ":"))) for policy in (READ, WRITE)) <= 10_240
    assert len(json.dumps(NETWORK, separators=(",", ":"))) <= 6_144


def test_what_stands_beside_the_modules_is_no_right_of_theirs() -> None:
    assert actions(SUBSCRIBE) == BESIDE_MODULES
    assert actions(SUBSCRIBE).isdisjoint(actions(READ, WRITE, NETWORK))
