"""The program of a gate: what it writes, what it reads, and what is left of it when its time is up."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from generator.commands.gate_command import exit_code_of
from generator.commands.words import somebody_is_there

Descriptors = pytest.CaptureFixture[str]


def test_it_reads_nothing_and_writes_to_standard_error_as_it_goes(capfd: Descriptors) -> None:
    assert exit_code_of(["sh", "-c", "cat; echo $WORD; echo wrong >&2; exit 3"], {**os.environ, "WORD": "x"}, None) == 3
    assert capfd.readouterr() == ("", "x\nwrong\n")


def test_all_that_it_started_is_gone_when_its_time_is_up(tmp_path: Path, capfd: Descriptors) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    try:
        script = f"exec 3>{held}; trap '' TERM; echo before >&3; echo told; sleep 300 & sleep 300"
        with pytest.raises(subprocess.TimeoutExpired):
            exit_code_of(["sh", "-c", script], os.environ, timedelta(seconds=1))
        os.set_blocking(reader, True)
        with open(reader, "rb", closefd=False) as file:
            assert file.read() == b"before\n", "its end is there once nobody has it open any more"
    finally:
        os.close(reader)
    assert capfd.readouterr().err == "told\n"


def test_where_standard_input_is_closed_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not somebody_is_there()
