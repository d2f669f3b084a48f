"""A whole posting, from a job's variables to the comment: on requests of one's own, of forks, and on none."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forge import Fault, Forge, running
from small_reviews import DIGEST, review

from generator.errors import PostingError, UsageError
from generator.review.posting.conversation import Forbidden
from generator.review.posting.place import place_of, platform_of, token_of
from generator.review.posting.post import Report, post

MARK = "<!-- our mark -->"
PULL = 7


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running(Forge(comments={PULL: []})) as forge:
        yield forge


def github_job(forge: Forge, directory: Path, source: str | None = "acme/images", **more: str) -> dict[str, str]:
    """The variables of a job of a pull request's run; `source` is the repository that the request comes from."""
    event: dict[str, Any] = {"pull_request": {"number": PULL, "head": {"repo": source and {"full_name": source}}}}
    (directory / "event.json").write_text(json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.url,
        "GITHUB_EVENT_PATH": str(directory / "event.json"),
        "GITHUB_OUTPUT": str(directory / "output"),
        "GITHUB_REPOSITORY": "acme/images",
        "GITHUB_STEP_SUMMARY": str(directory / "summary"),
        "GITHUB_TOKEN": "made-up",
        **more,
    }


def gitlab_job(forge: Forge, **more: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": f"{forge.url}/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_PROJECT_PATH": "acme/images",
        "CI_MERGE_REQUEST_IID": str(PULL),
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "12",
        "GITLAB_TOKEN": "made-up",
        **more,
    }


def posted(environment: dict[str, str]) -> Report:
    return post(
        review(),
        lambda limit: f"{MARK} at most {limit}",
        lambda body: body.startswith(MARK),
        platform_of(environment),
        environment,
        wait=lambda seconds: None,
    )


def test_a_job_of_github_comments_and_leaves_summary_and_outputs(forge: Forge, tmp_path: Path) -> None:
    report = posted(github_job(forge, tmp_path))
    assert forge.bodies(PULL) == [f"{MARK} at most 65536"]
    assert report.url.startswith("https://github.example/acme/images/pull/7#issuecomment-")
    assert (tmp_path / "summary").read_text() == f"{MARK} at most 1048575\n"
    assert DIGEST in (tmp_path / "output").read_text()


def test_a_job_of_gitlab_comments(forge: Forge) -> None:
    forge.me = "project_12_bot_1"
    report = posted(gitlab_job(forge))
    assert forge.bodies(PULL) == [f"{MARK} at most 1000000"]
    assert report.url == f"{forge.url}/acme/images/-/merge_requests/7#note_101"


def test_a_run_of_no_request_has_a_summary_alone(forge: Forge, tmp_path: Path) -> None:
    environment = github_job(forge, tmp_path, GITHUB_EVENT_PATH="", GITHUB_REF="refs/heads/main")
    report = posted(environment)
    assert report.told == ("This run belongs to no pull request: the review is in the job's summary alone.",)
    assert forge.asked == []


@pytest.mark.parametrize("source", ["mallory/images", None])
def test_a_forks_run_that_may_not_comment_leaves_its_review_in_the_summary(
    forge: Forge, tmp_path: Path, source: str | None
) -> None:
    forge.faults = [Fault("POST", "comments", 403, {"message": "Resource not accessible by integration"})]
    report = posted(github_job(forge, tmp_path, source))
    assert report.url == ""
    assert report.told[0].startswith("A fork's request may not be commented on; the review is in the job's summary.")
    assert MARK in (tmp_path / "summary").read_text()


def test_a_forks_run_on_gitlab_has_no_token_and_is_told(forge: Forge) -> None:
    environment = gitlab_job(forge, CI_MERGE_REQUEST_SOURCE_PROJECT_ID="666", GITLAB_TOKEN="")
    assert posted(environment).told[0].startswith("A fork's request may not be commented on; the review is in the job")


def test_a_run_of_ones_own_that_may_not_comment_fails_with_what_it_needs(forge: Forge, tmp_path: Path) -> None:
    forge.faults = [Fault("POST", "comments", 403, {"message": "Resource not accessible by integration"})]
    with pytest.raises(Forbidden, match=r"permissions: {pull-requests: write}"):
        posted(github_job(forge, tmp_path))
    assert MARK in (tmp_path / "summary").read_text()


def test_without_the_client_library_the_extra_is_named(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "github", None)
    with pytest.raises(PostingError, match=r"pip install 'goldsmith\[github\]'"):
        posted(github_job(forge, tmp_path))


def test_outside_of_both_the_platform_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="name the one to speak to: github or gitlab"):
        platform_of({})


def test_a_pull_request_is_known_by_its_ref_where_no_event_tells_it() -> None:
    environment = {"GITHUB_REPOSITORY": "acme/images", "GITHUB_REF": "refs/pull/12/merge"}
    assert place_of("github", environment).number == 12
    assert place_of("github", {**environment, "GITHUB_REF": "refs/heads/pull/12/merge"}).number is None


@pytest.mark.parametrize("api", ["http://git.example/api/v3", "ftp://127.0.0.1", "git.example"])
def test_a_token_is_not_sent_in_the_clear(api: str) -> None:
    with pytest.raises(PostingError, match="not an https:// address"):
        place_of("github", {"GITHUB_REPOSITORY": "acme/images", "GITHUB_API_URL": api})


@pytest.mark.parametrize("api", ["https://git.example/api/v3", "http://localhost:8000", "http://[::1]:8000"])
def test_an_enterprise_server_and_this_machine_may_be_asked(api: str) -> None:
    assert place_of("github", {"GITHUB_REPOSITORY": "acme/images", "GITHUB_API_URL": api}).api == api


def test_a_job_without_its_variables_is_told_which() -> None:
    with pytest.raises(PostingError, match="GITHUB_REPOSITORY: it is not set"):
        place_of("github", {})


def test_a_missing_token_says_how_to_give_one() -> None:
    with pytest.raises(Forbidden, match=r"GITHUB_TOKEN: \${{ github.token }}"):
        token_of("github", {})
    with pytest.raises(Forbidden, match="scope `api`"):
        token_of("gitlab", {})
