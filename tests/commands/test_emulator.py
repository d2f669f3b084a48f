from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from generator.cli import run
from generator.emulator.files import Files
from generator.emulator.process import stop
from generator.errors import EmulatorError

Output = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project's directory, as the current one; its emulator is ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOLDSMITH_STATE_DIR", raising=False)
    yield tmp_path
    with suppress(EmulatorError):
        stop(tmp_path / ".goldsmith" / "emulator")


def test_a_day_with_the_emulator(project: Path, capsys: Output) -> None:
    assert run(["emulator", "start"]) == 0
    started = capsys.readouterr()
    assert started.out == ""
    assert 'eval "$(goldsmith emulator env)"' in started.err

    assert run(["emulator", "status", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["running"] is True
    assert answer["environment"]["AWS_ENDPOINT_URL"] == answer["url"]
    assert f"The embedded AWS runs at {answer['url']} (process {answer['pid']}).\n" in started.err

    assert run(["emulator", "env"]) == 0
    exports = capsys.readouterr().out
    shown = subprocess.run(
        ["sh", "-ec", f"{exports}\necho $AWS_ENDPOINT_URL $AWS_REGION ${{AWS_PROFILE-unset}}"],
        env={"AWS_PROFILE": "mine"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == f"{answer['url']} us-east-1 unset\n"

    assert run(["emulator", "logs", "--lines", "1"]) == 0
    assert f"listening at {answer['url']}" in capsys.readouterr().out

    assert run(["emulator", "reset"]) == 0
    assert capsys.readouterr().err == "Emptied; it goes on running.\n"

    assert run(["emulator", "stop"]) == 0
    assert capsys.readouterr().err == "Stopped; its state is kept. Go on with: goldsmith emulator start\n"
    assert run(["emulator", "status"]) == 1
    assert capsys.readouterr().out == "not running. Start it with: goldsmith emulator start\n"
    assert [path.name for path in project.iterdir()] == [".goldsmith"]


def test_nothing_runs_at_first(project: Path, capsys: Output) -> None:
    assert run(["emulator", "status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"running": False}
    assert run(["emulator", "stop"]) == 0
    assert capsys.readouterr().err == "The embedded AWS does not run.\n"
    assert run(["emulator", "env"]) == 1
    assert capsys.readouterr().err == "The embedded AWS does not run. Start it with: goldsmith emulator start\n"
    assert run(["emulator", "logs"]) == 1
    assert capsys.readouterr().err.endswith("Run: goldsmith emulator start\n")
    assert list(project.iterdir()) == []


def test_the_last_lines_of_the_log_are_shown(project: Path, capsys: Output) -> None:
    files = Files(project / ".goldsmith" / "emulator")
    files.create()
    files.log.write_text("one\ntwo\nthree\n")
    assert run(["emulator", "logs", "-n", "2"]) == 0
    assert capsys.readouterr().out == "two\nthree\n"


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--speed", "-1"], ["--speed", "fast"]])
def test_a_wrong_option_is_wrong_usage(project: Path, arguments: list[str]) -> None:
    assert run(["emulator", "start", *arguments]) == 64
    assert list(project.iterdir()) == []


def test_faults_are_asked_for_listed_and_forgotten(project: Path, capsys: Output) -> None:
    assert run(["emulator", "start"]) == 0
    capsys.readouterr()
    for arguments in (
        ["throttle", "--service", "ec2", "--share", "0.2", "--seed", "7"],
        ["unavailable", "--service", "imagebuilder", "--operation", "Get*", "--next", "3"],
        ["outage", "--seconds", "300"],
        ["build", "--stage", "TESTING", "--image", "web", "--reason", "The port is closed."],
        ["copy", "--account", "222222222222", "--region", "eu-central-1"],
        ["lifecycle", "--action", "DELETE"],
    ):
        assert run(["emulator", "faults", *arguments]) == 0
    added = capsys.readouterr().out
    added = re.sub(r"until \S+,", "until then,", added)
    assert added.splitlines() == [
        "1: throttle: service ec2, share 0.2, struck 0",
        "2: unavailable: service imagebuilder, operation Get*, left 3, struck 0",
        "3: outage: until then, struck 0",
        "4: build: stage TESTING, image web, reason The port is closed., left 1, struck 0",
        "5: copy: account 222222222222, region eu-central-1, left 1, struck 0",
        "6: lifecycle: action DELETE, left 1, struck 0",
    ]
    assert run(["emulator", "faults", "list"]) == 0
    assert re.sub(r"until \S+,", "until then,", capsys.readouterr().out) == added
    assert run(["emulator", "faults", "clear", "2"]) == 0
    assert run(["emulator", "faults", "list", "--json"]) == 0
    assert [fault["id"] for fault in json.loads(capsys.readouterr().out)] == [1, 3, 4, 5, 6]
    assert run(["emulator", "faults", "build", "--stage", "BAKING", "--reason", "none"]) == 1
    assert "there is no such stage of a build; there are PENDING, CREATING" in capsys.readouterr().err
    assert run(["emulator", "faults", "clear"]) == 0
    assert capsys.readouterr().err == "5 forgotten.\n"
    assert run(["emulator", "faults", "list"]) == 0
    assert capsys.readouterr().err == "No faults wait to strike.\n"


def test_findings_are_asked_for_listed_and_forgotten(project: Path, capsys: Output) -> None:
    assert run(["emulator", "findings", "list"]) == 1
    assert capsys.readouterr().err == "The embedded AWS does not run. Start it with: goldsmith emulator start\n"
    assert run(["emulator", "start"]) == 0
    capsys.readouterr()
    given = ["--severity", "critical", "--package", "openssl", "--fixed-in", "3.0.9", "--image", "web"]
    assert run(["emulator", "findings", "add", "CVE-2026-0001", *given]) == 0
    added = capsys.readouterr().out
    assert added == "CVE-2026-0001: severity CRITICAL, package openssl, version 3.0.7, fixed in 3.0.9, image web\n"
    assert run(["emulator", "findings", "list"]) == 0
    assert re.sub(r"until \S+,", "until then,", capsys.readouterr().out) == added
    assert run(["emulator", "findings", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == "CVE-2026-0001"
    assert run(["emulator", "findings", "clear"]) == 0
    assert run(["emulator", "findings", "list"]) == 0
    assert capsys.readouterr().err == "1 forgotten.\nScans find nothing.\n"


def test_the_clock_is_turned_forward(project: Path, capsys: Output) -> None:
    assert run(["emulator", "start", "--speed", "0"]) == 0
    capsys.readouterr()
    assert run(["emulator", "clock", "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert run(["emulator", "clock", "--advance", "90 days", "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"]) == timedelta(days=90)
    assert run(["emulator", "clock", "--advance", "1 week", "--speed", "60"]) == 0
    assert capsys.readouterr().out.endswith(" UTC, 60 times as fast as ours\n")


@pytest.mark.parametrize("duration", ["90", "soon", "-1 days", "3 months"])
def test_a_wrong_duration_is_wrong_usage(project: Path, duration: str, capsys: Output) -> None:
    assert run(["emulator", "clock", "--advance", duration]) == 64
    assert "as in '90 days'" in capsys.readouterr().err
