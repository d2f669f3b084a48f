"""Fixtures that every test may use: an embedded AWS for each worker, and clients for any account of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attached_terraform import attach, run_provider
from aws_clients import client_for
from hypothesis import settings
from seen_calls import SeenCalls

from generator.emulator.endpoint import CALLER_ACCOUNT, CALLER_REGION, Endpoint
from generator.emulator.files import Files
from generator.emulator.process import call, ensure_started, stop

AwsFactory = Callable[..., Any]
TESTS = Path(__file__).parent

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
def running_provider(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint) -> Iterator[Mapping[str, str]]:
    """The variables by which a Terraform takes this worker's running provider instead of starting one.

    A worker runs one test, and so one Terraform, at a time; a root with two configurations of the provider cannot use
    it. Where no mirror has the provider of the lock file there are no variables, and Terraform starts its own.
    """
    with run_provider(emulator, tmp_path_factory.mktemp("provider")) as variables:
        yield variables


@pytest.fixture(scope="session")
def attached_terraform(
    tmp_path_factory: pytest.TempPathFactory, running_provider: Mapping[str, str]
) -> Mapping[str, str]:
    """The variables for a `goldsmith` in which each Terraform uses this worker's running provider, applies included.

    For those who call the worker's `emulator`; tests/attached_terraform.py says more. Empty where none runs.
    """
    return attach(running_provider, tmp_path_factory.mktemp("terraform"))


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
    """What runs Terraform first, the longest journeys before all: no worker should begin with minutes of it last."""
    with_terraform = {item.path for item in items if "running_provider" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path.parent != TESTS, item.path not in with_terraform))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, one worker runs a file, whose tests may share what they look at.

    The examples share nothing but their worker's embedded AWS: each goes to whichever worker is free.
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist is not always there
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return nodeid if file.endswith("tests/test_examples.py") else file

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None
