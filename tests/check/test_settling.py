"""`goldsmith lock` settles what git could not merge, with real merges in a repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from specs import SMALL, write_spec

from generator.check.lock import Locking, plan_lock
from generator.cli import run
from generator.spec import load
from generator.spec.versions import LOCK_FILE

HARDEN = "components/harden-os.yaml"
STYLES = ["merge", "diff3", "zdiff3"]


class Repository:
    """A spec under git, with branches that change it."""

    def __init__(self, directory: Path, style: str = "merge", line_end: str = "\n") -> None:
        self.spec, self.line_end = directory, line_end
        self.git("init", "-q", "-b", "main")
        for key, value in {
            "user.name": "Test",
            "user.email": "test@example.com",
            "commit.gpgsign": "false",
            "core.autocrlf": "false",
            "merge.conflictStyle": style,
        }.items():
            self.git("config", key, value)
        self.commit("base")

    def git(self, *arguments: str, check: bool = True) -> None:
        subprocess.run(["git", "-C", str(self.spec), *arguments], check=check, capture_output=True, timeout=60)

    def commit(self, message: str) -> None:
        self.end_lines()
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def end_lines(self) -> None:
        if self.line_end != "\n":
            for path in self.spec.rglob("*.lock.yaml"):
                path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", self.line_end.encode()))

    def branch(self, name: str, files: dict[str, str]) -> None:
        """A branch from the base that changes files, and locks them."""
        self.git("checkout", "-q", "-b", name, "main")
        for file, text in files.items():
            (self.spec / file).write_text(text)
        plan_lock(self.spec).write()
        self.commit(name)

    def merge(self, ours: str, theirs: str, resolved: dict[str, str] | None = None) -> None:
        """Merge a branch into another one; files of people are resolved, as people do it, the lock is not."""
        self.git("checkout", "-q", ours)
        self.git("merge", "-q", "--no-commit", theirs, check=False)
        for file, text in (resolved or {}).items():
            (self.spec / file).write_text(text)

    @property
    def lock_text(self) -> str:
        return (self.spec / LOCK_FILE).read_text()


def harden(command: str) -> str:
    return SMALL[HARDEN].replace("echo", command)


def sections(directory: Path) -> dict[str, dict[str, dict[str, str]]]:
    content: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((directory / LOCK_FILE).read_text())
    return content


def settled(directory: Path) -> Locking:
    locking = plan_lock(directory)
    assert locking.is_needed
    locking.write()
    assert not plan_lock(directory).is_needed
    load(directory)
    return locking


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("style", STYLES)
def test_a_version_of_two_contents_stays_ours_and_theirs_gets_the_next(
    tmp_path: Path, style: str, line_end: str
) -> None:
    repository = Repository(write_spec(tmp_path), style, line_end)
    repository.branch("mine", {HARDEN: harden("printf")})
    mine = sections(tmp_path)["components"]["harden-os"]["1.0.1"]
    repository.branch("other", {HARDEN: harden("cat")})
    other = sections(tmp_path)["components"]["harden-os"]["1.0.1"]
    repository.merge("mine", "other", {HARDEN: harden("cat")})
    assert "<<<<<<< HEAD" in repository.lock_text
    locking = settled(tmp_path)
    versions = sections(tmp_path)["components"]["harden-os"]
    assert (versions["1.0.1"], versions["1.0.2"], len(versions)) == (mine, other, 3)
    assert locking.settled == (
        "settled the merge of HEAD and other: every version of both is in it.",
        "component harden-os 1.0.1 is another content in HEAD than in other: that of HEAD keeps it, "
        "that of other is 1.0.2 now.",
    )
    # The recipe was the same word by word on both sides; it is another one with the new version of the component.
    assert [str(each) for each in locking.additions] == ["recipe web 1.0.2 (was 1.0.1)"]
    assert b"\r" not in (tmp_path / LOCK_FILE).read_bytes()


def test_what_the_merge_made_of_both_contents_gets_a_version_of_its_own(tmp_path: Path) -> None:
    repository = Repository(write_spec(tmp_path))
    repository.branch("mine", {HARDEN: harden("printf")})
    repository.branch("other", {HARDEN: harden("cat")})
    repository.merge("mine", "other", {HARDEN: harden("printf x; cat")})
    locking = settled(tmp_path)
    assert [str(each) for each in locking.additions] == [
        "component harden-os 1.0.3 (was 1.0.2)",
        "recipe web 1.0.2 (was 1.0.1)",
    ]


def test_versions_of_other_names_and_other_numbers_all_stay(tmp_path: Path) -> None:
    repository = Repository(write_spec(tmp_path))
    repository.branch("mine", {HARDEN: harden("printf")})
    mine = sections(tmp_path)
    refused = SMALL["components/ssh-hardened.yaml"].replace('"true"', '"exit 0"')
    repository.branch("other", {"components/ssh-hardened.yaml": refused})
    other = sections(tmp_path)
    repository.merge("mine", "other")
    settled(tmp_path)
    merged = sections(tmp_path)
    for side in (mine, other):
        assert merged["components"]["harden-os"].items() >= side["components"]["harden-os"].items()
        assert merged["components"]["ssh-hardened"].items() >= side["components"]["ssh-hardened"].items()
    assert set(other["recipes"]["web"].values()) <= set(merged["recipes"]["web"].values())


def test_the_same_two_sides_give_the_same_lock(tmp_path: Path) -> None:
    texts = []
    for directory, style in ((tmp_path / "first", "merge"), (tmp_path / "second", "diff3")):
        repository = Repository(write_spec(directory), style)
        repository.branch("mine", {HARDEN: harden("printf")})
        repository.branch("other", {HARDEN: harden("cat"), "images/web.yaml": f"{SMALL['images/web.yaml']}keep: 0\n"})
        repository.merge("mine", "other", {HARDEN: harden("cat")})
        settled(directory)
        texts.append((directory / LOCK_FILE).read_bytes())
    assert texts[0] == texts[1]


@pytest.mark.parametrize("style", STYLES)
def test_kept_contents_follow_the_side_that_keeps_the_version(tmp_path: Path, style: str) -> None:
    organization = f"{SMALL['organization.yaml']}keep: 2\n"
    repository = Repository(write_spec(tmp_path, {"organization.yaml": organization}), style)
    repository.branch("mine", {HARDEN: harden("printf")})
    repository.branch("other", {HARDEN: harden("cat")})
    repository.merge("mine", "other", {HARDEN: harden("cat")})
    assert "<<<<<<<" in (tmp_path / "versions/components/harden-os/1.0.1.yaml").read_text()
    settled(tmp_path)
    contents = [(tmp_path / f"versions/components/harden-os/1.0.{patch}.yaml").read_text() for patch in (1, 2)]
    assert ["printf" in contents[0], "cat" in contents[1]] == [True, True]
    kept = load(tmp_path).environments["prod"].kept_components
    assert [(each.name, each.version) for each in kept] == [("harden-os", "1.0.0"), ("harden-os", "1.0.1")]


def test_check_and_lock_check_say_what_settles_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    organization = f"{SMALL['organization.yaml']}keep: 2\n"
    repository = Repository(write_spec(Path("environments"), {"organization.yaml": organization}))
    repository.branch("mine", {"images/web.yaml": SMALL["images/web.yaml"] + "description: Mine\n"})
    repository.branch("other", {"images/web.yaml": SMALL["images/web.yaml"] + "description: Other\n"})
    repository.merge("mine", "other", {"images/web.yaml": SMALL["images/web.yaml"]})
    before = repository.lock_text
    assert run(["check", "--format", "github"]) == 1
    line = before.split("\n").index("<<<<<<< HEAD") + 1
    assert capsys.readouterr().out.splitlines() == [
        f"::error file=environments/{LOCK_FILE},line={line},col=1,endLine={line},endColumn=13,title=goldsmith check::"
        "a merge of HEAD and other has left a conflict here. Run `goldsmith lock`, which settles it.",
    ]
    assert run(["lock", "--check"]) == 2
    assert capsys.readouterr().err == (
        f"environments/{LOCK_FILE}: holds a merge conflict. Run `goldsmith lock`, which settles it.\n"
    )
    assert repository.lock_text == before
    assert run(["lock"]) == 0
    assert capsys.readouterr().err.splitlines()[:2] == [
        "settled the merge of HEAD and other: every version of both is in it.",
        "recipe web 1.0.1 is another content in HEAD than in other: that of HEAD keeps it, that of other is 1.0.2 now.",
    ]
    assert run(["check"]) == 0
