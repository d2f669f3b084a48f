"""`goldsmith review --post` and `--issues` do what they say with what a plan has saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from forge import Forge, running
from organizations import EXAMPLE
from small_reviews import planned

from generator.cli import run
from generator.review.drift import key_of
from generator.review.header import read_header
from generator.review.model import Planned, PlannedRoot
from generator.review.planning import with_digest
from generator.review.record import write_planned

PULL = 7


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Forge]:
    """A job of a pull request's run, in a checkout."""
    monkeypatch.chdir(EXAMPLE.parent)
    event = {"pull_request": {"number": PULL, "head": {"repo": {"full_name": "acme/images"}}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    with running(Forge(comments={PULL: []})) as forge:
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": forge.url,
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_REPOSITORY": "acme/images",
            "GITHUB_RUN_ID": "12",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_TOKEN": "made-up",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield forge


def review(*arguments: str) -> int:
    return run(["review", "--spec", str(EXAMPLE), *arguments])


def saved(directory: Path, *roots: PlannedRoot) -> str:
    """A planned file with these roots."""
    file = directory / "planned.json"
    write_planned(Planned(roots=tuple(with_digest(root) for root in roots), terraform="1.11.4"), file)
    return str(file)


def test_a_review_is_posted_and_only_its_address_is_printed(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(saved(tmp_path, planned()), "--post") == 0
    (comment,) = forge.bodies(PULL)
    header = read_header(comment)
    assert header is not None
    assert capsys.readouterr().out == "https://github.example/acme/images/pull/7#issuecomment-101\n"
    assert header.digest in (tmp_path / "output").read_text()
    assert "https://github.example/acme/images/actions/runs/12" in comment
    assert header.digest in (tmp_path / "summary").read_text()


def test_a_review_that_is_refused_is_posted_all_the_same(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = planned("prod/web-prod/us-east-1", failure="no such role")
    assert review(saved(tmp_path, planned(), failing), "--post", "github") == 1
    assert len(forge.bodies(PULL)) == 1
    assert "::error file=rendered/prod/web-prod/us-east-1/main.tf,title=" in capsys.readouterr().err


def test_drift_is_kept_as_issues_and_closed_when_it_is_gone(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(saved(tmp_path, planned()), "--issues") == 0
    (issue,) = forge.issues.values()
    assert key_of(issue["body"])
    failing = planned("prod/web-prod/us-east-1", failure="no such role")
    assert review(saved(tmp_path, replace(planned(), plan=None, failure="down"), failing), "--issues") == 1
    assert issue["state"] == "open"
    assert review(saved(tmp_path, planned(changes=False)), "--issues") == 0
    assert issue["state"] == "closed"
    assert ": closed: Drift: +1" in capsys.readouterr().out


def test_an_issue_of_what_the_drift_command_saved_says_who_should_look(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = planned()
    assert whole.plan is not None
    found = with_digest(replace(whole, plan=replace(whole.plan, refresh_only=True)))
    file = tmp_path / "drift.json"
    write_planned(Planned(roots=(found,), terraform="1.11.4", kind="drift"), file)
    assert review(str(file), "--issues") == 0
    (issue,) = forge.issues.values()
    assert "Who should look: `platform` (`dev`)" in issue["body"]
    assert "1 of 1 root drifted" in (tmp_path / "summary").read_text()
    gone = with_digest(replace(found, plan=replace(whole.plan, changes=(), refresh_only=True)))
    write_planned(Planned(roots=(gone,), terraform="1.11.4", kind="drift"), file)
    assert review(str(file), "--issues") == 0
    assert issue["state"] == "closed"


def test_what_says_what_standard_output_is_does_not_go_together(forge: Forge, tmp_path: Path) -> None:
    assert review(saved(tmp_path, planned()), "--post", "--json") == 64
    assert forge.asked == []
