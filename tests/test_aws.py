from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, SSOTokenLoadError

from generator.aws import AccountClients, UnreachableError, aws_errors, error_code
from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint, redirected
from generator.errors import AwsError
from generator.spec.model import Account, Organization, Roles, State

HERE = Account("images-test", "909090909090")
ROLE = "ClientsTest"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": CALLER_ACCOUNT}, "Action": "sts:AssumeRole"},
    ],
}


@pytest.fixture
def organization() -> Organization:
    return Organization(
        name="acme",
        partition="aws",
        accounts={HERE.name: HERE},
        state=State("acme-state", "us-east-1"),
        roles=Roles("Plan", ROLE),
        tags={},
    )


@pytest.fixture
def environment(emulator: Endpoint) -> dict[str, str]:
    return redirected(os.environ, emulator)


@pytest.fixture
def role(aws: Callable[..., Any]) -> str:
    iam = aws("iam", HERE.id)
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    return ROLE


def test_a_client_acts_in_the_account_as_the_role(
    organization: Organization, environment: dict[str, str], role: str
) -> None:
    before = dict(os.environ)
    identity = AccountClients(organization, role, environment)("sts", HERE, "eu-central-1").get_caller_identity()
    assert identity["Account"] == HERE.id
    assert identity["Arn"] == f"arn:aws:sts::{HERE.id}:assumed-role/{role}/goldsmith"
    assert dict(os.environ) == before


def test_a_role_that_is_not_there_is_told_with_the_account(
    organization: Organization, environment: dict[str, str]
) -> None:
    with pytest.raises(AwsError, match=r"images-test .909090909090.*role/Missing.*organization.yaml") as refused:
        AccountClients(organization, "Missing", environment)("sts", HERE, "us-east-1")
    assert error_code(refused.value) == "AccessDenied"


def test_an_endpoint_that_does_not_answer_is_told_in_seconds(
    organization: Organization, environment: dict[str, str]
) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{listening.getsockname()[1]}"
    clients = AccountClients(organization, ROLE, environment | {"AWS_ENDPOINT_URL": closed})
    with pytest.raises(UnreachableError, match=closed):
        clients("sts", HERE, "us-east-1")


def test_no_credentials_are_told_with_what_to_do(organization: Organization, environment: dict[str, str]) -> None:
    bare = {name: value for name, value in environment.items() if not name.startswith("AWS_ACCESS_KEY")}
    with pytest.raises(AwsError, match="no AWS credentials were found"):
        AccountClients(organization, ROLE, bare)("sts", HERE, "us-east-1")


def test_a_profile_that_is_not_there_is_told_by_its_name(
    organization: Organization, environment: dict[str, str]
) -> None:
    with pytest.raises(AwsError, match=r"\(nobody\)"):
        AccountClients(organization, ROLE, environment | {"AWS_PROFILE": "nobody"})("sts", HERE, "us-east-1")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", "have expired"),
        ("InvalidClientTokenId", "does not know the credentials"),
        ("AccessDeniedException", "Give the role that permission"),
        ("ThrottlingException", "GetImage was refused: ThrottlingException: why"),
    ],
)
def test_a_refusal_of_aws_is_told_with_what_to_do(code: str, told: str) -> None:
    with pytest.raises(AwsError, match=f"^prod/web: .*{told}") as refused, aws_errors("prod/web"):
        raise ClientError({"Error": {"Code": code, "Message": "why"}}, "GetImage")
    assert error_code(refused.value) == code


def test_an_expired_sign_in_is_told_with_what_to_do() -> None:
    with pytest.raises(AwsError, match="aws sso login"), aws_errors("prod/web"):
        raise SSOTokenLoadError(error_msg="expired")
