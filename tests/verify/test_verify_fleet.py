"""Roots without providers, verified as a fleet; their accounts are the embedded AWS's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.spec.model import Account
from generator.terraform.cancellation import Cancellation
from generator.terraform.fleet import Bounds, Outcome
from generator.terraform.running import RunningProviders
from generator.verify.checks import Check
from generator.verify.copies import Copies, private_copies
from generator.verify.fleet import Runner, verify_fleet
from generator.verify.root_test import BoundedTest
from tests.verify.organization import KEY_ROOT, ROLE_ROOT, organization, root_named

BUILD, WEB = Account("images", "320000000001"), Account("web", "320000000002")
SPEC = organization(BUILD, WEB)
ROOTS = [root_named(ROLE_ROOT, SPEC), root_named(KEY_ROOT, SPEC)]
MAIN = """
terraform {{
  backend "local" {{ path = "{state}" }}
}}
output "key_alias_arn" {{ value = "{arn}" }}
"""


class Silent:
    def started(self, name: str) -> None: ...
    def says(self, name: str, text: str) -> None: ...
    def ended(self, outcome: Outcome[object]) -> None: ...


@pytest.fixture
def rendered(tmp_path: Path, runner: Runner) -> Path:
    """The key's root is applied and right; the role's root is not Terraform at all."""
    for root in ROOTS:
        (tmp_path / "rendered" / root.path).mkdir(parents=True)
    arn = f"arn:aws:kms:eu-central-1:{BUILD.id}:alias/goldsmith-prod"
    main = MAIN.format(state=tmp_path / "terraform.tfstate", arn=arn)
    (tmp_path / "rendered" / ROOTS[1].path / "main.tf").write_text(main)
    (tmp_path / "rendered" / ROOTS[0].path / "main.tf").write_text("this is {")
    (tmp_path / "applied").mkdir()
    copy = Copies(tmp_path / "rendered", tmp_path / "applied").of(ROOTS[1])
    test = BoundedTest(copy, binary=runner.binary, environment=runner.environment)
    test.init()
    test.apply()
    return tmp_path / "rendered"


def test_a_root_that_fails_does_not_hide_what_else_is_wrong(
    rendered: Path, aws: Callable[..., Any], runner: Runner
) -> None:
    kms = aws("kms", BUILD.id, "eu-central-1")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/goldsmith-prod", TargetKeyId=key)
    kms.enable_key_rotation(KeyId=key)
    with private_copies(rendered) as copies:
        checks = verify_fleet(
            ROOTS,
            copies,
            runner,
            lambda service, account, region: aws(service, account.id, region),
            providers=RunningProviders(None, {}),
            bounds=Bounds(2),
            progress=Silent(),
            cancellation=Cancellation(),
        )
    assert [(check.root, check.name, check.result) for check in checks] == [
        (ROLE_ROOT, "init", "failed"),
        (ROLE_ROOT, "role", "failed"),
        (ROLE_ROOT, "parameter.web.eu-central-1", "skipped"),
        (ROLE_ROOT, "parameter.web.us-east-1", "skipped"),
        (KEY_ROOT, "key_alias_arn", "passed"),
        (KEY_ROOT, "distribution_role_arn", "passed"),
        (KEY_ROOT, "plan", "passed"),
        (KEY_ROOT, "key.state", "passed"),
        (KEY_ROOT, "key.rotation", "passed"),
        (KEY_ROOT, "parameter.web.eu-central-1", "skipped"),
    ]
    assert "terraform init ended with exit code 1" in checks[0].actual


def test_a_root_that_was_not_rendered_fails_alone(tmp_path: Path, aws: Callable[..., Any], runner: Runner) -> None:
    with private_copies(tmp_path) as copies:
        checks = verify_fleet(
            ROOTS[:1],
            copies,
            runner,
            lambda service, account, region: aws(service, account.id, region),
            providers=RunningProviders(None, {}),
            bounds=Bounds(1),
            progress=Silent(),
            cancellation=Cancellation(),
        )
    source = tmp_path / ROOTS[0].path
    reason = f"{source}: not rendered; verify needs every root of the spec. Run: goldsmith render"
    assert checks == [Check(ROLE_ROOT, "root", "verified", reason, "failed")]
