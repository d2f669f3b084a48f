"""`goldsmith bootstrap` through the real provider, and what the roles that it made get for an answer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_clients import CONFIG
from botocore.exceptions import ClientError
from botocore.model import Shape
from seen_calls import known_calls
from specs import write_spec

from generator.cli import run
from generator.emulator.endpoint import CALLER_ACCOUNT, CALLER_REGION, Endpoint, redirected
from generator.emulator.iam_actions import action_of
from generator.emulator.landing_zone import prepare_administrators
from generator.emulator.process import call
from generator.errors import TerraformError
from generator.render.render import render
from generator.render.writer import write
from generator.spec import load
from generator.spec.bootstraps import FOLDER
from generator.terraform.root import Terraform

AwsFactory = Callable[..., Any]
Output = pytest.CaptureFixture[str]
BUCKET = "acme-bootstrap-state"
HOME, OTHER = "910000000001", "910000000002"  # accounts of this file alone
BOUNDARY = f"arn:aws:iam::{HOME}:policy/GoldsmithBoundary"
ADMINISTRATORS = "OrganizationAccountAccessRole"
CALLER = f"arn:aws:iam::{CALLER_ACCOUNT}:root"
SPEC = {
    "organization.yaml": f"""\
organization: acme
accounts: {{images: "{HOME}", web: "{OTHER}"}}
state: {{bucket: {BUCKET}, region: {CALLER_REGION}}}
roles: {{plan: BootstrapPlan, apply: BootstrapApply}}
bootstrap:
  account: images
  apply_principals: ["{CALLER}"]
  github: acme/images
""",
    "prod.yaml": f"""\
environment: prod
build: {{account: images, region: {CALLER_REGION}, network: own}}
images: [web]
distribute: [{{accounts: [web], regions: [{CALLER_REGION}]}}]
""",
}
READS = ("BatchGet", "Describe", "Get", "Head", "List")
# Those that the modules have to do with, and some that they have nothing to do with.
SERVICES = ("dynamodb", "ecr", "events", "iam", "imagebuilder", "kms", "lambda", "logs", "s3", "sns", "sqs", "ssm")
ELSEWHERE = {"logs:StartLiveTail", "s3:WriteGetObjectResponse"}  # a host of their own, which no endpoint stands for
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint) -> Iterator[Path]:
    """A spec whose accounts are as they joined the organization, and its rendered tree, as the current directory."""
    directory = tmp_path_factory.mktemp("bootstrap")
    spec = load(write_spec(directory / "environments", SPEC))
    write(render(spec), directory / "rendered")
    prepare_administrators(emulator, spec.organization, ADMINISTRATORS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        for name in [name for name in os.environ if name.startswith("GOLDSMITH_STATE")]:
            patch.delenv(name)
        for name, value in redirected(os.environ, emulator).items():
            patch.setenv(name, value)
        yield directory


@pytest.fixture(scope="module")
def bootstrapped(project: Path) -> Path:
    """Both accounts, made ready by the command: by a first run that ends before the state is moved, and by a second."""
    command = ["bootstrap", "--role", ADMINISTRATORS, "--apply", "--confirm", "images,web"]

    def end(_terraform: Terraform) -> None:
        raise TerraformError("the machine was switched off")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Terraform, "migrate_state", end)
        assert run(command) == 1
    assert len(list(project.glob(".goldsmith/bootstrap/**/terraform.tfstate"))) == 1
    assert run(command) == 0
    return project


@pytest.fixture
def enforced(bootstrapped: Path, emulator: Endpoint) -> Iterator[Endpoint]:
    call(emulator, "enforcement", {"on": True})
    yield emulator
    call(emulator, "enforcement", {"on": False})


@pytest.fixture
def as_pipeline(enforced: Endpoint, aws: AwsFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the command line run with the credentials that a job of the pipelines begins with."""

    def become(role: str) -> None:
        arn = f"arn:aws:iam::{HOME}:role/{role}"
        given = aws("sts").assume_role_with_web_identity(
            RoleArn=arn, RoleSessionName="job", WebIdentityToken="a-token-of-the-job"
        )["Credentials"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])

    return become


def session_of(role: str, emulator: Endpoint, aws: AwsFactory) -> Callable[[str], Any]:
    """Clients of a session of a role of the account."""
    arn = f"arn:aws:iam::{HOME}:role/{role}"
    given = aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    session = boto3.session.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return lambda service: session.client(service, CALLER_REGION, endpoint_url=emulator.url, config=CONFIG)


def made_up(shape: Shape | None) -> Any:
    """Arguments that are complete, and mean nothing."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        union = [*shape.members][:1] if getattr(shape, "is_tagged_union", False) else []  # type: ignore[attr-defined]
        needed = [*shape.required_members, *union]  # type: ignore[attr-defined]
        return {name: made_up(shape.members[name]) for name in needed}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [made_up(shape.member)] * max(1, shape.metadata.get("min", 1))  # type: ignore[attr-defined]
    simple = {"boolean": False, "blob": b"x", "map": {}, "timestamp": datetime(2025, 1, 1, tzinfo=UTC)}
    if shape.type_name == "string":
        return (getattr(shape, "enum", None) or ["x" * max(20, shape.metadata.get("min", 1))])[0]
    return simple.get(shape.type_name, shape.metadata.get("min", 1))


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def answer_to(client: Any, operation: str) -> str:
    """The code of the error that a call with made-up arguments gets; `done` where it gets none."""
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        getattr(client, method)(**made_up(model.input_shape))
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def writes_seen() -> list[str]:
    """What any example or module was seen to write."""
    known = known_calls()
    reads = {action for each in known["GoldsmithPlan"] if (action := action_of(*each.split(":")))}
    return [
        each
        for each in known["GoldsmithApply"]
        if action_of(*each.split(":")) not in reads and not each.split(":")[1].startswith(READS)
    ]


def writes_of(clients: Callable[[str], Any]) -> list[str]:
    """Every operation of these services that does not bear the name of one that reads."""
    return [
        f"{service}:{operation}"
        for service in SERVICES
        for operation in clients(service).meta.service_model.operation_names
        if not operation.startswith(READS) and f"{service}:{operation}" not in ELSEWHERE
    ]


def test_without_the_bucket_an_account_waits_for_the_one_that_has_it(project: Path, capsys: Output) -> None:
    assert run(["bootstrap", "web", "--role", ADMINISTRATORS]) == 1
    assert capsys.readouterr().err.endswith("Begin with that account: goldsmith bootstrap images\n")


def test_a_second_run_changes_nothing_and_the_state_is_in_the_bucket(
    bootstrapped: Path, aws: AwsFactory, capsys: Output
) -> None:
    assert run(["bootstrap", "--role", ADMINISTRATORS, "--json"]) == 0
    plans = {each["root"]: each["plan"] for each in json.loads(capsys.readouterr().out)["roots"]}
    assert {root: plan["changes"] for root, plan in plans.items()} == {"bootstrap/images": [], "bootstrap/web": []}
    keys = {each["Key"] for each in aws("s3", HOME).list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {"bootstrap/images/terraform.tfstate", "bootstrap/web/terraform.tfstate"}
    assert list(bootstrapped.glob(".goldsmith/bootstrap/**/*.tfstate*")) == []


def test_pipelines_plan_without_a_write_and_apply(
    as_pipeline: Callable[[str], None], aws: AwsFactory, capsys: Output
) -> None:
    """With every policy asked: the plan role plans, before and after; the apply role applies what it may."""
    as_pipeline("BootstrapPlan-ci")
    assert run(["plan", "--account", "web"]) == 0
    as_pipeline("BootstrapApply-ci")
    assert run(["apply", "--account", "web"]) == 0
    role = aws("iam", OTHER).get_role(RoleName="EC2ImageBuilderDistributionCrossAccountRole")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == f"arn:aws:iam::{OTHER}:policy/GoldsmithBoundary"
    as_pipeline("BootstrapPlan-ci")
    capsys.readouterr()
    assert run(["plan", "--account", "web", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["roots"][0]["plan"]["changes"] == []


def test_the_pipelines_plan_role_writes_locks_alone(as_pipeline: Callable[[str], None], enforced: Endpoint) -> None:
    as_pipeline("BootstrapPlan-ci")
    s3, sts = (boto3.client(each, CALLER_REGION, config=CONFIG) for each in ("s3", "sts"))
    state = "prod/web/us-east-1/terraform.tfstate"
    s3.put_object(Bucket=BUCKET, Key=f"{state}.tflock", Body=b"{}")
    s3.delete_object(Bucket=BUCKET, Key=f"{state}.tflock")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=BUCKET, Key=state, Body=b"{}")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=BUCKET, Key=state)
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=f"arn:aws:iam::{HOME}:role/BootstrapApply", RoleSessionName="test")


@pytest.mark.parametrize("role", ["BootstrapPlan-ci", "BootstrapApply-ci"])
def test_pipelines_leave_alone_what_their_own_roles_are_made_from(
    role: str, as_pipeline: Callable[[str], None], enforced: Endpoint
) -> None:
    as_pipeline(role)
    s3 = boto3.client("s3", CALLER_REGION, config=CONFIG)
    state = f"{FOLDER}/images/terraform.tfstate"
    refused: list[Callable[[], Any]] = [
        lambda: s3.get_object(Bucket=BUCKET, Key=state),
        lambda: s3.put_object(Bucket=BUCKET, Key=state, Body=b"{}"),
        lambda: s3.put_object(Bucket=BUCKET, Key=f"{state}.tflock", Body=b"{}"),
        lambda: s3.delete_object(Bucket=BUCKET, Key=f"{state}.tflock"),
    ]
    for attempt in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()


def test_every_write_of_the_plan_role_is_refused(enforced: Endpoint, aws: AwsFactory) -> None:
    """All that any example or module was seen to write, and whatever else these services can be asked to do."""
    clients = cache(session_of("BootstrapPlan", enforced, aws))
    seen = writes_seen()
    tried = sorted({*seen, *writes_of(clients)})
    answers = {each: answer_to(clients(each.split(":")[0]), each.split(":")[1]) for each in tried}
    assert len(seen) > 90
    assert len(tried) > 500
    assert {each: code for each, code in answers.items() if code not in DENIED} == {}


def test_the_plan_role_reads(enforced: Endpoint, aws: AwsFactory) -> None:
    clients = session_of("BootstrapPlan", enforced, aws)
    assert clients("iam").get_role(RoleName="BootstrapApply")["Role"]["RoleName"] == "BootstrapApply"
    assert clients("imagebuilder").list_components(owner="Self")["componentVersionList"] is not None
    clients("s3").head_bucket(Bucket=BUCKET)


def test_the_apply_role_makes_roles_within_the_boundary_alone(enforced: Endpoint, aws: AwsFactory) -> None:
    iam = session_of("BootstrapApply", enforced, aws)("iam")
    role = "goldsmith-test-instance"
    trust = json.dumps(document(Principal={"AWS": CALLER}, Action="sts:AssumeRole"))
    within = {"AssumeRolePolicyDocument": trust, "PermissionsBoundary": BOUNDARY}
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.create_role(RoleName=role, **within)
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=json.dumps(document(Action="*", Resource="*")))
    refused: list[Callable[[], Any]] = [
        lambda: iam.create_role(RoleName="Admin", **within),
        lambda: iam.create_role(RoleName="goldsmith-free", AssumeRolePolicyDocument=trust),
        lambda: iam.create_role(RoleName="goldsmith-free", **within | {"PermissionsBoundary": admin}),
        lambda: iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=admin),
        lambda: iam.delete_role_permissions_boundary(RoleName=role),
        lambda: iam.create_policy_version(PolicyArn=BOUNDARY, PolicyDocument=trust, SetAsDefault=True),
        lambda: iam.attach_role_policy(RoleName=role, PolicyArn=admin),
        lambda: iam.put_role_policy(RoleName="BootstrapApply", PolicyName="all", PolicyDocument=trust),
    ]
    for attempt in refused:
        with pytest.raises(ClientError, match="not authorized to perform: iam:"):
            attempt()


def test_a_role_that_may_everything_can_do_no_more_than_builds_need(enforced: Endpoint, aws: AwsFactory) -> None:
    """One that whoever applies has given a policy of his own."""
    role = "goldsmith-test-mighty"
    trust = json.dumps(document(Principal={"AWS": CALLER}, Action="sts:AssumeRole"))
    iam = aws("iam", HOME)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust, PermissionsBoundary=BOUNDARY)
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=json.dumps(document(Action="*", Resource="*")))
    clients = session_of(role, enforced, aws)
    assert clients("ec2").describe_images(Owners=["self"])["Images"] is not None
    with pytest.raises(ClientError, match="not authorized to perform: iam:CreateUser"):
        clients("iam").create_user(UserName="mighty")
    with pytest.raises(ClientError, match="AccessDenied"):
        clients("s3").put_object(Bucket=BUCKET, Key="prod/images/us-east-1/terraform.tfstate", Body=b"{}")
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        clients("sts").assume_role(RoleArn=f"arn:aws:iam::{HOME}:role/BootstrapApply", RoleSessionName="test")


def test_pipelines_reach_the_state_and_the_roles_alone(bootstrapped: Path, aws: AwsFactory) -> None:
    iam = aws("iam", HOME)
    policy = iam.get_role_policy(RoleName="BootstrapPlan-ci", PolicyName="pipeline")["PolicyDocument"]
    allowed = {each["Sid"]: (each["Action"], each["Resource"]) for each in policy["Statement"]}
    assert allowed == {
        "AssumeRoles": ("sts:AssumeRole", [f"arn:aws:iam::{each}:role/BootstrapPlan" for each in (HOME, OTHER)]),
        "FindState": ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
        "LeaveBootstrap": (["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{BUCKET}/bootstrap/*"),
        "LockState": (["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{BUCKET}/*.tflock"),
        "ReadState": ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*"),
    }
    [statement] = iam.get_role(RoleName="BootstrapApply-ci")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/images:environment:goldsmith",
    }


def test_the_bucket_of_the_state_keeps_versions_and_is_closed(bootstrapped: Path, aws: AwsFactory) -> None:
    s3 = aws("s3", HOME)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    [rule] = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    [statement] = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
