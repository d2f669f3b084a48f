"""pytest's side of verify: the fixture `root`, for tests under environments/tests.

pytest loads this file in every run on a machine where Goldsmith is installed, so it imports nothing of ours
until a test asks for the fixture.
"""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from generator.verify.fixtures import TestedFleet
    from generator.verify.root_test import RootTest

_FLEET = pytest.StashKey["TestedFleet"]()
_PARAMETER = "goldsmith_root"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("goldsmith", "Goldsmith: tests of applied roots, with the fixture `root`")
    group.addoption("--goldsmith-spec", metavar="DIR", default="environments", help="the spec [environments]")
    group.addoption("--goldsmith-rendered", metavar="DIR", default="rendered", help="the rendered tree [rendered]")
    group.addoption(
        "--goldsmith-root",
        metavar="PATTERN",
        action="append",
        default=[],
        help="only the roots that match, such as 'prod/*/us-east-1' (may be repeated)",
    )
    group.addoption("--emulator", action="store_true", help="test what was applied to the embedded AWS")
    # How `goldsmith verify` hands over what it has made ready, and learns what came of it.
    group.addoption("--goldsmith-prepared", metavar="DIR", help=argparse.SUPPRESS)
    group.addoption("--goldsmith-results", metavar="FILE", help=argparse.SUPPRESS)


def pytest_configure(config: pytest.Config) -> None:
    results = config.getoption("--goldsmith-results")
    if results:
        from generator.verify.recorder import Recorder

        config.pluginmanager.register(Recorder(Path(results)), "goldsmith-recorder")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # A `root` fixture of somebody else's does not ask for our parameter, and is left alone.
    if _PARAMETER in metafunc.fixturenames:
        names = _fleet(metafunc.config).names
        metafunc.parametrize(_PARAMETER, names, ids=names, indirect=True, scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    callspec: Any = getattr(item, "callspec", None)
    if callspec is not None and _PARAMETER in callspec.params:
        item.user_properties.append((_PARAMETER, callspec.params[_PARAMETER]))


@pytest.fixture(scope="session")
def goldsmith_root(request: pytest.FixtureRequest) -> str:
    """Name of the root that the test is run for; pytest runs it once for every root."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def root(goldsmith_root: str, pytestconfig: pytest.Config) -> RootTest:
    """An applied root: a `tftest.TerraformTest` on a private copy, ready, with `spec` and `outputs`."""
    return _fleet(pytestconfig).test(goldsmith_root)


def _fleet(config: pytest.Config) -> TestedFleet:
    """The roots under test, opened when the first test asks for one and closed when pytest ends."""
    if _FLEET not in config.stash:
        from generator.errors import GoldsmithError

        until = ExitStack()
        config.add_cleanup(until.close)
        try:
            config.stash[_FLEET] = _open(config, until)
        except GoldsmithError as error:
            raise pytest.Collector.CollectError(str(error)) from error  # shown as it is, with no traceback
    return config.stash[_FLEET]


def _open(config: pytest.Config, until: ExitStack) -> TestedFleet:
    from generator.spec import load
    from generator.verify.fixtures import copied_fleet, prepared_fleet
    from generator.verify.fleet import Runner

    spec_directory = Path(config.getoption("--goldsmith-spec"))
    patterns = config.getoption("--goldsmith-root")
    prepared = config.getoption("--goldsmith-prepared")
    if prepared:
        runner = Runner(os.environ["GOLDSMITH_TERRAFORM"], os.environ)
        return prepared_fleet(load(spec_directory), patterns, runner, Path(prepared))

    # pytest is the command line here, and begins with what a command of ours begins with.
    from generator.commands.asked import Asked
    from generator.commands.session import open_session

    rendered = Path(config.getoption("--goldsmith-rendered"))
    session = open_session(
        Asked(spec_directory=spec_directory, rendered_directory=rendered, use_emulator=_uses_emulator(config))
    )
    environment = session.environment_with_role(session.spec.organization.roles.plan)
    runner = Runner(str(session.binary.path), environment)
    return copied_fleet(session.spec, patterns, runner, rendered, until)


def _uses_emulator(config: pytest.Config) -> bool:
    said = os.environ.get("GOLDSMITH_EMULATOR", "").lower()
    return config.getoption("--emulator") or said in {"1", "true", "yes", "on"}
