"""`goldsmith init --ci` writes what is missing or its own, and never over what somebody changed."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from workflows import EXAMPLE

from generator.cli import run

REVIEW = ".github/workflows/goldsmith-review.yml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "environments").symlink_to(EXAMPLE)
    return tmp_path


def init(*options: str) -> int:
    return run(["init", "--ci", "github", *options])


def files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.yml")}


def test_a_second_init_writes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init() == 0
    first = files(repository / ".github")
    assert set(first) == {f"workflows/goldsmith-{name}.yml" for name in ("review", "apply", "drift")}
    capsys.readouterr()
    assert init() == 0
    assert files(repository / ".github") == first
    assert "3 files, all as they should be." in capsys.readouterr().err


def test_rollouts_have_a_workflow_where_the_spec_says_where_they_are_recorded(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init()
    assert "rollouts have no workflow" in capsys.readouterr().err
    (repository / "environments").unlink()
    copytree(EXAMPLE, repository / "environments")
    organization = repository / "environments" / "organization.yaml"
    organization.write_text(organization.read_text() + "rollouts: s3://acme-terraform-state/goldsmith\n")
    assert init() == 0
    told = capsys.readouterr().err
    assert "no workflow" not in told
    assert ".github/workflows/goldsmith-rollout.yml: written." in told


def test_a_file_that_was_changed_by_hand_is_kept_and_so_are_all(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init()
    review = repository / REVIEW
    review.write_text(review.read_text().replace("timeout-minutes: 60", "timeout-minutes: 90"))
    before = files(repository / ".github")
    assert init("--branch", "trunk") == 1
    assert files(repository / ".github") == before
    assert f"{REVIEW}: changed by hand, or not made by goldsmith init; nothing is written." in capsys.readouterr().err
    assert init("--branch", "trunk", "--force") == 0
    assert 'branches: ["trunk"]' in review.read_text()


def test_a_file_of_somebody_else_is_kept(repository: Path) -> None:
    review = repository / REVIEW
    review.parent.mkdir(parents=True)
    review.write_text("name: ours\n")
    assert init() == 1
    assert review.read_text() == "name: ours\n"


def test_a_file_of_earlier_settings_is_written_anew(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init("--branch", "trunk")
    capsys.readouterr()
    assert init() == 0
    assert f"{REVIEW}: written anew." in capsys.readouterr().err
    assert 'branches: ["main"]' in (repository / REVIEW).read_text()


def test_line_ends_of_windows_do_not_make_a_file_somebodys(repository: Path) -> None:
    init("--branch", "trunk")
    review = repository / REVIEW
    review.write_bytes(review.read_bytes().replace(b"\n", b"\r\n"))
    assert init() == 0


def test_check_shows_what_differs_and_writes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--check") == 2
    assert not (repository / ".github").exists()
    init("--branch", "trunk")
    capsys.readouterr()
    assert init("--check") == 2
    said = capsys.readouterr()
    assert '-    branches: ["trunk"]\n+    branches: ["main"]\n' in said.out
    assert "Run: goldsmith init --ci github" in said.err
    assert init("--branch", "trunk", "--check") == 0


def test_the_first_line_says_how_to_make_the_file_again(repository: Path) -> None:
    init("--branch", "trunk")
    first = (repository / REVIEW).read_text().splitlines()[0]
    assert first.startswith("# Made by `goldsmith init`: goldsmith init --ci github --branch trunk; changed by hand,")


def test_a_link_out_of_the_repository_is_not_written_through(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (repository / ".github").symlink_to(outside)
    assert init() == 1
    assert list(outside.iterdir()) == []


def test_a_spec_outside_of_the_repository_is_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--spec", str(EXAMPLE)) == 64
    assert "--directory names the root of the repository." in capsys.readouterr().err


def test_a_repository_elsewhere_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE.parent)
    options = ["--directory", str(repository), "--spec", str(repository / "environments")]
    assert init(*options, "--rendered", str(repository / "tree")) == 0
    assert 'RENDERED: "tree"' in (repository / REVIEW).read_text()
