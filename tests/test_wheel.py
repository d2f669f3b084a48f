"""What is installed from the wheel works in an empty directory: it carries modules, templates and the example."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.resources import resource_directory

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds what the wheel holds."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True)
    (wheel,) = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_installed_wheel_renders_its_example_as_the_checkout_does(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    example = installed / "generator" / "_data" / "environments"
    located = subprocess.run(
        [sys.executable, "-c", "import generator; print(generator.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(located.stdout.strip()).is_relative_to(installed)
    subprocess.run(
        [sys.executable, "-m", "generator", "render", "--spec", str(example)],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert tree(tmp_path / "rendered") == tree(ROOT / "rendered")


def test_the_wheel_carries_no_tests_and_nothing_that_was_made_on_this_machine(installed: Path) -> None:
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert not [name for name in names if name.startswith(("tests", "docs", "rendered"))]
    assert not [name for name in names if ".terraform/" in name or "__pycache__" in name or name.endswith(".bak")]


def test_the_wheel_carries_what_a_review_is_written_with(installed: Path) -> None:
    templates = installed / "generator" / "_data" / "templates" / "review"
    assert {path.name for path in templates.iterdir()} == {
        path.name for path in (ROOT / "templates" / "review").iterdir()
    }


def test_a_checkout_uses_its_own_modules_and_templates() -> None:
    assert resource_directory("modules") == ROOT / "modules"
    assert resource_directory("templates") == ROOT / "templates"


def tree(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }
