from __future__ import annotations

import os
from pathlib import Path

import pytest
from repositories import Project, copied, new_project


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as a machine has it that nobody has set up, and no CI around."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "CI_", "GITLAB_", "GOLDSMITH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return new_project(tmp_path_factory.mktemp("committed") / "repository")


@pytest.fixture
def project(committed: Project, tmp_path: Path) -> Project:
    """A repository with one commit, of the small spec and its tree."""
    return copied(committed, tmp_path / "repository")
