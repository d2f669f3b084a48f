"""Tests that a user writes, run as `goldsmith verify` and as pytest run them, on roots without providers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.render.roots import Root, roots_of
from generator.spec import load
from generator.terraform.cancellation import Cancellation
from generator.verify.checks import Check
from generator.verify.copies import Copies
from generator.verify.fleet import Runner
from generator.verify.root_test import BoundedTest
from generator.verify.user_tests import UserTests, find_tests, run_tests
from tests.organizations import write_organization

BUILD, TARGET = "stage-0/stage-0-images/us-east-1", "stage-0/stage-0-0/us-east-1"
MAIN = """
terraform {{
  backend "local" {{ path = "{state}" }}
}}
output "distribution_role_arn" {{ value = {role} }}
output "log_bucket" {{ value = {bucket} }}
"""
TESTS = """
import pytest
from generator.verify.root_test import RootTest

def test_role_is_where_it_belongs(root: RootTest) -> None:
    assert (root.outputs.distribution_role_arn == "arn:role") == (root.spec.kind == "target")

@pytest.mark.parametrize("word", ["a", "b"])
def test_bucket_is_called(root: RootTest, word: str) -> None:
    if root.spec.kind == "target":
        pytest.skip("no bucket here")
    assert root.outputs.log_bucket == word, "called otherwise"

def test_of_no_root() -> None:
    pass
"""


@dataclass(frozen=True)
class Project:
    spec: Path
    rendered: Path
    copies: Path
    roots: tuple[Root, ...]
    runner: Runner

    def run(self, *names: str) -> UserTests:
        tests = find_tests(self.spec)
        assert tests is not None
        return run_tests(
            tests,
            spec_directory=self.spec,
            copies=self.copies,
            roots=names or [root.name for root in self.roots],
            binary=self.runner.binary,
            environment=self.runner.environment,
            cancellation=Cancellation(),
            seconds=120,
        )


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Project:
    """A project with two applied roots, whose copies are made ready as `goldsmith verify` does."""
    directory = tmp_path_factory.mktemp("project")
    spec = write_organization(directory / "environments", 1)
    roots = roots_of(load(spec))
    copies = directory / "copies"
    copies.mkdir()
    for root in roots:
        write_root(directory, root)
        test = BoundedTest(
            Copies(directory / "rendered", copies).of(root), binary=runner.binary, environment=runner.environment
        )
        test.init()
        test.apply()
    return Project(spec, directory / "rendered", copies, roots, runner)


def write_root(directory: Path, root: Root) -> None:
    target = root.kind == "target"
    main = directory / "rendered" / root.path / "main.tf"
    main.parent.mkdir(parents=True)
    state = directory / root.account.name / "terraform.tfstate"
    main.write_text(
        MAIN.format(state=state, role='"arn:role"' if target else "null", bucket="null" if target else '"a"')
    )


@pytest.fixture
def project(applied: Project, tmp_path: Path) -> Project:
    """The applied project with tests of its own."""
    spec = tmp_path / "environments"
    shutil.copytree(applied.spec, spec)
    (spec / "tests").mkdir()
    (spec / "tests" / "test_web.py").write_text(TESTS)
    copies = tmp_path / "copies"
    shutil.copytree(applied.copies, copies, symlinks=True)
    return Project(spec, applied.rendered, copies, applied.roots, applied.runner)


def test_each_test_is_a_check_of_each_root(project: Project) -> None:
    found = project.run()
    assert sorted(found.checks, key=lambda check: (check.root, check.name)) == [
        Check("environments/tests", "test_web.py::test_of_no_root", "passed", "passed", "passed"),
        Check(TARGET, "test_web.py::test_bucket_is_called[a]", "passed", "no bucket here", "skipped"),
        Check(TARGET, "test_web.py::test_bucket_is_called[b]", "passed", "no bucket here", "skipped"),
        Check(TARGET, "test_web.py::test_role_is_where_it_belongs", "passed", "passed", "passed"),
        Check(BUILD, "test_web.py::test_bucket_is_called[a]", "passed", "passed", "passed"),
        Check(
            BUILD,
            "test_web.py::test_bucket_is_called[b]",
            "passed",
            "AssertionError: called otherwise",
            "failed",
        ),
        Check(BUILD, "test_web.py::test_role_is_where_it_belongs", "passed", "passed", "passed"),
    ]
    assert "called otherwise" in found.log


def test_only_the_selected_roots_are_tested(project: Project) -> None:
    assert {check.root for check in project.run(TARGET).checks} == {TARGET, "environments/tests"}


def test_a_file_that_cannot_be_read_fails(project: Project) -> None:
    (project.spec / "tests" / "test_web.py").write_text("import nothing_of_this_name\n")
    assert [(check.name, check.result) for check in project.run().checks] == [
        ("test_web.py", "failed"),
        ("pytest", "failed"),
    ]


def test_a_spec_that_is_wrong_is_told_in_one_line(project: Project) -> None:
    (project.spec / "organization.yaml").write_text("organization: 7\n")
    found = project.run()
    assert [(check.name, check.result) for check in found.checks] == [
        ("test_web.py", "failed"),
        ("pytest", "failed"),
    ]
    assert found.checks[0].actual.endswith("organization.yaml:1:1: accounts: is missing. Add it.")
    assert "Traceback" not in found.log


def test_tests_that_hang_are_ended(project: Project) -> None:
    (project.spec / "tests" / "test_web.py").write_text("import time\ndef test_a(): time.sleep(600)\n")
    tests = find_tests(project.spec)
    assert tests is not None
    found = run_tests(
        tests,
        spec_directory=project.spec,
        copies=project.copies,
        roots=[],
        binary=project.runner.binary,
        environment=project.runner.environment,
        cancellation=Cancellation(interrupt_seconds=5),
        seconds=3,
    )
    assert [(check.name, check.actual) for check in found.checks][-1] == ("pytest", "none in 3 s")


def test_a_folder_without_tests_is_no_folder_of_tests(tmp_path: Path) -> None:
    assert find_tests(tmp_path) is None
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "README.md").write_text("")
    assert find_tests(tmp_path) is None


def test_the_plugin_is_inert_where_nobody_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\nimport pytest\n"
        "@pytest.fixture(params=[1, 2])\n"
        "def root(request): return request.param\n"
        "def test_own_root(root): assert root in (1, 2)\n"
        "def test_nothing_is_imported():\n"
        "    heavy = {'tftest', 'boto3', 'botocore', 'rich', 'yaml', 'generator.spec.model'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:hypothesispytest",
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stdout.splitlines()[-1][:8]) == (0, "3 passed"), finished.stdout
