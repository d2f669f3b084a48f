from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint
from generator.emulator.landing_zone import prepare
from generator.errors import EmulatorError
from generator.spec.model import (
    Account,
    BaseImage,
    Environment,
    Image,
    Organization,
    Placement,
    Roles,
    Spec,
    State,
    Target,
    Volume,
)
from generator.spec.model_container import Container, ContainerRecipe, Repository
from generator.spec.model_distribution import Delivery, FastLaunch, LaunchTemplate, NewTemplate
from generator.spec.model_infrastructure import Infrastructure
from generator.spec.model_pipeline import Operations, PipelineSettings, Scanning
from generator.spec.model_recipe import Device
from tests.conftest import client_for

BUILD = Account("images", "760000000001")
OTHER = Account("web", "760000000002")


ROLES = Roles(plan="Plan", apply="Apply")


def spec(*placements: Placement, bucket: str = "landing-state", roles: Roles = ROLES) -> Spec:
    return Spec(
        organization=Organization(
            name="acme",
            partition="aws",
            accounts={BUILD.name: BUILD, OTHER.name: OTHER},
            state=State(bucket, "eu-central-1"),
            roles=roles,
            tags={},
        ),
        environments={
            f"stage-{number}": Environment(f"stage-{number}", placement, (), (), (), {})
            for number, placement in enumerate(placements)
        },
    )


BASE = BaseImage("base", "Linux", ami="ami-0123456789abcdef0")
VOLUME = Volume("/dev/xvda", 20, "gp3", encrypted=True)
IMAGE = Image("web", "", "1.0.0", BASE, (), (), (), VOLUME, None, {})
DEV = Placement(BUILD, "eu-central-1", "subnet-0aaaaaaaaaaaaaaaa", ("sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"))
PROD = Placement(BUILD, "eu-central-1", "subnet-0cccccccccccccccc", ("sg-0cccccccccccccccc",))


def with_image(image: Image, **more: Any) -> Spec:
    given = spec(DEV)
    return replace(given, environments={"dev": replace(given.environments["stage-0"], images=(image,), **more)})


def prepared(endpoint: Endpoint) -> Any:
    prepare(endpoint, spec(DEV, PROD))
    return client_for(endpoint, "ec2", BUILD.id, "eu-central-1")


def test_a_second_call_makes_nothing(emulator: Endpoint) -> None:
    first = Account("fresh", "760000000009")
    placement = Placement(first, "eu-west-1", "subnet-0dddddddddddddddd", ("sg-0dddddddddddddddd",))
    assert {
        "subnet-0dddddddddddddddd in account 760000000009, eu-west-1",
        "sg-0dddddddddddddddd in account 760000000009, eu-west-1",
    } <= set(prepare(emulator, spec(placement)))
    assert prepare(emulator, spec(placement)) == ()


def test_the_caller_can_assume_the_roles_of_each_account(emulator: Endpoint) -> None:
    prepare(emulator, spec(DEV))
    sts = client_for(emulator, "sts")
    for account in (BUILD, OTHER):
        for role in ("Plan", "Apply"):
            sts.assume_role(RoleArn=f"arn:aws:iam::{account.id}:role/{role}", RoleSessionName="goldsmith")


def test_the_plan_role_reads_and_the_apply_role_administers(emulator: Endpoint) -> None:
    prepare(emulator, spec(DEV))
    iam = client_for(emulator, "iam", BUILD.id)
    policies = {
        role: [policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]
        for role in ("Plan", "Apply")
    }
    assert policies == {"Plan": ["ReadOnlyAccess"], "Apply": ["AdministratorAccess"]}
    trust = iam.get_role(RoleName="Plan")["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{CALLER_ACCOUNT}:root"}


def test_one_role_for_both_is_an_administrator(emulator: Endpoint) -> None:
    prepare(emulator, spec(DEV, roles=Roles("Both", "Both")))
    attached = client_for(emulator, "iam", BUILD.id).list_attached_role_policies(RoleName="Both")
    assert [policy["PolicyName"] for policy in attached["AttachedPolicies"]] == ["AdministratorAccess"]


def test_the_state_bucket_is_the_callers_versioned_encrypted_and_private(emulator: Endpoint) -> None:
    prepare(emulator, spec(DEV))
    s3 = client_for(emulator, "s3", CALLER_ACCOUNT, "eu-central-1")
    bucket = {"Bucket": "landing-state"}
    assert s3.get_bucket_location(**bucket)["LocationConstraint"] == "eu-central-1"
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert all(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())


def test_a_bucket_of_another_account_is_reported(emulator: Endpoint) -> None:
    client_for(emulator, "s3", OTHER.id).create_bucket(Bucket="taken-state")
    with pytest.raises(EmulatorError, match=r"bucket taken-state: .* a name is needed that no account has"):
        prepare(emulator, spec(DEV, bucket="taken-state"))


def test_networks_have_the_ids_of_the_spec(emulator: Endpoint) -> None:
    ec2 = prepared(emulator)
    subnets = ec2.describe_subnets(SubnetIds=[DEV.subnet, PROD.subnet])["Subnets"]
    assert len({subnet["VpcId"] for subnet in subnets}) == 1
    assert len({subnet["CidrBlock"] for subnet in subnets}) == 2
    assert {subnet["AvailabilityZone"] for subnet in subnets} == {"eu-central-1a"}
    groups = ec2.describe_security_groups(GroupIds=[*DEV.security_groups, *PROD.security_groups])
    assert {group["VpcId"] for group in groups["SecurityGroups"]} == {subnets[0]["VpcId"]}


def test_instances_can_be_launched_in_a_network(emulator: Endpoint) -> None:
    ec2 = prepared(emulator)
    image_id = ec2.register_image(Name="base")["ImageId"]
    instance = ec2.run_instances(
        ImageId=image_id,
        MinCount=1,
        MaxCount=1,
        SubnetId=DEV.subnet,
        SecurityGroupIds=list(DEV.security_groups),
    )["Instances"][0]
    assert instance["SubnetId"] == DEV.subnet
    assert {group["GroupId"] for group in instance["SecurityGroups"]} == set(DEV.security_groups)


def test_ids_that_are_not_in_a_spec_stay_random(emulator: Endpoint) -> None:
    ec2 = prepared(emulator)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    assert subnet not in (DEV.subnet, PROD.subnet)


def test_a_network_is_not_in_other_accounts_or_regions(emulator: Endpoint) -> None:
    prepare(emulator, spec(DEV))
    for account, region in ((OTHER.id, "eu-central-1"), (BUILD.id, "us-east-1")):
        found = client_for(emulator, "ec2", account, region).describe_subnets()["Subnets"]
        assert DEV.subnet not in json.dumps(found, default=str)


def test_keys_have_the_arns_of_the_spec_and_may_be_used_by_receivers(emulator: Endpoint) -> None:
    key, alias = "11111111-2222-4333-8444-555555555555", "alias/landing"
    arns = {
        "eu-central-1": f"arn:aws:kms:eu-central-1:{BUILD.id}:key/{key}",
        "eu-west-1": f"arn:aws:kms:eu-west-1:{OTHER.id}:{alias}",
    }
    given = spec(DEV)
    dev = replace(given.environments["stage-0"], keys=arns, targets=(Target(OTHER, "eu-central-1", "copy"),))
    given = replace(given, environments={"dev": dev})
    assert set(arns.values()) <= set(prepare(emulator, given))
    assert prepare(emulator, given) == ()
    kms = client_for(emulator, "kms", BUILD.id, "eu-central-1")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"] == arns["eu-central-1"]
    assert f"arn:aws:iam::{OTHER.id}:root" in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert client_for(emulator, "kms", OTHER.id, "eu-west-1").describe_key(KeyId=alias)["KeyMetadata"]["Enabled"]


def test_launch_templates_have_the_ids_of_the_spec(emulator: Endpoint) -> None:
    there, made = "lt-0aaaaaaaaaaaaaaaa", "lt-0bbbbbbbbbbbbbbbb"
    templates = (
        LaunchTemplate(OTHER, "eu-central-1", there, True, None),
        LaunchTemplate(OTHER, "eu-central-1", made, True, NewTemplate("landing-web", None, None, ())),
        LaunchTemplate(OTHER, "eu-central-1", None, True, NewTemplate("landing-app", None, None, ())),
    )
    given = with_image(replace(IMAGE, delivery=Delivery(launch_templates=templates)))
    assert f"{there} in account {OTHER.id}, eu-central-1" in prepare(emulator, given)
    assert prepare(emulator, given) == ()
    ec2 = client_for(emulator, "ec2", OTHER.id, "eu-central-1")
    [found] = ec2.describe_launch_templates(LaunchTemplateIds=[there])["LaunchTemplates"]
    assert found["Tags"] == [{"Key": "CreatedBy", "Value": "EC2 Image Builder"}]
    answer = ec2.create_launch_template(
        LaunchTemplateName="landing-web", LaunchTemplateData={"InstanceType": "t3.micro"}
    )
    assert answer["LaunchTemplate"]["LaunchTemplateId"] == made


def test_a_template_that_fast_launch_names_is_there(emulator: Endpoint) -> None:
    place = FastLaunch(OTHER, "eu-central-1", True, None, None, (("id", "lt-0cccccccccccccccc"), ("version", "1")))
    given = with_image(replace(IMAGE, delivery=Delivery(fast_launch=(place,))))
    assert f"lt-0cccccccccccccccc in account {OTHER.id}, eu-central-1" in prepare(emulator, given)
    assert prepare(emulator, given) == ()


def test_a_named_template_of_fast_launch_is_left_to_whoever_makes_it(emulator: Endpoint) -> None:
    place = FastLaunch(OTHER, "eu-central-1", True, None, None, (("name", "landing-fast"), ("version", "1")))
    prepare(emulator, with_image(replace(IMAGE, delivery=Delivery(fast_launch=(place,)))))
    found = client_for(emulator, "ec2", OTHER.id, "eu-central-1").describe_launch_templates()["LaunchTemplates"]
    assert "landing-fast" not in {each["LaunchTemplateName"] for each in found}


def test_a_key_pair_and_the_snapshots_of_the_build_region_are_there(emulator: Endpoint) -> None:
    here, there = "snap-0aaaaaaaaaaaaaaaa", "snap-0bbbbbbbbbbbbbbbb"
    devices = (
        Device("/dev/sdf", snapshots=(("eu-central-1", here), ("eu-west-1", there))),
        Device("/dev/sdg", virtual_name="ephemeral0"),
    )
    given = with_image(replace(IMAGE, devices=devices, infrastructure=Infrastructure(key_pair="landing")))
    place = f"account {BUILD.id}, eu-central-1"
    assert {f"{here} in {place}", f"key pair landing in {place}"} <= set(prepare(emulator, given))
    assert prepare(emulator, given) == ()
    ec2 = client_for(emulator, "ec2", BUILD.id, "eu-central-1")
    assert ec2.describe_key_pairs(KeyNames=["landing"])["KeyPairs"]
    [found] = ec2.describe_snapshots(SnapshotIds=[here])["Snapshots"]
    assert ec2.describe_volumes(Filters=[{"Name": "volume-id", "Values": [found["VolumeId"]]}])["Volumes"] == []


def test_repositories_of_others_are_in_each_region_that_receives(emulator: Endpoint) -> None:
    image = replace(
        IMAGE,
        volume=None,
        container_recipe=ContainerRecipe("landing/web"),
        container=Container("landing/web", Repository(is_made=False)),
        pipeline=PipelineSettings(scanning=Scanning("landing/scans")),
    )
    targets = (Target(BUILD, "eu-central-1", "copy"), Target(OTHER, "eu-west-1", "share"))
    given = with_image(image, targets=targets)
    prepare(emulator, given)
    assert prepare(emulator, given) == ()
    names = {
        region: {
            each["repositoryName"]
            for each in client_for(emulator, "ecr", BUILD.id, region).describe_repositories()["repositories"]
        }
        for region in ("eu-central-1", "eu-west-1")
    }
    assert names == {"eu-central-1": {"landing/web", "landing/scans"}, "eu-west-1": {"landing/web"}}


def test_a_repository_that_goldsmith_makes_is_not_made(emulator: Endpoint) -> None:
    image = replace(IMAGE, volume=None, container_recipe=ContainerRecipe("landing/own"))
    image = replace(image, container=Container("landing/own"))
    prepare(emulator, with_image(image, targets=(Target(BUILD, "eu-central-1", "copy"),)))
    found = client_for(emulator, "ecr", BUILD.id, "eu-central-1").describe_repositories()["repositories"]
    assert "landing/own" not in {each["repositoryName"] for each in found}


def test_policies_are_there_by_their_names_and_paths(emulator: Endpoint) -> None:
    given = with_image(IMAGE, operations=Operations(execution_policies=("landing-plain", "images/landing-deep")))
    arns = {f"arn:aws:iam::{BUILD.id}:policy/{path}" for path in ("landing-plain", "images/landing-deep")}
    assert arns <= set(prepare(emulator, given))
    assert prepare(emulator, given) == ()
    iam = client_for(emulator, "iam", BUILD.id)
    assert {iam.get_policy(PolicyArn=arn)["Policy"]["Arn"] for arn in arns} == arns


def test_a_region_that_is_not_there_is_reported(emulator: Endpoint) -> None:
    placement = Placement(BUILD, "eu-nowhere-1", DEV.subnet, ())
    with pytest.raises(EmulatorError, match=r"eu-nowhere-1: the embedded AWS does not have this Region; it has "):
        prepare(emulator, spec(placement))
