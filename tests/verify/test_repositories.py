"""The checks of ECR repositories against the embedded AWS; what is made here by hand is what Terraform would make."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.render.roots import Root, roots_of
from generator.spec.model import Account, Spec
from generator.spec.model_container import Container, ContainerBase, ContainerRecipe, Repository
from generator.spec.model_distribution import Audience
from generator.verify.repositories import check_repositories
from tests.verify.organization import organization

AwsFactory = Callable[..., Any]
_numbers = itertools.count(330000000000)
RECIPE = ContainerRecipe(None, "FROM {{{ imagebuilder:parentImage }}}\n")


class World:
    """A build account of a test's own, and the account that pulls from it."""

    def __init__(self, aws: AwsFactory, repository: Repository = Repository()) -> None:  # noqa: B008 (frozen)
        self.aws = aws
        self.build, self.web = (Account(name, str(next(_numbers))) for name in ("images", "web"))
        self.spec = with_container(organization(self.build, self.web), repository)

    @property
    def root(self) -> Root:
        return next(root for root in roots_of(self.spec) if root.kind == "build")

    def clients(self, service: str, account: Account, region: str) -> Any:
        return self.aws(service, account.id, region)

    def make(self, *pullers: str, **members: Any) -> None:
        ecr = self.aws("ecr", self.build.id)
        key = self.aws("kms", self.build.id).create_key()["KeyMetadata"]["Arn"]
        given = {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": key},
        }
        ecr.create_repository(repositoryName="prod/web", **given | members)
        if pullers:
            principals = [f"arn:aws:iam::{account}:root" for account in pullers]
            statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": ["ecr:BatchGetImage"]}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            ecr.set_repository_policy(repositoryName="prod/web", policyText=policy)

    def findings(self) -> dict[str, tuple[str, str, str]]:
        checks = check_repositories(self.root, self.clients)
        return {check.name: (check.expected, check.actual, check.result) for check in checks}

    def failures(self) -> dict[str, tuple[str, str]]:
        return {name: each[:2] for name, each in self.findings().items() if each[2] == "failed"}


def with_container(spec: Spec, repository: Repository) -> Spec:
    prod = spec.environments["prod"]
    base = replace(prod.images[0].base, managed_image=None, container=ContainerBase("debian:13"))
    image = replace(
        prod.images[0],
        base=base,
        volume=None,
        container_recipe=RECIPE,
        container=Container(repository=repository),
    )
    return replace(spec, environments={"prod": replace(prod, images=(image,))})


def test_accounts_that_pull_need_no_root(aws: AwsFactory) -> None:
    assert {root.account.name for root in roots_of(World(aws).spec)} == {"images"}


def test_a_repository_that_is_as_the_spec_says_passes(aws: AwsFactory) -> None:
    world = World(aws)
    world.make(world.web.id)
    assert world.failures() == {}
    assert world.findings()["container.web.us-east-1"] == ("an image", "no image built yet", "skipped")


def test_a_missing_repository_is_one_finding(aws: AwsFactory) -> None:
    assert World(aws).findings() == {"repository.web": ("prod/web", "missing", "failed")}


@pytest.mark.parametrize(
    ("members", "name", "finding"),
    [
        ({"imageTagMutability": "MUTABLE"}, "tags", ("IMMUTABLE", "MUTABLE")),
        ({"imageScanningConfiguration": {"scanOnPush": False}}, "scan_on_push", ("True", "False")),
        ({"encryptionConfiguration": {"encryptionType": "AES256"}}, "encryption", ("KMS", "AES256")),
    ],
)
def test_a_setting_that_is_another_is_found(
    aws: AwsFactory, members: dict[str, Any], name: str, finding: tuple[str, str]
) -> None:
    world = World(aws)
    world.make(world.web.id, **members)
    assert world.failures() == {f"repository.web.{name}": finding}


def test_whoever_else_may_pull_is_found(aws: AwsFactory) -> None:
    world = World(aws)
    world.make(world.web.id, "999999999999")
    assert world.failures() == {"repository.web.pull": (world.web.id, f"{world.web.id}, 999999999999")}


def test_of_a_repository_of_others_only_its_presence_counts(aws: AwsFactory) -> None:
    world = World(aws, Repository(is_made=False))
    world.make(imageTagMutability="MUTABLE")
    assert world.failures() == {}


def test_organizations_and_units_that_may_pull_are_told_by_the_condition(aws: AwsFactory) -> None:
    world = World(aws)
    audience = Audience(
        "us-east-1",
        ("arn:aws:organizations::999999999999:organization/o-a1b2c3d4e5",),
        ("arn:aws:organizations::999999999999:ou/o-a1b2c3d4e5/ou-ab12-11111111",),
    )
    prod = replace(world.spec.environments["prod"], audiences=(audience,))
    world.spec = replace(world.spec, environments={"prod": prod})
    world.make(world.web.id)
    wanted = f"{world.web.id}, o-a1b2c3d4e5, o-a1b2c3d4e5/*/ou-ab12-11111111/*"
    assert world.failures() == {"repository.web.pull": (wanted, world.web.id)}
    conditions = (
        {"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/*/ou-ab12-11111111/*"]}},
    )
    everybody = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["ecr:BatchGetImage"]}
    account = {**everybody, "Principal": {"AWS": f"arn:aws:iam::{world.web.id}:root"}}
    statements = [account, *({**everybody, "Condition": condition} for condition in conditions)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    world.aws("ecr", world.build.id).set_repository_policy(repositoryName="prod/web", policyText=policy)
    assert world.failures() == {}
