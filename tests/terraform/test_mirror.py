"""Where Terraform gets providers from."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from generator.terraform.mirror import (
    cli_configuration,
    find_mirrors,
    terraform_environment,
    user_configuration,
)

TARGET = "linux_amd64"


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


def mirror(directory: Path, source: str, target: str = TARGET) -> Path:
    (directory / source / "1.0.0" / target).mkdir(parents=True)
    return directory


def test_a_configuration_file_of_the_user_is_respected(tmp_path: Path) -> None:
    (tmp_path / ".terraformrc").write_text("")
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment(tmp_path / "state", {"HOME": str(tmp_path)})
    named = {"HOME": str(tmp_path / "elsewhere"), "TF_CLI_CONFIG_FILE": str(tmp_path / ".terraformrc")}
    assert user_configuration(named) == tmp_path / ".terraformrc"


def test_a_configuration_variable_that_names_no_file_is_replaced(tmp_path: Path) -> None:
    given = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    path = Path(terraform_environment(tmp_path / "state", given)["TF_CLI_CONFIG_FILE"])
    assert path == tmp_path / "state" / "terraform" / "terraformrc"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_mirror_named_by_the_user_stands_before_those_under_opt(tmp_path: Path) -> None:
    named = mirror(tmp_path / "named", "registry.terraform.io/hashicorp/aws")
    mirror(tmp_path / "opt" / "plugins", "registry.terraform.io/hashicorp/aws")
    other = mirror(tmp_path / "opt" / "plugins", "registry.terraform.io/hashicorp/random")
    environment = {"HOME": str(tmp_path), "GOLDSMITH_PROVIDER_MIRROR": str(named)}
    assert find_mirrors(environment, tmp_path / "state", tmp_path / "opt") == {
        "registry.terraform.io/hashicorp/aws": named,
        "registry.terraform.io/hashicorp/random": other,
    }


def test_the_directories_that_terraform_implies_are_looked_into(tmp_path: Path) -> None:
    implied = mirror(tmp_path / ".terraform.d" / "plugins", "example.com/acme/thing")
    assert find_mirrors({"HOME": str(tmp_path)}, tmp_path / "state", tmp_path / "none") == {
        "example.com/acme/thing": implied
    }


def test_a_package_for_another_platform_does_not_count(tmp_path: Path) -> None:
    mirror(tmp_path / "opt" / "plugins", "registry.terraform.io/hashicorp/aws", "windows_amd64")
    assert find_mirrors({"HOME": str(tmp_path)}, tmp_path / "state", tmp_path / "opt") == {}


def test_a_mirrored_provider_is_never_asked_of_its_registry() -> None:
    assert cli_configuration({"registry.terraform.io/hashicorp/aws": Path('/a "quoted" place')}) == (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        '    path    = "/a \\"quoted\\" place"\n'
        '    include = ["registry.terraform.io/hashicorp/aws"]\n'
        "  }\n"
        "  direct {\n"
        '    exclude = ["registry.terraform.io/hashicorp/aws"]\n'
        "  }\n"
        "}\n"
    )


def test_go_collects_less_often_unless_the_user_says_how_often(tmp_path: Path) -> None:
    assert terraform_environment(tmp_path, {"HOME": str(tmp_path)})["GOGC"] == "1000"
    assert "GOGC" not in terraform_environment(tmp_path, {"HOME": str(tmp_path), "GOGC": "50"})
