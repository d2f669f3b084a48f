"""What plan, apply and destroy refuse before any Terraform starts: one message, the exit code, and nothing made."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from specs import write_spec

from generator.cli import run
from generator.commands.session import keep_from_git
from generator.errors import TerraformError
from generator.render.render import render
from generator.render.writer import write
from generator.spec import load

Output = pytest.CaptureFixture[str]
COMMANDS = ["plan", "apply", "destroy"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a small spec and the tree that is rendered from it, as the current directory."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GOLDSMITH_", "AWS_ENDPOINT"))]:
        monkeypatch.delenv(name)
    write_spec(tmp_path / "environments")
    write(render(load(tmp_path / "environments")), tmp_path / "rendered")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prodd"], "prodd: the spec has no such environment; there are prod. Did you mean prod?"),
        (
            ["--account", "web-prd"],
            "web-prd: the spec has no such account; there are images-prod, web-prod and",
        ),
        (["--region", "eu-central-2"], "eu-central-2: the spec has no such Region; there are eu-central-1 and"),
        (["--account", "data-prod"], "no root is in all of the environments, accounts, Regions and images"),
        (["--jobs", "0"], "Invalid value for '--jobs'"),
    ],
)
def test_a_name_that_the_spec_does_not_have_is_wrong_usage(
    project: Path, capsys: Output, command: str, arguments: list[str], message: str
) -> None:
    assert run([command, *arguments]) == 64
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert not (project / ".goldsmith").exists()


def test_an_image_that_the_spec_does_not_have_is_wrong_usage(project: Path, capsys: Output) -> None:
    assert run(["plan", "--image", "wep"]) == 64
    assert "wep: the spec has no such image; there are web." in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_tree_that_is_not_what_the_spec_says_is_refused(project: Path, capsys: Output, command: str) -> None:
    backend = project / "rendered" / "prod" / "images-prod" / "us-east-1" / "backend.tf"
    backend.write_text(backend.read_text() + "# by hand\n")
    assert run([command]) == 1
    said = capsys.readouterr().err
    assert "prod/images-prod/us-east-1/backend.tf" in said
    assert said.endswith("Run: goldsmith render\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_spec_is_told_with_its_place(project: Path, capsys: Output, command: str) -> None:
    (project / "environments" / "prod.yaml").write_text("environment: prod\nimagse: [web]\n")
    assert run([command]) == 1
    assert "prod.yaml:2:1: imagse: there is no such key" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_an_endpoint_that_does_not_answer_is_told_at_once(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert run([command]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"AWS_ENDPOINT_URL: {url} does not answer")
    assert said.count("\n") == 1


def test_no_terraform_is_told_with_what_to_install(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["plan", "--terraform", str(project / "missing")]) == 1
    assert "no such program, or not executable. Install Terraform 1.10 or newer" in capsys.readouterr().err


def test_a_terraform_that_is_too_old_is_told(project: Path, capsys: Output) -> None:
    old = project / "old"
    old.write_text('#!/bin/sh\necho \'{"terraform_version": "1.5.7"}\'\n')
    old.chmod(0o755)
    assert run(["plan", "--terraform", str(old)]) == 1
    assert f"{old}: is version 1.5.7; Goldsmith needs 1.10 or newer." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "destroy: nobody is there to confirm it. Add --confirm prod"),
        (["--confirm", "y"], "'y' does not name what would be destroyed, which is prod. Nothing was destroyed."),
        (["--confirm", "prod,dev"], "'prod,dev' does not name what would be destroyed, which is prod."),
    ],
)
def test_destroy_takes_the_environments_name(project: Path, capsys: Output, arguments: list[str], message: str) -> None:
    assert run(["destroy", *arguments]) == 64
    assert message in capsys.readouterr().err
    assert not list((project / ".goldsmith").glob("logs/*"))


def test_what_is_kept_beside_a_project_is_no_part_of_it(tmp_path: Path) -> None:
    keep_from_git(tmp_path / ".goldsmith")
    keep_from_git(tmp_path / ".goldsmith")
    assert (tmp_path / ".goldsmith" / ".gitignore").read_text() == "*\n"
    (tmp_path / "file").write_text("")
    with pytest.raises(TerraformError, match=r"file: cannot be written .*GOLDSMITH_STATE_DIR"):
        keep_from_git(tmp_path / "file")
