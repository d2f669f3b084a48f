"""Which commit a tree is of."""

from __future__ import annotations

from pathlib import Path

from generator.git import GitError, open_repository


def commit_of(directory: Path) -> str:
    """The commit that is checked out around a directory; empty outside a repository, and without git."""
    try:
        return open_repository(directory).commit("HEAD") or ""
    except GitError:
        return ""
