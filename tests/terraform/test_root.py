"""Init, plan and apply one root, by real Terraform."""

from __future__ import annotations

import dataclasses
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import TerraformError
from generator.terraform.adapter import CancelledError, TimedOutError
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.root import RootDirectory, Terraform, apply_root, opened
from generator.terraform.values import UNKNOWN, AttributeChange, known

RootFactory = Callable[..., RootDirectory]
SLOW = 'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "sleep 30"\n  }\n}\n'
CHANGING = """
variable "role" {
  default = "none"
}
resource "terraform_data" "updated" {
  input = var.role
}
resource "terraform_data" "replaced" {
  triggers_replace = [var.role]
}
output "role" {
  value = terraform_data.updated.output
}
"""
SECRET = "correct-horse-battery-staple"
SECRETIVE = f"""
resource "terraform_data" "thing" {{
  input = sensitive("{SECRET}")
}}
output "thing" {{
  value     = terraform_data.thing.output
  sensitive = true
}}
"""


@pytest.fixture
def terraform_in(binary: Binary, environment: dict[str, str]) -> Callable[..., object]:
    @contextmanager
    def enter(root: RootDirectory, **options: object) -> Iterator[Terraform]:
        variables = {**environment, **options.pop("variables", {})}  # type: ignore[dict-item]
        cancellation = options.pop("cancellation", None) or Cancellation()
        with opened(root, binary, variables, cancellation, **options) as terraform:  # type: ignore[arg-type]
            yield terraform

    return enter


def test_a_root_is_planned_applied_and_then_has_nothing_to_do(new_root: RootFactory, terraform_in) -> None:
    root = new_root()
    with terraform_in(root) as terraform:
        applied = apply_root(terraform)
        with terraform.planned() as (second, _):
            pass
    assert applied.plan.counts == {"add": 1, "change": 0, "replace": 0, "destroy": 0}
    assert second.is_empty
    with terraform_in(root) as terraform:
        assert apply_root(terraform, destroy=True).plan.counts["destroy"] == 1


def test_a_plan_tells_updates_from_replacements_and_what_forces_them(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration=CHANGING)
    with terraform_in(root) as terraform:
        apply_root(terraform)
        assert terraform.outputs() == {"role": "none"}
    with (
        terraform_in(root, variables={"TF_VAR_role": "writer"}) as terraform,
        terraform.planned() as (plan, _),
    ):
        pass
    replaced, updated = plan.changes
    assert (replaced.address, replaced.action) == ("terraform_data.replaced", "replace")
    assert (replaced.replace_paths, replaced.reason) == (("triggers_replace",), "replace_because_cannot_update")
    assert (updated.address, updated.actions) == ("terraform_data.updated", ("update",))
    assert updated.attributes == (
        AttributeChange("input", known("none"), known("writer")),
        AttributeChange("output", known("none"), UNKNOWN),
    )
    assert plan.outputs == ("role",)


def test_the_rendered_directory_stays_as_it_was(new_root: RootFactory, terraform_in) -> None:
    root = new_root()
    with terraform_in(root) as terraform, terraform.planned():
        pass
    assert [path.name for path in root.directory.iterdir()] == ["main.tf"]


def test_a_plan_file_is_private_and_gone_afterwards(new_root: RootFactory, terraform_in) -> None:
    with terraform_in(new_root()) as terraform, terraform.planned() as (_, file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert not file.parent.exists()


def test_no_secret_is_logged_and_the_log_is_private(new_root: RootFactory, terraform_in, tmp_path: Path) -> None:
    root = new_root(configuration=SECRETIVE)
    variables = {"AWS_SECRET_ACCESS_KEY": SECRET, "TF_VAR_unused": SECRET}
    with terraform_in(root, variables=variables) as terraform:
        apply_root(terraform)
        terraform.outputs()
    assert stat.S_IMODE(root.log.stat().st_mode) == 0o600
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    # The state of a local backend and the configuration itself hold it by their nature.
    assert {path.parent for path in holding} == {root.directory}
    assert not any(path.name.endswith(".log") for path in holding)


QUOTING = f"""
locals {{
  secret = sensitive("{SECRET}")
}}
resource "terraform_data" "thing" {{
  input = local.secret
}}
resource "terraform_data" "named" {{
  for_each = toset([nonsensitive(local.secret)])
  input    = var.wrong
}}
variable "wrong" {{
  default = ""
}}
resource "terraform_data" "quoting" {{
  input = terraform_data.thing.id
  lifecycle {{
    precondition {{
      condition     = var.wrong != "at plan"
      error_message = "the provider got ${{nonsensitive(local.secret)}}"
    }}
    postcondition {{
      condition     = var.wrong != "at apply" || self.output == "never"
      error_message = "AWS got ${{nonsensitive(local.secret)}}"
    }}
  }}
}}
"""


@pytest.mark.parametrize(("when", "said"), [("at plan", "the provider got"), ("at apply", "AWS got")])
def test_an_error_that_quotes_a_secret_is_told_without_it(
    when: str, said: str, new_root: RootFactory, terraform_in
) -> None:
    """A provider's error quotes the values that it was given, and Terraform hides none of them in it."""
    root = new_root(configuration=QUOTING)
    with (
        terraform_in(root, variables={"TF_VAR_wrong": when}) as terraform,
        pytest.raises(RunFailedError, match=rf"{said} \(sensitive\)") as caught,
    ):
        apply_root(terraform)
    assert SECRET not in f"{caught.value} {caught.value.diagnostics}"
    assert SECRET not in root.log.read_text()
    assert f"{said} (sensitive)" in root.log.read_text()


def test_no_key_of_an_instance_that_is_a_secret_is_logged(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration=QUOTING)
    for _ in range(2):  # made, and then read again with nothing to do
        with terraform_in(root) as terraform:
            apply_root(terraform)
        assert SECRET not in root.log.read_text()
    with terraform_in(root) as terraform:
        apply_root(terraform, destroy=True)
    assert 'terraform_data.named["(sensitive)"]' in root.log.read_text()
    assert SECRET not in root.log.read_text()


def test_init_is_left_out_until_something_that_it_reads_changes(new_root: RootFactory, terraform_in) -> None:
    root = new_root()

    def commands() -> list[str]:
        with terraform_in(root) as terraform, terraform.planned():
            pass
        lines = root.log.read_text().splitlines()
        return [line.split()[2] for line in lines if line.startswith("$ ")]

    assert commands() == ["init", "plan", "show"]
    assert commands() == ["plan", "show"]
    (root.directory / "main.tf").write_text('resource "terraform_data" "other" {}\n')
    assert commands() == ["plan", "show"]
    (root.directory / "backend.tf").write_text('terraform {\n  backend "local" {\n    path = "other.tfstate"\n  }\n}\n')
    assert commands() == ["init", "plan", "show"]


def test_a_data_directory_that_no_longer_fits_is_made_again(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration='module "inner" {\n  source = "./inner"\n}\n')
    (root.directory / "inner").mkdir()
    (root.directory / "inner" / "main.tf").write_text('resource "terraform_data" "thing" {}\n')
    with terraform_in(root) as terraform:
        apply_root(terraform)
    (root.data_directory / "modules" / "modules.json").unlink()
    with terraform_in(root) as terraform, terraform.planned() as (plan, _):
        assert plan.is_empty


def test_a_failure_names_the_root_shows_terraforms_error_and_the_log(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration='output "wrong" {\n  value = terraform_data.missing.id\n}\n')
    with pytest.raises(RunFailedError) as caught, terraform_in(root) as terraform, terraform.planned():
        pass
    message = str(caught.value)
    assert message.startswith("dev/one/us-east-1: terraform plan failed.")
    assert "Reference to undeclared resource" in message
    assert "main.tf:2" in message
    assert message.endswith(f"Full log: {root.log}")
    assert "Reference to undeclared resource" in root.log.read_text()


def test_a_root_that_was_never_rendered_is_an_error_with_the_next_step(
    new_root: RootFactory, terraform_in, tmp_path: Path
) -> None:
    missing = RootDirectory("dev/x/y", tmp_path / "missing", tmp_path / "data", tmp_path / "log")
    with pytest.raises(TerraformError, match="Run: goldsmith render"), terraform_in(missing):
        pass


def test_a_run_out_of_time_is_stopped_and_its_lock_released(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration=SLOW)
    with (
        terraform_in(root, seconds=2.0) as terraform,
        pytest.raises(TimedOutError, match="stopped after 2 s"),
    ):
        apply_root(terraform)
    assert not (root.directory / ".terraform.tfstate.lock.info").exists()


def test_a_state_that_another_run_holds_is_told_with_what_to_do(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration=SLOW)
    cancellation, held, told = Cancellation(), threading.Event(), threading.Event()

    def hold() -> None:
        def on_event(event: dict[str, object]) -> None:
            if event.get("type") == "provision_start":
                held.set()
                told.wait(20)
                cancellation.cancel()

        beside = dataclasses.replace(root, log=root.log.with_name("holder.log"))
        with (
            pytest.raises(CancelledError),
            terraform_in(beside, cancellation=cancellation, on_event=on_event) as terraform,
        ):
            apply_root(terraform)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(20)
    with pytest.raises(RunFailedError, match=r"(?s)acquiring the state lock.*wait for it to end"):  # noqa: SIM117
        with terraform_in(root) as terraform:
            apply_root(terraform)
    told.set()
    holder.join()


def test_a_cancelled_run_releases_its_lock_and_leaves_no_process(new_root: RootFactory, terraform_in) -> None:
    root = new_root(configuration=SLOW)
    cancellation = Cancellation()
    started = threading.Event()

    def on_event(event: dict[str, object]) -> None:
        if event.get("type") == "provision_start":
            started.set()

    canceller = threading.Thread(target=lambda: (started.wait(20), cancellation.cancel()))
    canceller.start()
    with terraform_in(root, cancellation=cancellation, on_event=on_event) as terraform:
        with pytest.raises(CancelledError, match="apply was interrupted"):
            apply_root(terraform)
        with pytest.raises(CancelledError, match="not started"):
            apply_root(terraform)
    canceller.join()
    assert not (root.directory / ".terraform.tfstate.lock.info").exists()
    assert _processes_left_in(root.directory) == []


def test_a_terraform_that_heeds_no_signal_is_killed_with_all_that_it_started(
    new_root: RootFactory, environment: dict[str, str], tmp_path: Path
) -> None:
    stubborn = tmp_path / "stubborn"
    stubborn.write_text("#!/bin/sh\ntrap '' INT TERM\nsleep 60 &\nwhile :; do sleep 0.1; done\n")
    stubborn.chmod(0o755)
    root = new_root()
    cancellation = Cancellation(interrupt_seconds=0.1, terminate_seconds=0.1)
    fake = Binary(stubborn, "1.11.4")
    with (
        opened(root, fake, environment, cancellation, seconds=0.2) as terraform,
        pytest.raises(TimedOutError),
    ):
        terraform.init()
    assert _processes_left_in(root.directory) == []


def test_a_full_pipe_of_errors_does_not_hold_a_run(
    new_root: RootFactory, environment: dict[str, str], tmp_path: Path
) -> None:
    noisy = tmp_path / "noisy"
    noisy.write_text("#!/bin/sh\nhead -c 400000 /dev/zero | tr '\\0' 'x' >&2\necho done\nexit 0\n")
    noisy.chmod(0o755)
    with opened(new_root(), Binary(noisy, "1.11.4"), environment, Cancellation(), seconds=20) as terraform:
        terraform.init()


@pytest.mark.parametrize(
    "document",
    ['{"complete": false, "errored": false}', '{"complete": true, "errored": true}', "{}", "no json"],
)
def test_a_plan_that_is_not_complete_is_a_failure(
    new_root: RootFactory, environment: dict[str, str], tmp_path: Path, document: str
) -> None:
    fake = _answering(tmp_path, exit_code=2, shown=document)
    with (
        opened(new_root(), fake, environment, Cancellation()) as terraform,
        pytest.raises(TerraformError, match=r"not complete|no JSON"),
        terraform.planned(),
    ):
        pass


def test_an_empty_plan_without_a_summary_is_a_failure(
    new_root: RootFactory, environment: dict[str, str], tmp_path: Path
) -> None:
    fake = _answering(tmp_path, exit_code=0, shown="{}")
    with (
        opened(new_root(), fake, environment, Cancellation()) as terraform,
        pytest.raises(TerraformError, match="without a summary"),
        terraform.planned(),
    ):
        pass


def test_a_terraform_that_was_killed_is_a_failure_that_says_so(
    new_root: RootFactory, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "killed"
    path.write_text("#!/bin/sh\nkill -9 $$\n")
    path.chmod(0o755)
    with (
        opened(new_root(), Binary(path, "1.11.4"), environment, Cancellation()) as terraform,
        pytest.raises(RunFailedError, match="ended by signal 9"),
    ):
        terraform.init()


def _answering(directory: Path, exit_code: int, shown: str) -> Binary:
    """A stand-in for a Terraform whose plan is at fault."""
    path = directory / "terraform"
    path.write_text(f"#!/bin/sh\ncase $1 in plan) exit {exit_code} ;; show) echo '{shown}' ;; esac\n")
    path.chmod(0o755)
    return Binary(path, "1.11.4")


def _processes_left_in(directory: Path, patience: float = 10) -> list[str]:
    """What still works there once the system has had time to end what was killed: a kill is not waited for."""
    deadline = time.monotonic() + patience
    while (found := _processes_in(directory)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _processes_in(directory: Path) -> list[str]:
    """Processes whose working directory is this one; empty where the system does not tell."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(directory) and "Z" not in (process / "stat").read_text().split()[2]:
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found
