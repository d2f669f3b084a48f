"""PowerShell inside of documents. A stand-in answers in the place of pwsh's parser; the protocol is the real one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from generator.check.powershell import PROGRAM, PWSH_HINT
from generator.check.scripts import check_scripts
from generator.source.yaml import parse

HEAD = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
STEP = "      - name: {name}\n        action: ExecutePowerShell\n        inputs:\n          commands:\n{commands}"


def step(name: str, *commands: str) -> str:
    lines = [f"            {line}\n" for command in commands for line in command.split("\n")]
    return STEP.format(name=name, commands="".join(lines))


def check(*steps: str) -> tuple[list[str], tuple[str, ...]]:
    found, hints = check_scripts([parse("d.yaml", (HEAD + "".join(steps)).encode())])
    return [str(each).removeprefix("d.yaml:") for each in found], hints


@pytest.fixture
def pwsh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH with a pwsh; answers the file that says how often it was started."""
    executable = tmp_path / "pwsh"
    executable.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{Path(__file__).with_name('pwsh.py')}' \"$@\"\n")
    executable.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path('/bin')}")
    monkeypatch.setenv("STARTS", str(tmp_path / "starts"))
    return tmp_path / "starts"


def test_one_parser_reads_all_scripts_and_each_error_is_at_its_place(pwsh: Path) -> None:
    wrong = step("Wrong", "- Write-Host {{ Reference }}", "- |\n  if ($true) {\n      Get-Item error: +\n  }")
    found, hints = check(step("Right", "- Write-Host hello"), wrong, step("Too", "- 'error: one'", "- 'error: two'"))
    assert found == [
        "17:28: phases[0].steps[1].inputs.commands: PowerShell cannot read the script: "
        "Unexpected token '+' in expression or statement.",
        "23:16: phases[0].steps[2].inputs.commands: PowerShell cannot read the script: "
        "Unexpected token 'one' in expression or statement.",
    ]
    assert hints == ()
    assert pwsh.read_text() == "started\n"


def test_documents_without_powershell_start_none(pwsh: Path) -> None:
    bash = step("Bash", "- echo").replace("ExecutePowerShell", "ExecuteBash")
    check(bash)
    assert not pwsh.exists()


@pytest.mark.parametrize(
    ("command", "why"),
    [("exit:", "pwsh: it broke"), ("garbage:", "Expecting value: line 1 column 1 (char 0)")],
)
def test_a_parser_that_fails_is_said_and_no_error(pwsh: Path, command: str, why: str) -> None:
    assert check(step("Odd", f"- '{command}'")) == (
        [],
        (f"pwsh does not answer, so PowerShell scripts inside of documents are not checked: {why}",),
    )


def test_a_parser_that_is_not_there_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check(step("One", "- 'if ('"), step("Two", "- 'if ('")) == ([], (PWSH_HINT,))


def test_the_program_survives_a_command_line() -> None:
    assert '"' not in PROGRAM


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="no pwsh on this machine")
def test_the_real_parser_agrees() -> None:
    found, hints = check(step("Right", "- Write-Host 'é'"), step("Wrong", "- |\n  if ($true) {\n    Write-Host 1"))
    assert hints == ()
    assert len(found) == 1
    assert found[0].startswith("14:26: phases[0].steps[1].inputs.commands: PowerShell cannot read the script: ")
