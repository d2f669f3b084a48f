"""Each pair: moto still errs, and the embedded AWS does not. When the first fails, the correction may go."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.emulator.corrections.managed_policies import NAMES
from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT = "740000000001"


def template_data(endpoint: Endpoint) -> dict[str, Any]:
    ec2 = client_for(endpoint, "ec2", ACCOUNT)
    created = ec2.create_launch_template(
        LaunchTemplateName="template",
        LaunchTemplateData={
            "InstanceType": "t3.medium",
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Of", "Value": "instance"}]}],
        },
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "Of", "Value": "template"}]}],
    )["LaunchTemplate"]
    assert created["Tags"] == [{"Key": "Of", "Value": "template"}]
    versions = ec2.describe_launch_template_versions(LaunchTemplateName="template")["LaunchTemplateVersions"]
    data: dict[str, Any] = versions[0]["LaunchTemplateData"]
    return data


def test_moto_puts_a_launch_templates_own_tags_into_its_data(plain_moto: Endpoint) -> None:
    kinds = [tags["ResourceType"] for tags in template_data(plain_moto)["TagSpecifications"]]
    assert kinds == ["instance", "launch-template"]


def test_a_launch_templates_own_tags_are_not_in_its_data(emulator: Endpoint) -> None:
    kinds = [tags["ResourceType"] for tags in template_data(emulator)["TagSpecifications"]]
    assert kinds == ["instance"]


def tags_after_a_change(endpoint: Endpoint, name: str) -> list[dict[str, str]]:
    ec2 = client_for(endpoint, "ec2", ACCOUNT)
    data = {"InstanceType": "t3.medium"}
    tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "Of", "Value": "template"}]}]
    made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=tags)
    identifier = made["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_tags(Resources=[identifier], Tags=[{"Key": "Of", "Value": "somebody"}])
    [found] = ec2.describe_launch_templates(LaunchTemplateIds=[identifier])["LaunchTemplates"]
    tags_now: list[dict[str, str]] = found["Tags"]
    return tags_now


def test_moto_tells_the_first_tags_of_a_launch_template(plain_moto: Endpoint) -> None:
    assert tags_after_a_change(plain_moto, "changed") == [{"Key": "Of", "Value": "template"}]


def test_a_launch_template_is_told_with_the_tags_that_it_has(emulator: Endpoint) -> None:
    assert tags_after_a_change(emulator, "changed") == [{"Key": "Of", "Value": "somebody"}]


def replicated_key(endpoint: Endpoint) -> tuple[dict[str, Any], dict[str, Any]]:
    """The metadata of a primary key and of its replica, described replica first."""
    kms = client_for(endpoint, "kms", ACCOUNT)
    key_id = kms.create_key(MultiRegion=True, Description="primary")["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-central-1", Description="replica")
    replica = client_for(endpoint, "kms", ACCOUNT, "eu-central-1").describe_key(KeyId=key_id)["KeyMetadata"]
    return kms.describe_key(KeyId=key_id)["KeyMetadata"], replica


def kinds_and_descriptions(keys: tuple[dict[str, Any], ...]) -> list[tuple[str, str]]:
    return [(key["MultiRegionConfiguration"]["MultiRegionKeyType"], key["Description"]) for key in keys]


def test_moto_takes_a_replicated_key_for_a_replica(plain_moto: Endpoint) -> None:
    assert kinds_and_descriptions(replicated_key(plain_moto)) == [
        ("REPLICA", "primary"),
        ("REPLICA", "primary"),
    ]


def test_a_primary_key_stays_primary_and_its_replica_has_its_own_description(emulator: Endpoint) -> None:
    primary, replica = replicated_key(emulator)
    assert kinds_and_descriptions((primary, replica)) == [("PRIMARY", "primary"), ("REPLICA", "replica")]
    assert primary["MultiRegionConfiguration"]["ReplicaKeys"] == replica["MultiRegionConfiguration"]["ReplicaKeys"]


def bucket_that_wants_tls(endpoint: Endpoint, name: str) -> Any:
    s3 = client_for(endpoint, "s3", ACCOUNT)
    s3.create_bucket(Bucket=name)
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    return s3


def test_moto_denies_everything_where_tls_is_wanted(plain_moto: Endpoint) -> None:
    s3 = bucket_that_wants_tls(plain_moto, "tls-only")
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="tls-only", Key="key", Body=b"")


def test_a_bucket_that_wants_tls_is_usable_and_keeps_its_policy(emulator: Endpoint) -> None:
    s3 = bucket_that_wants_tls(emulator, "tls-only")
    s3.put_object(Bucket="tls-only", Key="key", Body=b"content")
    assert s3.get_object(Bucket="tls-only", Key="key")["Body"].read() == b"content"
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket="tls-only")["Policy"]


def linked_role_name(endpoint: Endpoint) -> str:
    iam = client_for(endpoint, "iam", ACCOUNT)
    role = iam.create_service_linked_role(AWSServiceName="imagebuilder.amazonaws.com")["Role"]
    return str(role["RoleName"])


def test_moto_names_the_service_linked_role_wrongly(plain_moto: Endpoint) -> None:
    assert linked_role_name(plain_moto) == "AWSServiceRoleForimagebuilder"


def test_the_service_linked_role_has_its_name(emulator: Endpoint) -> None:
    assert linked_role_name(emulator) == "AWSServiceRoleForImageBuilder"


def managed_policies(endpoint: Endpoint, account_id: str) -> list[str]:
    pages = client_for(endpoint, "iam", account_id).get_paginator("list_policies").paginate(Scope="AWS")
    return [policy["PolicyName"] for page in pages for policy in page["Policies"]]


def test_moto_builds_every_managed_policy_for_each_account() -> None:
    count = "import json; from moto.iam import models; print(len(json.loads(models.aws_managed_policies_data)))"
    found = subprocess.run([sys.executable, "-c", count], check=True, capture_output=True, text=True)
    assert int(found.stdout) > 1000


def test_each_account_has_the_managed_policies_of_images_only(emulator: Endpoint) -> None:
    assert sorted(managed_policies(emulator, "750000000001")) == sorted(NAMES)


def test_objects_of_another_account_are_denied(emulator: Endpoint, plain_moto: Endpoint) -> None:
    for endpoint in (emulator, plain_moto):
        owner = client_for(endpoint, "s3", ACCOUNT)
        owner.create_bucket(Bucket="private")
        owner.put_object(Bucket="private", Key="key", Body=b"content")
    request = {"Bucket": "private", "Key": "key"}
    assert client_for(plain_moto, "s3", "740000000002").get_object(**request)["Body"].read() == b"content"
    with pytest.raises(ClientError, match="AccessDenied"):
        client_for(emulator, "s3", "740000000002").get_object(**request)


def tags_of_the_next_bucket(endpoint: Endpoint, name: str) -> list[dict[str, str]]:
    """The tags of a bucket that has none, where one of the same name with a tag was before."""
    s3 = client_for(endpoint, "s3", ACCOUNT)
    s3.create_bucket(Bucket=name)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "Of", "Value": "the first"}]})
    s3.delete_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    found: list[dict[str, str]] = []
    with suppress(ClientError):  # NoSuchTagSet
        found = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    s3.delete_bucket(Bucket=name)
    return found


def test_moto_keeps_the_tags_of_a_bucket_that_is_gone(plain_moto: Endpoint) -> None:
    assert tags_of_the_next_bucket(plain_moto, "reused-plain") == [{"Key": "Of", "Value": "the first"}]


def test_the_tags_of_a_bucket_go_with_it(emulator: Endpoint) -> None:
    assert tags_of_the_next_bucket(emulator, "reused-here") == []


def descriptions_of_rules(endpoint: Endpoint) -> list[str | None]:
    """Of two rules of a new group: one that names a group, one that names a prefix list."""
    ec2 = client_for(endpoint, "ec2", ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/24")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="described", Description="Test.", VpcId=vpc)["GroupId"]
    [prefixes] = ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    )["PrefixLists"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    for target in (
        {"UserIdGroupPairs": [{"GroupId": group, "Description": "to a group"}]},
        {"PrefixListIds": [{"PrefixListId": prefixes["PrefixListId"], "Description": "to a prefix list"}]},
    ):
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[https | target])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [rule.get("Description") for rule in rules if rule["IpProtocol"] == "tcp"]


def test_moto_forgets_descriptions_of_rules_without_an_address_range(plain_moto: Endpoint) -> None:
    assert descriptions_of_rules(plain_moto) == [None, None]


def test_every_rule_keeps_its_description(emulator: Endpoint) -> None:
    assert sorted(filter(None, descriptions_of_rules(emulator))) == ["to a group", "to a prefix list"]
