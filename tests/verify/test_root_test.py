from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import tftest

from generator.errors import StaleError, TerraformError
from generator.terraform.adapter import CancelledError
from generator.terraform.cancellation import Cancellation
from generator.verify.copies import private_copies
from generator.verify.fleet import Runner
from generator.verify.root_test import BoundedTest, RootTest
from tests.verify.organization import ROLE_ROOT, root_named

ROOT = root_named(ROLE_ROOT)
MAIN = """
module "role" {
  source = "../../../modules/role"
  arn    = var.arn
}
variable "arn" { default = "arn:aws:iam::210000000002:role/EC2ImageBuilderDistributionCrossAccountRole" }
variable "loud" { default = false }
output "distribution_role_arn" { value = module.role.arn }
"""
MODULE = """
variable "arn" { type = string }
resource "terraform_data" "this" { input = var.arn }
output "arn" { value = terraform_data.this.output }
"""


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """A rendered tree of one root without providers, whose state lies beside it."""
    root, module = tmp_path / "rendered" / ROOT.path, tmp_path / "rendered" / "modules" / "role"
    root.mkdir(parents=True)
    module.mkdir(parents=True)
    backend = f'terraform {{\n  backend "local" {{ path = "{tmp_path}/terraform.tfstate" }}\n}}\n'
    (root / "main.tf").write_text(MAIN + backend)
    (module / "main.tf").write_text(MODULE)
    return tmp_path / "rendered"


def root_test(directory: Path, runner: Runner, **options: Any) -> RootTest:
    return RootTest(ROOT, directory, binary=runner.binary, environment=runner.environment, **options)


def applied(directory: Path, runner: Runner) -> None:
    """Apply in a copy of its own; what verify uses cannot."""
    test = BoundedTest(directory, binary=runner.binary, environment=runner.environment)
    test.setup()
    test.apply()


def fake_terraform(directory: Path, script: str) -> Runner:
    path = directory / "terraform"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Runner(str(path), os.environ)


def tree_of(directory: Path) -> dict[str, str]:
    """Everything below a directory: path -> mode and content."""
    return {
        str(path.relative_to(directory)): f"{path.stat().st_mode:o} "
        + (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        for path in sorted(directory.rglob("*"))
    }


def test_an_applied_root_is_read_from_a_copy_and_never_touched(rendered: Path, runner: Runner) -> None:
    before = tree_of(rendered)
    with private_copies(rendered) as copies:
        applied(copies.of(ROOT), runner)
    with private_copies(rendered) as copies:
        test = root_test(copies.of(ROOT), runner)
        assert copies.directory.stat().st_mode & 0o777 == 0o700
        test.setup()
        assert test.outputs.distribution_role_arn == test.output("distribution_role_arn")
        assert test.outputs.distribution_role_arn is not None
        assert test.differences() == []
        del test
    assert not copies.directory.exists()
    assert tree_of(rendered) == before


def test_a_second_plan_that_is_not_empty_names_what_would_change(rendered: Path, runner: Runner) -> None:
    with private_copies(rendered) as copies:
        directory = copies.of(ROOT)
        applied(directory, runner)
        (directory / "change.auto.tfvars").write_text('arn = "arn:aws:iam::210000000002:role/other"')
        test = root_test(directory, runner)
        test.init()
        assert test.differences() == [
            "module.role.terraform_data.this (update)",
            "output.distribution_role_arn (change)",
        ]


def test_tftest_plans_with_variables_of_any_type_and_numbers_as_options(rendered: Path, runner: Runner) -> None:
    with private_copies(rendered) as copies:
        test = root_test(copies.of(ROOT), runner)
        test.init()
        plan = test.plan(output=True, tf_vars={"loud": True, "arn": "x"}, parallelism=3)
        assert isinstance(plan, tftest.TerraformPlanOutput)
        assert plan.variables["loud"] == "true"
        assert plan.modules["module.role"].resources["terraform_data.this"]["values"]["input"] == "x"


def test_the_plan_file_is_private_and_gone_at_the_end(rendered: Path, tmp_path: Path, runner: Runner) -> None:
    seen, shared = tmp_path / "seen", tmp_path / "shared"
    shared.mkdir()
    spy = fake_terraform(
        tmp_path,
        f'{runner.binary} "$@"; code=$?; [ "$1" = plan ] && stat -c "%a %n" *.tfplan >> {seen}; exit $code',
    )
    with private_copies(rendered) as copies:
        directory = copies.of(ROOT)
        test = root_test(directory, Runner(spy.binary, {**runner.environment, "TMPDIR": str(shared)}))
        test.init()
        test.plan(output=True)
        test.differences()
        assert list(directory.glob("*.tfplan")) == []
    assert seen.read_text().split("\n") == ["600 verify.tfplan"] * 2 + [""]
    assert list(shared.iterdir()) == []


def test_a_run_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    hanging = fake_terraform(tmp_path, f"trap '' INT\nsleep 300 &\necho $! > {child}\nwait; sleep 300")
    test = root_test(tmp_path, hanging, seconds=1, cancellation=Cancellation(interrupt_seconds=0.5))
    with pytest.raises(TerraformError, match=f"^{ROLE_ROOT}: terraform plan did not end in 1 s"):
        test.plan()
    assert not is_running(int(child.read_text()))


def test_a_run_ends_when_a_stop_is_asked_for(tmp_path: Path) -> None:
    cancellation = Cancellation(interrupt_seconds=5)
    test = root_test(tmp_path, fake_terraform(tmp_path, "exec sleep 300"), cancellation=cancellation)
    asked = threading.Timer(0.3, cancellation.cancel)
    asked.start()
    with pytest.raises(CancelledError):
        test.plan()
    asked.join()


def test_a_run_that_floods_stderr_ends(tmp_path: Path) -> None:
    loud = fake_terraform(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' e >&2; echo out")
    finished = root_test(tmp_path, loud).execute_command("version")
    assert (finished.out, len(finished.err)) == ("out\n", 1000000)


@pytest.mark.parametrize(
    ("end", "reason"), [("kill -9 $$", "signal 9"), ("exit 1", "exit code 1"), ("exit 3", "exit code 3")]
)
def test_a_run_that_fails_raises_and_keeps_what_it_said(tmp_path: Path, end: str, reason: str) -> None:
    failing = fake_terraform(tmp_path, f"echo 'Error: out of luck' >&2; {end}")
    with pytest.raises(tftest.TerraformTestError) as raised:
        root_test(tmp_path, failing).plan()
    assert str(raised.value) == f"{ROLE_ROOT}: terraform plan ended with {reason}: out of luck"
    assert raised.value.cmd_error == "Error: out of luck\n"
    assert isinstance(raised.value, TerraformError)


def test_a_plan_that_is_not_complete_is_never_empty(tmp_path: Path) -> None:
    shown = json.dumps({"complete": False, "errored": False, "resource_changes": []})
    partial = fake_terraform(tmp_path, f"[ \"$1\" = show ] && echo '{shown}' && exit 0; exit 2")
    with pytest.raises(TerraformError, match="not complete"):
        root_test(tmp_path, partial).differences()


@pytest.mark.parametrize(
    "command",
    [["apply"], ["destroy"], ["import", "a", "b"], ["state", "rm", "a"], ["force-unlock", "1"], ["refresh"]],
)
def test_a_test_of_a_root_cannot_change_it(tmp_path: Path, command: list[str]) -> None:
    called = tmp_path / "called"
    test = root_test(tmp_path, fake_terraform(tmp_path, f"touch {called}"))
    with pytest.raises(TerraformError, match=f"terraform {command[0]}.* is refused"):
        test.execute_command(*command)
    assert not called.exists()


def test_no_terraform_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match=r"/none: no such program\. Give the path of Terraform with --terraform"):
        root_test(tmp_path, Runner(f"{tmp_path}/none", os.environ)).plan()


def test_a_root_that_was_not_rendered_is_stale(rendered: Path) -> None:
    with (
        private_copies(rendered) as copies,
        pytest.raises(StaleError, match=r"not rendered.*goldsmith render"),
    ):
        copies.of(root_named("prod/images/us-east-1"))


def test_leftovers_of_other_runs_are_not_copied(rendered: Path) -> None:
    for name in ("terraform.tfstate", "x.tfplan", "b.auto.tfvars"):
        (rendered / ROOT.path / name).write_text("")
    with private_copies(rendered) as copies:
        assert [path.name for path in copies.of(ROOT).iterdir()] == ["main.tf"]


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_mode_of_files_is_the_users_alone(tmp_path: Path) -> None:
    root_test(tmp_path, fake_terraform(tmp_path, "echo secret > made")).execute_command("version")
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600
