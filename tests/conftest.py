"""Fixtures that every test may use: an embedded AWS for each worker, and clients for any account of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attached_terraform import write_attached_terraform
from aws_clients import client_for
from hypothesis import settings
from seen_calls import SeenCalls

from generator.emulator.endpoint import CALLER_ACCOUNT, CALLER_REGION, Endpoint, redirected
from generator.emulator.files import Files
from generator.emulator.process import call, ensure_started, stop
from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment
from generator.terraform.running import REATTACH, RunningProvider, locked_executable

AwsFactory = Callable[..., Any]
TESTS = Path(__file__).parent
LOCK_FILE = TESTS.parent / "templates" / "root" / "terraform.lock.hcl.j2"

# The same examples in every run: what a longer search finds becomes a test case of its own.
settings.register_profile("deterministic", derandomize=True, deadline=None, print_blob=True)
# The longer search: pytest --hypothesis-profile=search tests/spec/test_fuzz.py
settings.register_profile("search", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile("deterministic")


@pytest.fixture(scope="session")
def emulator_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("emulator") / "state"


@pytest.fixture(scope="session")
def emulator(emulator_directory: Path) -> Iterator[Endpoint]:
    """A running embedded AWS, one for each worker. Tests share it: use accounts and names of your own."""
    try:
        yield ensure_started(emulator_directory)
    finally:
        stop(emulator_directory)


@pytest.fixture
def seen_calls(emulator: Endpoint, emulator_directory: Path) -> SeenCalls:
    """What sessions of roles ask of the embedded AWS from here on."""
    return SeenCalls(Files(emulator_directory).log)


@pytest.fixture(scope="session")
def running_provider(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint) -> Iterator[dict[str, str]]:
    """The variables by which a Terraform takes this worker's running provider instead of starting one.

    Its start is most of what a Terraform costs. A worker runs one test, and so one Terraform, at a time; a root with
    two configurations of the provider cannot use it. Where no mirror has the provider of the lock file there are
    no variables, and Terraform starts its own.
    """
    state = tmp_path_factory.mktemp("provider")
    environment = redirected({**os.environ, **terraform_environment(state)}, emulator)
    executable = locked_executable(LOCK_FILE, environment, state)
    if executable is None:
        yield {}
        return
    provider = RunningProvider(executable, environment)
    try:
        yield {REATTACH: provider.reattach}
    finally:
        provider.stop()


@pytest.fixture(scope="session")
def attached_terraform(
    tmp_path_factory: pytest.TempPathFactory, running_provider: Mapping[str, str]
) -> Mapping[str, str]:
    """The variables for a `goldsmith` in which each Terraform uses this worker's running provider, applies included.

    For those who call the worker's `emulator`; tests/attached_terraform.py says more. Empty where none runs.
    """
    if not running_provider:
        return {}
    directory = tmp_path_factory.mktemp("terraform")
    program = write_attached_terraform(directory, find_terraform(None, directory).path, running_provider)
    # With a configuration that counts as the user's own, `goldsmith plan` keeps no provider of its own beside this one.
    return {"GOLDSMITH_TERRAFORM": str(program), **terraform_environment(directory)}


@pytest.fixture(scope="session")
def lend_emulator(
    emulator: Endpoint, emulator_directory: Path, attached_terraform: Mapping[str, str]
) -> Callable[[Path], Mapping[str, str]]:
    """`lend_emulator(state_directory)`: `--emulator` finds this worker's embedded AWS there, emptied.

    It returns the variables of `attached_terraform`. Whoever borrows it does not stop it.
    """

    def lend(state_directory: Path) -> Mapping[str, str]:
        state_directory.mkdir(parents=True, exist_ok=True)
        (state_directory / "emulator").symlink_to(emulator_directory)
        call(emulator, "reset", {})
        return attached_terraform

    return lend


@pytest.fixture
def aws(emulator: Endpoint) -> Iterator[AwsFactory]:
    """`aws(service, account_id, region)`: a boto3 client of that account in the worker's embedded AWS."""
    clients = []

    def client(service: str, account_id: str = CALLER_ACCOUNT, region: str = CALLER_REGION) -> Any:
        clients.append(client_for(emulator, service, account_id, region))
        return clients[-1]

    yield client
    for opened in clients:
        opened.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys over the whole of Goldsmith first: they take minutes, and no worker should begin with one last."""
    items.sort(key=lambda item: item.path.parent != TESTS)
