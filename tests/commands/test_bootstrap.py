"""What `goldsmith bootstrap` refuses before any Terraform starts."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from specs import SMALL, write_spec

from generator.cli import run
from generator.commands.asked import Asked
from generator.commands.bootstrap import next_words
from generator.commands.bootstrapping import BUCKET, Caller, is_there, refuse_unknown_bucket, refuse_wrong_accounts
from generator.errors import GoldsmithError
from generator.render.bootstrap_roots import BootstrapRoot, bootstrap_roots
from generator.render.render import render
from generator.render.writer import write
from generator.spec import load
from generator.terraform.plans import Plan, ResourceChange

Output = pytest.CaptureFixture[str]
ORGANIZATION = SMALL["organization.yaml"]
WITH_BOOTSTRAP = f"{ORGANIZATION}bootstrap: {{account: images-prod, github: acme/images}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOLDSMITH_EMULATOR", raising=False)
    write_spec(tmp_path / "environments", {"organization.yaml": WITH_BOOTSTRAP})
    write(render(load(tmp_path / "environments")), tmp_path / "rendered")
    return tmp_path


def roots(project: Path) -> tuple[BootstrapRoot, ...]:
    return bootstrap_roots(load(project / "environments"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["web-prd"],
            "web-prd: the spec has no such account with a bootstrap; there are images-prod and web-prod. "
            "Did you mean web-prod?\n",
        ),
        (["--confirm", "web-prod"], "--confirm: nothing is changed without --apply. Add it, or leave --confirm out.\n"),
        (["--apply"], "bootstrap: nobody is there to confirm it. Add --confirm images-prod,web-prod\n"),
        (
            ["web-prod", "--apply", "--confirm", "images-prod"],
            "bootstrap: 'images-prod' does not name what would be changed, which is web-prod. Nothing was changed.\n",
        ),
    ],
)
def test_what_is_not_asked_for_in_words_is_wrong_usage(
    project: Path, capsys: Output, arguments: list[str], message: str
) -> None:
    assert run(["bootstrap", *arguments]) == 64
    assert capsys.readouterr().err == message
    assert not (project / ".goldsmith").exists()


def test_a_spec_without_a_bootstrap_is_told_what_to_add(project: Path, capsys: Output) -> None:
    (project / "environments" / "organization.yaml").write_text(ORGANIZATION)
    assert run(["bootstrap"]) == 1
    assert "environments/organization.yaml: bootstrap: is missing; it says who may plan" in capsys.readouterr().err


def test_a_tree_that_is_not_what_the_spec_says_is_refused(project: Path, capsys: Output) -> None:
    (project / "rendered" / "bootstrap" / "web-prod" / "main.tf").write_text("# by hand\n")
    assert run(["bootstrap", "web-prod"]) == 1
    assert capsys.readouterr().err.endswith("(bootstrap/web-prod/main.tf). Run: goldsmith render\n")


def test_credentials_of_another_account_are_refused(project: Path) -> None:
    caller = Caller("333333333333", "arn:aws:iam::333333333333:user/ann", None)
    home, other = roots(project)
    refuse_wrong_accounts([home], caller)
    with pytest.raises(GoldsmithError) as refusal:
        refuse_wrong_accounts([home, other], caller)
    assert str(refusal.value) == (
        "bootstrap/web-prod: the credentials are of account 333333333333 (arn:aws:iam::333333333333:user/ann), and "
        "what is asked for is in web-prod (444444444444). Sign in there, or name a role of its administrators that you "
        "may assume: --role OrganizationAccountAccessRole"
    )


def test_a_role_is_assumed_in_accounts_of_others_alone() -> None:
    caller = Caller("333333333333", "arn:aws:iam::333333333333:user/ann", "Admin")
    assert (caller.role_in("333333333333"), caller.role_in("444444444444")) == (None, "Admin")


@pytest.mark.parametrize(("status", "is_theirs"), [(200, True), (404, False)])
def test_the_bucket_of_the_state_is_asked_for_with_its_owner(status: int, is_theirs: bool) -> None:
    """One that another account has under this name, and has opened, is nothing to write a state to."""
    s3 = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    asked = {"Bucket": "acme-terraform-state", "ExpectedBucketOwner": "333333333333"}
    with Stubber(s3) as stub:
        if status == 200:
            stub.add_response("head_bucket", {}, asked)
        else:
            stub.add_client_error("head_bucket", str(status), http_status_code=status, expected_params=asked)
        assert is_there(s3, "acme-terraform-state", "333333333333") is is_theirs
        stub.assert_no_pending_responses()


def test_what_is_said_to_come_next_goes_to_the_same_accounts() -> None:
    emulated = Asked(use_emulator=True)
    assert next_words(Asked(), None) == " --apply"
    assert next_words(emulated, "Admin") == " --emulator --role Admin --apply"


def test_a_bucket_that_no_state_has_is_refused(project: Path) -> None:
    home = roots(project)[0]
    refuse_unknown_bucket(home, Plan(home.name, (ResourceChange(BUCKET, "aws_s3_bucket", ("update",)),)))
    with pytest.raises(GoldsmithError, match="bucket acme-terraform-state is there, and no state has it"):
        refuse_unknown_bucket(home, Plan(home.name, (ResourceChange(BUCKET, "aws_s3_bucket", ("create",)),)))
