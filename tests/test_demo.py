"""`goldsmith demo` runs the whole loop and leaves nothing behind, also when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from organizations import write_organization

DEMO = [sys.executable, "-m", "generator", "demo", "--spec", "organization"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A directory with a small organization, and a temporary directory of its own for the demo to use."""
    write_organization(tmp_path / "organization", targets=1)
    subprocess.run([sys.executable, "-m", "generator", "lock", "--spec", "organization"], cwd=tmp_path, check=True)
    (tmp_path / "temporary").mkdir()
    return tmp_path


def environment_of(workspace: Path) -> dict[str, str]:
    return os.environ | {"TMPDIR": str(workspace / "temporary")}


def left_behind(workspace: Path) -> list[Path]:
    return [path for path in (workspace / "temporary").iterdir() if path.name.startswith("goldsmith-demo-")]


def test_the_demo_ends_with_the_amis_and_an_empty_second_plan(workspace: Path) -> None:
    result = subprocess.run(DEMO, cwd=workspace, env=environment_of(workspace), capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    steps, amis = result.stdout.split("Golden images")
    assert "goldsmith plan --detailed-exitcode" in steps
    rows = [line for line in amis.splitlines() if "ami-" in line]
    assert len(rows) == 2
    assert {name for name in ("stage-0-images", "stage-0-0") if any(name in row for row in rows)} == {
        "stage-0-images",
        "stage-0-0",
    }
    assert left_behind(workspace) == []


def test_an_interrupted_demo_stops_its_emulator_and_removes_its_files(workspace: Path) -> None:
    demo = subprocess.Popen(
        DEMO, cwd=workspace, env=environment_of(workspace), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert demo.stdout is not None
    try:
        for line in demo.stdout:
            if "goldsmith plan" in line:
                break
        emulators = emulator_pids(workspace)
        os.killpg(demo.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
        demo.stdout.read()
        assert demo.wait(timeout=90) == 130
    finally:
        demo.stdout.close()
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
            demo.wait()
    assert emulators
    assert all(is_gone(pid) for pid in emulators)
    assert left_behind(workspace) == []


def emulator_pids(workspace: Path) -> list[int]:
    """The processes that work in the demo's temporary directory, by what the kernel says of them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if "generator.emulator" in command and str(workspace) in command + os.readlink(entry / "cwd"):
            found.append(int(entry.name))
    return found


def is_gone(pid: int, patience: float = 10) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False
