"""Which commit a tree is of."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit_of(directory: Path) -> str:
    """The commit that is checked out around a directory; empty outside a repository, and without git."""
    command = ["git", "rev-parse", "--verify", "HEAD"]
    try:
        finished = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return finished.stdout.strip() if finished.returncode == 0 else ""
