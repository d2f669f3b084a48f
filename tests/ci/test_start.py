"""`goldsmith init` without --ci begins a spec that is right at once, and never writes over one."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli import run
from generator.spec import load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_begun_can_be_rendered_and_has_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--organization", "globex", "--account", "builds=222222222222", "--region", "eu-central-1"]
    assert run(["init", *options]) == 0
    commands = capsys.readouterr().err.partition("Next: ")[2].strip().split(" && ")
    assert commands == ["goldsmith lock", "goldsmith check", "goldsmith render", "goldsmith plan --emulator"]
    assert [run(command.split()[1:]) for command in commands[:-1]] == [0, 0, 0]
    assert "no errors, no warnings" in capsys.readouterr().err
    spec = load(Path("environments"))
    assert spec.organization.state.bucket == "globex-terraform-state"
    assert spec.organization.accounts["builds"].id == "222222222222"
    assert Path("rendered/dev/builds/eu-central-1/main.tf").exists()


def test_pipelines_for_what_was_begun() -> None:
    assert run(["init"]) == 0
    assert run(["lock"]) == 0
    assert [run(["init", "--ci", platform]) for platform in ("github", "gitlab", "atlantis")] == [0, 0, 0]


def test_a_spec_that_is_there_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("environments").mkdir()
    Path("environments/dev.yaml").write_text("environment: dev\n")
    assert run(["init"]) == 1
    assert "dev.yaml is there already; nothing is written." in capsys.readouterr().err
    assert [path.name for path in Path("environments").iterdir()] == ["dev.yaml"]


@pytest.mark.parametrize("account", ["images-dev", "images-dev=1", "=111111111111", "A b=111111111111"])
def test_an_account_is_a_name_and_an_id(account: str) -> None:
    assert run(["init", "--account", account]) == 64
    assert not Path("environments").exists()


def test_what_is_for_pipelines_asks_for_whose() -> None:
    assert run(["init", "--check"]) == 64
