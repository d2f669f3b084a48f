from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint
from tests.conftest import client_for

ACCOUNT = "710000000001"
ROOT = f"arn:aws:iam::{CALLER_ACCOUNT}:root"


def role_arn(name: str, account_id: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account_id}:role/{name}"


def create_role(endpoint: Endpoint, name: str, principal: Any, account_id: str = ACCOUNT, **statement: Any) -> None:
    allow = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **statement}
    trust = {"Version": "2012-10-17", "Statement": [allow]}
    iam = client_for(endpoint, "iam", account_id)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


def assume(endpoint: Endpoint, arn: str, session: boto3.session.Session | None = None, **request: str) -> Any:
    sts = session.client("sts", endpoint_url=endpoint.url) if session else client_for(endpoint, "sts")
    return sts.assume_role(RoleArn=arn, RoleSessionName="test", **request)


def session_of(credentials: dict[str, str]) -> boto3.session.Session:
    return boto3.session.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name="us-east-1",
    )


def assert_denied(endpoint: Endpoint, arn: str, **arguments: Any) -> str:
    with pytest.raises(ClientError) as denied:
        assume(endpoint, arn, **arguments)
    response = denied.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert response["Error"]["Code"] == "AccessDenied"
    return str(response["Error"]["Message"])


def test_moto_lets_anybody_assume_a_role_that_does_not_exist(plain_moto: Endpoint) -> None:
    assume(plain_moto, role_arn("nowhere"))


def test_a_role_that_does_not_exist_is_refused_as_by_aws(emulator: Endpoint) -> None:
    assert assert_denied(emulator, role_arn("nowhere")) == (
        f"User: {ROOT} is not authorized to perform: sts:AssumeRole on resource: {role_arn('nowhere')}"
    )


def test_a_role_that_trusts_the_callers_account_is_assumed(emulator: Endpoint) -> None:
    create_role(emulator, "trusting", {"AWS": ROOT})
    assumed = assume(emulator, role_arn("trusting"))
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/trusting/test"
    identity = session_of(assumed["Credentials"]).client("sts", endpoint_url=emulator.url).get_caller_identity()
    assert identity["Account"] == ACCOUNT


def test_a_role_that_trusts_somebody_else_is_refused(emulator: Endpoint) -> None:
    create_role(emulator, "of-another", {"AWS": "arn:aws:iam::710000000099:root"})
    create_role(emulator, "of-a-service", {"Service": "ec2.amazonaws.com"})
    assert_denied(emulator, role_arn("of-another"))
    assert_denied(emulator, role_arn("of-a-service"))


def test_a_role_that_wants_an_external_id_is_refused_without_it(emulator: Endpoint) -> None:
    create_role(emulator, "external", {"AWS": ROOT}, Condition={"StringEquals": {"sts:ExternalId": "agreed"}})
    assert_denied(emulator, role_arn("external"))
    assert_denied(emulator, role_arn("external"), ExternalId="guessed")
    assume(emulator, role_arn("external"), ExternalId="agreed")


def test_a_role_may_trust_one_role_of_another_account(emulator: Endpoint) -> None:
    create_role(emulator, "first", {"AWS": ROOT})
    create_role(emulator, "second", {"AWS": role_arn("first")}, account_id="710000000002")
    second = role_arn("second", "710000000002")
    assert_denied(emulator, second)
    first = session_of(assume(emulator, role_arn("first"))["Credentials"])
    assume(emulator, second, session=first)
