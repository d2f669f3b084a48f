"""The account checks against the embedded AWS; what is made here by hand is what Terraform would make."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.render.roots import Root, roots_of
from generator.spec.model import Account, Target
from generator.spec.model_distribution import Audience, Delivery, OutputParameter
from generator.verify.accounts import check_account, check_key, check_log_bucket
from generator.verify.checks import Check
from generator.verify.published import check_parameters, check_published, check_shared, places
from generator.verify.roles import check_distribution_role
from generator.verify.versions import check_versions
from tests.verify.organization import BUILD_ROOT, KEY_ROOT, ROLE_ROOT, organization, root_named

AwsFactory = Callable[..., Any]
ROLE = "EC2ImageBuilderDistributionCrossAccountRole"
MANAGED = "arn:aws:iam::aws:policy/Ec2ImageBuilderCrossAccountDistributionAccess"
_numbers = itertools.count(310000000000)


class World:
    """Two accounts of a test's own: the build account and `web`, which receives its images."""

    def __init__(self, aws: AwsFactory) -> None:
        self.aws = aws
        self.build = Account("images", str(next(_numbers)))
        self.web = Account("web", str(next(_numbers)))
        self.spec = organization(self.build, self.web)

    def root(self, name: str) -> Root:
        return root_named(name, self.spec)

    def clients(self, service: str, account: Account, region: str) -> Any:
        return self.aws(service, account.id, region)

    def make_role(self, trust: object = None, managed: str | None = MANAGED, **changes: Any) -> None:
        iam = self.aws("iam", self.web.id)
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust or trusting(self.build.id)))
        if managed:
            iam.attach_role_policy(RoleName=ROLE, PolicyArn=managed)
        statements = self.statements() | changes
        document = {"Version": "2012-10-17", "Statement": [each for each in statements.values() if each]}
        iam.put_role_policy(RoleName=ROLE, PolicyName="image-distribution", PolicyDocument=json.dumps(document))

    def statements(self) -> dict[str, Any]:
        keys = [f"arn:aws:kms:{region}:{self.build.id}:key/*" for region in ("eu-central-1", "us-east-1")]
        use = [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ]
        by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/goldsmith-prod"}}
        return {
            "keys": {"Effect": "Allow", "Action": use, "Resource": keys, "Condition": by_alias},
            "tags": {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*::snapshot/*"},
            "parameters": {
                "Effect": "Allow",
                "Action": "ssm:PutParameter",
                "Resource": "arn:aws:ssm:*:*:parameter/goldsmith/prod/web/ami",
            },
        }

    def make_ami(self, account: Account, region: str) -> str:
        ec2 = self.aws("ec2", account.id, region)
        image: str = ec2.register_image(Name="prod-web-1.2.0", RootDeviceName="/dev/xvda")["ImageId"]
        return image

    def publish(self, account: Account, region: str, ami: str) -> None:
        ssm = self.aws("ssm", account.id, region)
        ssm.put_parameter(Name="/goldsmith/prod/web/ami", Value=ami, Type="String")


@pytest.fixture
def world(aws: AwsFactory) -> World:
    return World(aws)


def trusting(*principals: str, **more: object) -> dict[str, object]:
    arns = [f"arn:aws:iam::{each}:root" if each.isdecimal() else each for each in principals]
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arns, **more}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def results(checks: Any) -> dict[str, tuple[str, str]]:
    return {check.name: (check.result, check.actual) for check in checks}


def failures(checks: Any) -> dict[str, str]:
    return {check.name: check.actual for check in checks if check.result == "failed"}


def test_a_role_as_the_module_makes_it_passes(world: World) -> None:
    world.make_role()
    checks = list(check_distribution_role(world.root(ROLE_ROOT), world.clients))
    assert [(check.name, check.result) for check in checks] == [
        ("role", "passed"),
        ("role.trust", "passed"),
        ("role.policies", "passed"),
        ("role.permissions", "passed"),
    ]
    assert {check.root for check in checks} == {ROLE_ROOT}


def test_a_missing_role_is_one_failure(world: World) -> None:
    checks = list(check_distribution_role(world.root(ROLE_ROOT), world.clients))
    expected = f"arn:aws:iam::{world.web.id}:role/{ROLE}"
    assert checks == [Check(ROLE_ROOT, "role", expected, "missing", "failed")]


def test_a_role_that_trusts_another_account_fails(world: World) -> None:
    world.make_role(trusting("999999999999"))
    assert failures(check_distribution_role(world.root(ROLE_ROOT), world.clients)) == {"role.trust": "999999999999"}


def test_a_role_that_trusts_anybody_beside_the_build_account_fails(world: World) -> None:
    world.make_role(trusting(world.build.id, "999999999999", Service="ec2.amazonaws.com"))
    assert failures(check_distribution_role(world.root(ROLE_ROOT), world.clients)) == {
        "role.trust": f"{world.build.id}, 999999999999, ec2.amazonaws.com"
    }


def test_a_role_without_the_managed_policy_fails(world: World) -> None:
    world.make_role(managed=None)
    assert failures(check_distribution_role(world.root(ROLE_ROOT), world.clients)) == {"role.policies": "none"}


@pytest.mark.parametrize(
    ("statement", "lacking", "count"),
    [
        ("keys", "no kms:CreateGrant on arn:aws:kms:eu-central-1:{build}:key/", 14),
        ("tags", "no ec2:CreateTags on arn:aws:ec2:eu-central-1::snapshot/snap-0", 2),
        (
            "parameters",
            "no ssm:PutParameter on arn:aws:ssm:eu-central-1:{web}:parameter/goldsmith/prod/web/ami",
            2,
        ),
    ],
)
def test_a_role_that_lacks_a_permission_fails_and_says_which(
    world: World, statement: str, lacking: str, count: int
) -> None:
    world.make_role(**{statement: None})
    actual = failures(check_distribution_role(world.root(ROLE_ROOT), world.clients))["role.permissions"]
    assert actual.startswith(lacking.format(build=world.build.id, web=world.web.id))
    assert actual.count("no ") == count


def test_a_key_is_found_by_its_alias_in_its_region_alone(world: World) -> None:
    root = world.root(KEY_ROOT)
    kms = world.aws("kms", world.build.id, "us-east-1")
    kms.create_alias(AliasName="alias/goldsmith-prod", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    assert failures(check_key(root, world.clients)) == {"key.state": "missing"}


def test_a_key_that_is_not_rotated_or_disabled_fails(world: World) -> None:
    root = world.root(KEY_ROOT)
    kms = world.aws("kms", world.build.id, "eu-central-1")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/goldsmith-prod", TargetKeyId=key)
    assert failures(check_key(root, world.clients)) == {"key.rotation": "off"}
    kms.enable_key_rotation(KeyId=key)
    assert failures(check_key(root, world.clients)) == {}
    kms.disable_key(KeyId=key)
    assert failures(check_key(root, world.clients))["key.state"] == "Disabled"


def test_a_log_bucket_must_be_closed_in_all_four_ways(world: World) -> None:
    root = world.root(BUILD_ROOT)
    assert failures(check_log_bucket(root, world.clients)) == {"log_bucket.public_access": "NoSuchBucket"}
    s3, bucket = world.aws("s3", world.build.id), f"acme-prod-imagebuilder-logs-{world.build.id}-us-east-1"
    s3.create_bucket(Bucket=bucket)
    assert failures(check_log_bucket(root, world.clients)) == {
        "log_bucket.public_access": "NoSuchPublicAccessBlockConfiguration"
    }
    blocks = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls"), True)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)
    assert failures(check_log_bucket(root, world.clients)) == {
        "log_bucket.public_access": "BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls"
    }
    blocks["RestrictPublicBuckets"] = True
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)
    assert failures(check_log_bucket(root, world.clients)) == {}


def test_recipes_that_stay_alive_are_asked_for_and_the_bucket_of_long_documents(world: World) -> None:
    ib = world.aws("imagebuilder", world.build.id)
    recipe = ib.create_image_recipe(
        name="prod-web",
        semanticVersion="1.1.0",
        parentImage="arn:aws:imagebuilder:us-east-1:aws:image/amazon-linux-2023-x86/x.x.x",
        components=[{"componentArn": "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x"}],
    )["imageRecipeArn"]
    root = world.root(BUILD_ROOT)
    [image] = root.environment.images
    kept = tuple(replace(image, version=version) for version in ("1.0.0", "1.1.0"))
    long = replace(root.environment.components[0], document="x" * 20_000)
    environment = replace(root.environment, images=(replace(image, kept=kept),), components=(long,))
    checks = list(check_versions(replace(root, environment=environment), world.clients))
    found = {check.name: (check.expected, check.actual) for check in checks}
    assert found["kept.web.1.1.0"] == (recipe, recipe)
    assert found["kept.web.1.0.0"] == (recipe.replace("1.1.0", "1.0.0"), "missing")
    assert found["document_bucket.public_access"][1] == "NoSuchBucket"
    assert list(check_versions(root, world.clients)) == []


def test_every_place_that_owns_copies_is_asked_once() -> None:
    covered = [(root.account.name, region) for root in roots_of(organization()) for region in places(root)]
    assert sorted(covered) == [
        ("images", "eu-central-1"),
        ("images", "us-east-1"),
        ("web", "eu-central-1"),
        ("web", "us-east-1"),
    ]
    assert len(set(covered)) == len(covered)


def test_parameters_are_skipped_before_the_first_build(world: World) -> None:
    assert results(check_published(world.root(ROLE_ROOT), world.clients)) == {
        "parameter.web.eu-central-1": ("skipped", "no image built yet"),
        "parameter.web.us-east-1": ("skipped", "no image built yet"),
    }


def test_a_parameter_names_an_ami_that_its_account_owns(world: World) -> None:
    ami, foreign = world.make_ami(world.web, "us-east-1"), world.make_ami(world.build, "eu-central-1")
    world.publish(world.web, "us-east-1", ami)
    world.publish(world.web, "eu-central-1", foreign)
    assert results(check_published(world.root(ROLE_ROOT), world.clients)) == {
        "parameter.web.us-east-1": ("passed", ami),
        "ami.web.us-east-1": ("passed", "available"),
        "parameter.web.eu-central-1": ("passed", foreign),
        "ami.web.eu-central-1": ("failed", f"{foreign} missing"),
    }


def test_a_parameter_of_the_specs_own_holds_the_same_ami(world: World) -> None:
    root = world.root(BUILD_ROOT)
    parameter = OutputParameter(world.build, "us-east-1", "/web/newest", "aws:ec2:image")
    image = replace(root.environment.images[0], delivery=Delivery(parameters=(parameter,)))
    ami = world.make_ami(world.build, "us-east-1")

    def actual() -> tuple[str, str]:
        [check] = check_parameters(root, image, "us-east-1", ami, world.clients)
        assert (check.name, check.expected) == ("parameter.web.us-east-1./web/newest", ami)
        return check.result, check.actual

    assert actual() == ("failed", "missing")
    world.aws("ssm", world.build.id).put_parameter(Name="/web/newest", Value=ami, Type="String")
    assert actual() == ("passed", ami)


def test_a_given_key_is_asked_for_by_its_arn_and_not_for_its_rotation(world: World) -> None:
    root, kms = world.root(BUILD_ROOT), world.aws("kms", world.build.id)
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    foreign = arn.replace(world.build.id, "999999999999")

    def checks(key: str) -> list[tuple[str, str]]:
        given = replace(root, environment=replace(root.environment, keys={"us-east-1": key}))
        return [(check.name, check.result) for check in check_key(given, world.clients)]

    assert checks(arn) == [("key.state", "passed")]
    assert checks(foreign) == [("key.state", "skipped")]
    kms.disable_key(KeyId=arn.rsplit("/", 1)[1])
    assert checks(arn) == [("key.state", "failed")]


def test_an_image_is_shared_with_whom_the_spec_names_and_never_with_all(world: World) -> None:
    root = sharing(world.root(BUILD_ROOT), Target(world.web, "us-east-1", "share"))
    ami, ec2 = world.make_ami(world.build, "us-east-1"), world.aws("ec2", world.build.id)
    image, amis = root.environment.images[0], {(world.build.id, "us-east-1"): ami}

    def actual() -> tuple[str, str]:
        [check] = check_shared(root, image, "us-east-1", amis, world.clients)
        assert (check.name, check.expected) == ("shared.web.us-east-1", world.web.id)
        return check.result, check.actual

    assert actual() == ("failed", "none")
    allow = {"ImageId": ami, "Attribute": "launchPermission", "OperationType": "add"}
    ec2.modify_image_attribute(**allow, UserIds=[world.web.id, "999999999999"])
    assert actual() == ("passed", world.web.id)
    ec2.modify_image_attribute(**allow, UserGroups=["all"])
    assert actual() == ("failed", f"{world.web.id}, all")


def test_an_organization_may_launch_an_image_where_the_spec_names_it_and_nowhere_else(world: World) -> None:
    root, organization = world.root(BUILD_ROOT), "arn:aws:organizations::999999999999:organization/o-a1b2c3d4e5"
    ami, ec2 = world.make_ami(world.build, "us-east-1"), world.aws("ec2", world.build.id)
    amis = {(world.build.id, "us-east-1"): ami}
    named = replace(root, environment=replace(root.environment, audiences=(Audience("us-east-1", (organization,)),)))

    def results() -> list[str]:
        image, region = root.environment.images[0], "us-east-1"
        found = [check_shared(each, image, region, amis, world.clients) for each in (named, root)]
        return [check.result for checks in found for check in checks]

    assert results() == ["failed", "passed"]
    ec2.modify_image_attribute(
        ImageId=ami, Attribute="launchPermission", OperationType="add", OrganizationArns=[organization]
    )
    assert results() == ["passed", "failed"]


def test_an_image_that_was_not_built_is_shared_with_nobody_yet(world: World) -> None:
    root = sharing(world.root(BUILD_ROOT), Target(world.web, "us-east-1", "share"))
    image = root.environment.images[0]
    expected = Check(BUILD_ROOT, "shared.web.us-east-1", world.web.id, "no image built yet", "skipped")
    assert list(check_shared(root, image, "us-east-1", {}, world.clients)) == [expected]
    assert list(check_shared(world.root(BUILD_ROOT), image, "us-east-1", {}, world.clients)) == []


def sharing(root: Root, target: Target) -> Root:
    return replace(root, environment=replace(root.environment, targets=(*root.environment.targets, target)))


def test_an_empty_account_fails_each_check_and_breaks_nothing(world: World) -> None:
    assert failures(check_account(world.root(BUILD_ROOT), world.clients)) == {
        "key.state": "missing",
        "pipeline.web.status": "missing",
        "log_bucket.public_access": "NoSuchBucket",
    }


def test_an_account_that_does_not_answer_fails_by_subject(world: World) -> None:
    def unreachable(service: str, account: Account, region: str) -> Any:
        client = world.aws(service, account.id, region)
        client.meta.events.register("before-send.*.*", lambda **_: refused())
        return client

    def refused() -> Any:
        from botocore.exceptions import EndpointConnectionError

        raise EndpointConnectionError(endpoint_url="https://iam.amazonaws.com/")

    said = 'Could not connect to the endpoint URL: "https://iam.amazonaws.com/"'
    found = failures(check_account(world.root(ROLE_ROOT), unreachable))
    assert found == {"role": said, "published": said}
