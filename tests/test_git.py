"""The adapter of git: what reaches it, what it reads, and what it never runs."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from repositories import Project

from generator.git import GitError, git_environment, open_repository

ATTRIBUTES = "* filter=trap eol=crlf export-ignore export-subst\ncrlf -text\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    project = Project(tmp_path / "repository")
    project.top.mkdir()
    project.git("init", "--quiet", "--initial-branch", "main")
    return project


def test_what_would_have_git_read_another_repository_is_left_out() -> None:
    variables = {"GIT_DIR": "x", "GIT_INDEX_FILE": "x", "GIT_WORK_TREE": "x", "GIT_EXTERNAL_DIFF": "x", "PATH": "/bin"}
    to_be_kept = {"GIT_SSH_COMMAND": "ssh -i key", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b"}
    environment = git_environment(variables | to_be_kept)
    assert {name for name in environment if name in variables} == {"PATH"}
    assert to_be_kept.items() <= environment.items()
    assert environment["GIT_TERMINAL_PROMPT"] == "0"


def test_another_repository_in_the_environment_is_not_read(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = project.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repository = open_repository(project.top)
    assert (repository.top, repository.commit("HEAD")) == (project.top.resolve(), commit)


def test_files_of_a_commit_are_read_to_the_byte_and_no_filter_runs(project: Project, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("smudge", "clean"):
        project.git("config", f"filter.trap.{name}", "cat" if name == "clean" else f"touch {ran}; cat")
    names = ["a b.txt", "tab\t.txt", "über.txt", "line\nbreak.txt", "[x].txt", "empty"]
    contents = {name: name.encode() * 1000 if name != "empty" else b"" for name in names} | {"crlf": b"\r\n\0\xff"}
    for name, content in contents.items():
        (project.top / name).write_bytes(content)
    (project.top / ".gitattributes").write_text(ATTRIBUTES)
    commit = project.commit()
    ran.unlink(missing_ok=True)
    repository = open_repository(project.top)
    entries = list(repository.entries(commit, PurePosixPath()))
    assert {str(path): content for path, content in repository.contents(entries).items()} == contents | {
        ".gitattributes": ATTRIBUTES.encode()
    }
    assert not ran.exists()


def test_a_folders_name_is_no_pattern(project: Project) -> None:
    for name in ("a", "[a]"):
        (project.top / name).mkdir()
        (project.top / name / "file").write_text(name)
    repository = open_repository(project.top)
    entries = list(repository.entries(project.commit(), PurePosixPath("[a]")))
    assert [str(entry.path) for entry in entries] == ["[a]/file"]


def test_no_hook_and_no_file_monitor_runs(project: Project, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    commit = project.commit()
    clone = project.clone(tmp_path / "clone")
    monitor = tmp_path / "monitor"
    hooks = clone.top / ".git" / "hooks"
    for script in (monitor, hooks / "reference-transaction", hooks / "post-checkout"):
        script.write_text(f"#!/bin/sh\ntouch {ran}\n")
        script.chmod(0o755)
    clone.git("config", "core.fsmonitor", str(monitor))
    ran.unlink(missing_ok=True)
    repository = open_repository(clone.top)
    (clone.top / "new").write_text("untracked")
    repository.fetch("origin", [commit, "+refs/heads/main:refs/remotes/origin/other"])
    assert repository.is_changed([clone.top])
    assert repository.commit("origin/other") == commit
    assert not ran.exists()


def test_untracked_files_are_a_change_and_ignored_ones_are_not(project: Project) -> None:
    (project.top / ".gitignore").write_text("ignored\n")
    project.commit()
    repository = open_repository(project.top)
    (project.top / "ignored").write_text("x")
    assert not repository.is_changed([project.top])
    (project.top / "new").write_text("x")
    assert repository.is_changed([project.top])
    assert not repository.is_changed([project.top / "elsewhere"])


def test_what_git_says_is_told(project: Project) -> None:
    repository = open_repository(project.top)
    with pytest.raises(GitError, match=r"repository: git ls-tree: Not a valid object name x"):
        list(repository.entries("x", PurePosixPath()))


def test_without_git_it_is_said_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitError, match=r"git: cannot be run \(No such file or directory\). Install git"):
        open_repository(project.top)


def test_a_repository_that_git_does_not_trust_says_how_to_trust_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose user did not check out. Git's own words, by a git that always says them."""
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\necho \"fatal: detected dubious ownership in repository at '$PWD'\" >&2\nexit 128\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(git.parent))
    with pytest.raises(GitError, match=rf"git config --global --add safe.directory {project.top.resolve()}$"):
        open_repository(project.top)
