"""`goldsmith approved` prints a digest for `apply --approved`, or says why there is none; `mark` says how it went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import Forge, running
from small_reviews import DIGEST, review

from generator.cli import run
from generator.review.markdown import markdown

COMMIT = "c0" * 20


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Forge]:
    """A job of a push to the branch, whose commit is that of a merged pull request with a review."""
    pull = {"number": 7, "merged_at": "2026-11-24T20:00:00Z", "merge_commit_sha": COMMIT, "url": "x"}
    with running(Forge(comments={7: []}, pulls={COMMIT: [pull]})) as forge:
        forge.say(7, forge.me, markdown(review()))
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": forge.url,
            "GITHUB_EVENT_PATH": "",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_REPOSITORY": "acme/images",
            "GITHUB_SHA": COMMIT,
            "GITHUB_TOKEN": "made-up",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield forge


def test_the_merged_requests_digest_goes_to_output_and_step(
    forge: Forge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["approved"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{DIGEST}\n"
    assert said.err.startswith("acme/images#7: reviewed at https://github.example/")
    assert DIGEST in (tmp_path / "output").read_text()


def test_a_digest_that_a_person_gave_asks_nobody(forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["approved", "--digest", "ab" * 32]) == 0
    assert capsys.readouterr().out == f"{'ab' * 32}\n"
    assert forge.asked == []


@pytest.mark.parametrize("given", ["abc", "$(reboot)" * 8, "AB" * 32, "ab" * 32 + "\nx"])
def test_what_is_no_digest_is_refused(forge: Forge, given: str) -> None:
    assert run(["approved", "--digest", given]) == 64


def test_another_commit_has_no_review(forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["approved", "--commit", "d0" * 20]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "no pull or merge request was merged as commit d0d0d0d0d0d0" in said.err


def test_outside_of_a_job_the_platform_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    assert run(["approved"]) == 64


def test_mark_changes_the_status_in_the_review_of_the_merged_request(
    forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mark", "applied", "--note", "By anna."]) == 0
    assert capsys.readouterr().out.startswith("https://github.example/acme/images/pull/7")
    assert "**Applied.** By anna." in forge.bodies(7)[0]


def test_mark_goes_to_the_open_request_that_the_job_belongs_to(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.comments[8] = []
    forge.say(8, forge.me, markdown(review()))
    monkeypatch.setenv("GITHUB_REF", "refs/pull/8/merge")
    assert run(["mark", "outdated"]) == 0
    assert "**Outdated.**" in forge.bodies(8)[0]
    assert "**Outdated.**" not in forge.bodies(7)[0]
