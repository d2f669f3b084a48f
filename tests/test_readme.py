"""Every command of the README's tour runs as it stands there, one after the other, on the embedded AWS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

from attached_terraform import attach, run_provider

from generator.emulator.process import ensure_started, stop

ROOT = Path(__file__).parent.parent
TOUR = re.compile(r"<!-- tour -->\n```sh\n(.*?)```", re.DOTALL)


def tour() -> list[str]:
    return TOUR.findall((ROOT / "README.md").read_text())


def test_the_tour_runs_as_the_readme_shows_it(tmp_path: Path) -> None:
    copytree(ROOT / "environments", tmp_path / "environments")
    endpoint = ensure_started(tmp_path / ".goldsmith" / "emulator")  # which the tour stops
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GOLDSMITH_EMULATOR": "1",
        "GOLDSMITH_STATE_DIR": str(tmp_path / ".goldsmith"),
    }
    script = "\n".join(["set -e", *tour()])
    try:
        with run_provider(endpoint, tmp_path / "provider") as running:
            environment |= attach(running, tmp_path / "terraform")
            result = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    finally:
        stop(tmp_path / ".goldsmith" / "emulator")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "123456789012" in result.stdout  # who the caller is, asked through boto3


def test_every_link_of_the_readme_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text())
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert targets
    assert missing == []
