"""modules/bootstrap through the real provider, and what the roles that it made get for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from aws_clients import CONFIG
from botocore.exceptions import ClientError
from botocore.model import Shape
from modules.roots import Root, make_root
from seen_calls import known_calls

from generator.emulator.endpoint import CALLER_ACCOUNT, CALLER_REGION, Endpoint
from generator.emulator.iam_actions import action_of
from generator.emulator.process import call

AwsFactory = Callable[..., Any]
BUCKET = "acme-bootstrap-state"
MAIN = f"""\
provider "aws" {{
  region = "{CALLER_REGION}"
}}

module "bootstrap" {{
  source = "./modules/bootstrap"

  account_id       = "{CALLER_ACCOUNT}"
  account_ids      = ["{CALLER_ACCOUNT}"]
  apply_principals = ["arn:aws:iam::{CALLER_ACCOUNT}:root"]
  apply_role_name  = "BootstrapApply"
  plan_role_name   = "BootstrapPlan"
  manages_network  = true
  github           = {{ repository = "acme/images" }}
  state            = {{ bucket = "{BUCKET}" }}
}}
"""
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, running_provider: Mapping[str, str]
) -> Iterator[Root]:
    made = make_root(tmp_path_factory.mktemp("bootstrap"), emulator, {"main.tf": MAIN}, running_provider)
    made.run("apply", "-no-color", "-auto-approve")
    yield made
    made.run("destroy", "-no-color", "-auto-approve")


@pytest.fixture
def enforced(root: Root, emulator: Endpoint) -> Iterator[Endpoint]:
    call(emulator, "enforcement", {"on": True})
    yield emulator
    call(emulator, "enforcement", {"on": False})


def session_of(role: str, emulator: Endpoint, aws: AwsFactory) -> Callable[[str], Any]:
    """Clients of a session of a role of the account."""
    arn = f"arn:aws:iam::{CALLER_ACCOUNT}:role/{role}"
    given = aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    session = boto3.session.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return lambda service: session.client(service, CALLER_REGION, endpoint_url=emulator.url, config=CONFIG)


def made_up(shape: Shape | None) -> Any:
    """Arguments that are complete, and mean nothing."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {name: made_up(shape.members[name]) for name in shape.required_members}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [made_up(shape.member)]  # type: ignore[attr-defined]
    simple = {"boolean": False, "blob": b"x", "map": {}, "timestamp": datetime(2025, 1, 1, tzinfo=UTC)}
    if shape.type_name == "string":
        return (getattr(shape, "enum", None) or ["x" * max(20, shape.metadata.get("min", 1))])[0]
    return simple.get(shape.type_name, shape.metadata.get("min", 1))


def answer_to(client: Any, operation: str) -> str:
    """The code of the error that a call with made-up arguments gets; `done` where it gets none."""
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        getattr(client, method)(**made_up(model.input_shape))
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def writes() -> list[str]:
    known = known_calls()
    reads = {action for each in known["GoldsmithPlan"] if (action := action_of(*each.split(":")))}
    is_read = ("BatchGet", "Describe", "Get", "Head", "List")
    return [
        each
        for each in known["GoldsmithApply"]
        if action_of(*each.split(":")) not in reads and not each.split(":")[1].startswith(is_read)
    ]


def test_a_second_plan_is_empty(root: Root) -> None:
    root.run("plan", "-no-color", "-detailed-exitcode")


def test_every_write_of_the_plan_role_is_refused(enforced: Endpoint, aws: AwsFactory) -> None:
    """All that any example or module was seen to write."""
    clients = session_of("BootstrapPlan", enforced, aws)
    made = {service: clients(service) for service in {each.split(":")[0] for each in writes()}}
    answers = {each: answer_to(made[each.split(":")[0]], each.split(":")[1]) for each in writes()}
    assert len(answers) > 90
    assert {each: code for each, code in answers.items() if code not in DENIED} == {}


def test_the_plan_role_reads(enforced: Endpoint, aws: AwsFactory) -> None:
    clients = session_of("BootstrapPlan", enforced, aws)
    assert clients("iam").get_role(RoleName="BootstrapApply")["Role"]["RoleName"] == "BootstrapApply"
    assert clients("imagebuilder").list_components(owner="Self")["componentVersionList"] is not None
    clients("s3").head_bucket(Bucket=BUCKET)


def test_the_apply_role_makes_roles_of_builds_and_leaves_its_own_alone(enforced: Endpoint, aws: AwsFactory) -> None:
    iam = session_of("BootstrapApply", enforced, aws)("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName="goldsmith-test-instance", AssumeRolePolicyDocument=trust)
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    refused: list[Callable[[], Any]] = [
        lambda: iam.create_role(RoleName="Admin", AssumeRolePolicyDocument=trust),
        lambda: iam.attach_role_policy(RoleName="goldsmith-test-instance", PolicyArn=admin),
        lambda: iam.put_role_policy(RoleName="BootstrapApply", PolicyName="all", PolicyDocument=trust),
    ]
    for attempt in refused:
        with pytest.raises(ClientError, match="not authorized to perform: iam:"):
            attempt()
    iam.delete_role(RoleName="goldsmith-test-instance")


def test_pipelines_reach_the_state_and_the_roles_alone(root: Root, aws: AwsFactory) -> None:
    iam = aws("iam")
    policy = iam.get_role_policy(RoleName="BootstrapPlan-ci", PolicyName="pipeline")["PolicyDocument"]
    allowed = {each["Sid"]: (each["Action"], each["Resource"]) for each in policy["Statement"]}
    assert allowed == {
        "AssumeRoles": ("sts:AssumeRole", [f"arn:aws:iam::{CALLER_ACCOUNT}:role/BootstrapPlan"]),
        "FindState": ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
        "LockState": (["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{BUCKET}/*.tflock"),
        "ReadState": ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*"),
    }
    [statement] = iam.get_role(RoleName="BootstrapApply-ci")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/images:environment:goldsmith",
    }


def test_the_bucket_of_the_state_keeps_versions_and_is_closed(root: Root, aws: AwsFactory) -> None:
    s3 = aws("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    [rule] = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    [statement] = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
