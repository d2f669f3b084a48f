from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.cli import run
from generator.spec.versions import LOCK_FILE


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_spec(Path("environments"), locked=False)


def test_lock_says_what_it_added_and_adds_nothing_twice(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lock"]) == 0
    first = capsys.readouterr()
    assert first.out.splitlines() == [
        "component harden-os 1.0.0 (new)",
        "component ssh-hardened 1.0.0 (new)",
        "recipe web 1.0.0 (new)",
    ]
    assert first.err == "environments/versions.lock.yaml: 3 added.\n"
    written = (spec / LOCK_FILE).read_bytes()
    assert run(["lock"]) == 0
    second = capsys.readouterr()
    assert (second.out, second.err) == (
        "",
        "environments/versions.lock.yaml: every content has its version.\n",
    )
    assert (spec / LOCK_FILE).read_bytes() == written


def test_check_writes_nothing_and_exits_with_2_when_the_lock_is_stale(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lock", "--check"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "environments/versions.lock.yaml: 3 versions are missing:",
        "  component harden-os 1.0.0 (new)",
        "  component ssh-hardened 1.0.0 (new)",
        "  recipe web 1.0.0 (new)",
        "Run `goldsmith lock`.",
    ]
    assert not (spec / LOCK_FILE).exists()
    run(["lock"])
    assert run(["lock", "--check"]) == 0


def test_a_bump_raises_the_part_that_is_named(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["lock"])
    (spec / "images/web.yaml").write_text(SMALL["images/web.yaml"] + "description: Web\n")
    capsys.readouterr()
    assert run(["lock", "--bump", "major", "web", "--json"]) == 0
    [addition] = json.loads(capsys.readouterr().out)["added"]
    assert (addition["section"], addition["name"], addition["version"], addition["previous"]) == (
        "recipes",
        "web",
        "2.0.0",
        "1.0.0",
    )


def test_a_name_without_news_is_wrong_usage(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["lock"])
    capsys.readouterr()
    assert run(["lock", "--bump", "minor", "web"]) == 64
    assert capsys.readouterr().err == (
        "web: its content has a version already, so there is nothing to raise. Leave it out.\n"
    )


def test_the_lock_is_replaced_as_a_whole_and_leaves_nothing_beside_it(spec: Path) -> None:
    run(["lock"])
    (spec / LOCK_FILE).chmod(0o640)
    (spec / "images/web.yaml").write_text(SMALL["images/web.yaml"] + "description: Web\n")
    assert run(["lock"]) == 0
    assert stat.S_IMODE((spec / LOCK_FILE).stat().st_mode) == 0o640
    assert sorted(os.listdir(spec)) == ["components", "images", "organization.yaml", "prod.yaml", LOCK_FILE]


def test_what_is_kept_and_let_go_is_said(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["lock"])
    organization = SMALL["organization.yaml"]
    (spec / "organization.yaml").write_text(f"{organization}keep: 1\n")
    capsys.readouterr()
    assert run(["lock", "--check"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "environments/versions.lock.yaml: what is kept of older versions does not fit:",
        "  write versions/recipes/web/1.0.0.json",
        "  write versions/components/harden-os/1.0.0.yaml",
        "  write versions/components/ssh-hardened/1.0.0.yaml",
        "Run `goldsmith lock`.",
    ]
    assert run(["lock"]) == 0
    assert capsys.readouterr().err == (
        "environments/versions.lock.yaml: every content has its version, 3 files kept under versions/.\n"
    )
    (spec / "organization.yaml").write_text(organization)
    assert run(["lock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "settled": [],
        "added": [],
        "kept": [],
        "removed": [
            "versions/components/harden-os/1.0.0.yaml",
            "versions/components/ssh-hardened/1.0.0.yaml",
            "versions/recipes/web/1.0.0.json",
        ],
    }


def test_a_content_that_nobody_has_any_more_is_told_of(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["lock"])
    (spec / "images/web.yaml").write_text(SMALL["images/web.yaml"] + "description: Web\nkeep: 2\n")
    capsys.readouterr()
    assert run(["lock"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "web: of 1.0.0 the content is not known any more, so versions are kept from 1.0.1 on.",
        "environments/versions.lock.yaml: 1 added, 3 files kept under versions/.",
    ]


def test_the_example_is_locked() -> None:
    example = Path(__file__).parents[2] / "environments"
    assert run(["lock", "--check", "--spec", str(example)]) == 0
