"""Providers that are kept running for planning: one Terraform at a time, the right account, and none left behind."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.process import CALL_SECONDS
from generator.render.render import render
from generator.render.writer import write
from generator.spec import load
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.mirror import find_mirrors, platform_directory, terraform_environment
from generator.terraform.root import RootDirectory, opened
from generator.terraform.running import (
    REATTACH,
    RunningProviders,
    has_one_configuration,
    locked_executable,
    package_hash,
    running_providers,
)

EXAMPLE = Path(__file__).parents[2] / "environments"
AWS = "registry.terraform.io/hashicorp/aws"
ACCOUNTS = ("717200000001", "717200000002")
CONFIGURATION = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  allowed_account_ids = ["%(account)s"] # another account is an error: planned is planned in this one
  region              = "us-east-1"

  assume_role {
    role_arn = "arn:aws:iam::%(account)s:role/Reader"
  }
}

resource "aws_ssm_parameter" "here" {
  name  = "/here"
  type  = "String"
  value = "x"
}
"""


@pytest.fixture(scope="module")
def lock_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lock file that the renderer writes, of the example."""
    tree = tmp_path_factory.mktemp("rendered")
    write(render(load(EXAMPLE)), tree)
    return tree / "dev/images-dev/us-east-1/.terraform.lock.hcl"


@pytest.fixture
def variables(emulator: Endpoint, state_directory: Path) -> dict[str, str]:
    variables = redirected({name: value for name, value in os.environ.items() if name != REATTACH}, emulator)
    return variables | terraform_environment(state_directory, variables)


@pytest.fixture
def providers(
    lock_file: Path, variables: dict[str, str], state_directory: Path, tmp_path: Path
) -> Iterator[RunningProviders]:
    executable = locked_executable(lock_file, variables, state_directory)
    assert executable is not None
    with RunningProviders(executable, variables) as running:
        yield running


def is_running(address: str) -> bool:
    return Path(f"/proc/{json.loads(address)[AWS]['Pid']}").exists()


def test_one_provider_plans_root_after_root_each_in_its_own_account(
    providers: RunningProviders,
    variables: dict[str, str],
    aws: Callable[..., Any],
    new_root: Callable[..., RootDirectory],
    binary: Binary,
) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    used, added = [], []
    for account in ACCOUNTS:
        aws("iam", account).create_role(RoleName="Reader", AssumeRolePolicyDocument=policy)
        root = new_root(f"dev/{account}/us-east-1", CONFIGURATION % {"account": account})
        with (
            providers.attached(root.directory) as attached,
            opened(root, binary, variables | attached, Cancellation(), seconds=CALL_SECONDS) as terraform,
            terraform.planned() as (plan, _),
        ):
            used.append(attached[REATTACH])
            added.append(plan.counts["add"])
            assert not (root.data_directory / "providers").exists()
            assert not (root.data_directory / "goldsmith-init").exists()
    assert added == [1, 1]
    assert len(set(used)) == 1


def test_two_roots_at_once_never_share_a_provider(providers: RunningProviders, new_root: Any) -> None:
    first = new_root("dev/first/us-east-1", CONFIGURATION % {"account": ACCOUNTS[0]}).directory
    second = new_root("dev/second/us-east-1", CONFIGURATION % {"account": ACCOUNTS[1]}).directory
    with providers.attached(first) as one, providers.attached(second) as other:
        assert one[REATTACH] != other[REATTACH]
    with providers.attached(second) as again:
        assert again[REATTACH] in (one[REATTACH], other[REATTACH])
    providers.__exit__(None, None, None)
    assert not any(is_running(each[REATTACH]) for each in (one, other))


def test_a_provider_that_saw_a_failure_is_not_used_again(providers: RunningProviders, new_root: Any) -> None:
    root = new_root(configuration=CONFIGURATION % {"account": ACCOUNTS[0]}).directory
    with pytest.raises(RuntimeError, match="failed"), providers.attached(root) as first:
        raise RuntimeError("failed")
    assert not is_running(first[REATTACH])
    with providers.attached(root) as second:
        assert second[REATTACH] != first[REATTACH]


def test_a_provider_ends_with_a_command_that_was_killed(
    providers: RunningProviders, variables: dict[str, str], new_root: Any
) -> None:
    program = (
        "import os, sys; from pathlib import Path; from generator.terraform.running import RunningProvider\n"
        "print(RunningProvider(Path(sys.argv[1]), dict(os.environ)).reattach, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(providers.executable)]
    with subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        address = killed.stdout.readline()
        pid = json.loads(address)[AWS]["Pid"]
        end = os.pidfd_open(pid)
        killed.kill()
    try:
        assert select_readable(end)
    finally:
        os.close(end)


def select_readable(descriptor: int) -> bool:
    """Whether the process of a pidfd ends within the time that a call may take."""
    return bool(select.select([descriptor], [], [], CALL_SECONDS)[0])


@pytest.mark.parametrize(
    ("files", "one"),
    [
        ({"providers.tf": 'provider "aws" {\n}\n'}, True),
        ({"providers.tf": 'provider "aws" {\n}\n', "more.tf": '  provider "aws" {\n  alias = "b"\n}\n'}, False),
        ({"providers.tf": 'provider "aws" {\n}\n', "more.tf.json": "{}"}, False),
        ({"main.tf": "locals {\n}\n"}, False),
        ({"a.tf": 'provider "aws" {\n}\n', "b.tf": 'module "a" {\n  source = "../../../modules/a"\n}\n'}, True),
        ({"a.tf": 'provider "aws" {\n}\n', "b.tf": 'module "a" {\n  source = "./configures-its-own"\n}\n'}, False),
    ],
)
def test_only_a_root_with_one_configuration_gets_a_running_provider(
    tmp_path: Path, files: dict[str, str], one: bool
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert has_one_configuration(tmp_path) is one
    with RunningProviders(None, {}).attached(tmp_path) as attached:
        assert attached == {}


def test_a_provider_that_is_not_the_locked_one_is_never_run(
    lock_file: Path, variables: dict[str, str], state_directory: Path, tmp_path: Path
) -> None:
    package = tmp_path / "mirror" / AWS / "5.100.0" / platform_directory()
    package.mkdir(parents=True)
    (package / "terraform-provider-aws_v5.100.0_x5").write_text("#!/bin/sh\necho other\n")
    other = variables | {"GOLDSMITH_PROVIDER_MIRROR": str(tmp_path / "mirror")}
    assert locked_executable(lock_file, other, state_directory) is None
    assert locked_executable(tmp_path / "missing", variables, state_directory) is None


def test_a_provider_that_does_not_come_up_leaves_terraform_its_own_way(tmp_path: Path, variables: Any) -> None:
    broken = tmp_path / "provider"
    broken.write_text("#!/bin/sh\necho no\n")
    broken.chmod(0o700)
    (tmp_path / "main.tf").write_text('provider "aws" {\n}\n')
    with RunningProviders(broken, variables) as running, running.attached(tmp_path) as attached:
        assert attached == {}


def test_a_provider_that_heeds_no_signal_is_killed(tmp_path: Path, variables: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("generator.terraform.running.STOP_SECONDS", 0.2)
    stubborn = tmp_path / "provider"
    address = json.dumps({AWS: {"Pid": 0}})
    lines = ["#!/bin/sh", "trap '' TERM", f"echo $$ > {tmp_path}/pid", "cat <<'END'", f"{REATTACH}='{address}'", "END"]
    script = "\n".join([*lines, "while :; do sleep 0.1; done", ""])
    stubborn.write_text(script)
    stubborn.chmod(0o700)
    (tmp_path / "main.tf").write_text('provider "aws" {\n}\n')
    with RunningProviders(stubborn, variables) as running, running.attached(tmp_path) as attached:
        assert attached == {REATTACH: address}
        end = os.pidfd_open(int((tmp_path / "pid").read_text()))
    try:
        assert select_readable(end)
    finally:
        os.close(end)


def test_the_hash_is_that_which_terraform_locks(
    lock_file: Path, variables: dict[str, str], state_directory: Path
) -> None:
    package = find_mirrors(variables, state_directory)[AWS] / AWS / "5.100.0" / platform_directory()
    assert f'"{package_hash(package)}"' in lock_file.read_text()


def test_a_users_configuration_and_a_certificate_bundle_keep_terraforms_own_way(
    lock_file: Path, variables: dict[str, str], state_directory: Path, tmp_path: Path
) -> None:
    configuration = tmp_path / "terraformrc"
    configuration.write_text("")
    assert running_providers(lock_file, variables, state_directory).executable is not None
    for another in ({"AWS_CA_BUNDLE": "/etc/bundle.pem"}, {"TF_CLI_CONFIG_FILE": str(configuration)}):
        assert running_providers(lock_file, variables | another, state_directory).executable is None
