"""The digest that an apply is bound to comes from the bot's own review of the merged request, or from nowhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from forge import Fault, Forge, running
from small_reviews import DIGEST, planned, review

from generator.errors import PostingError
from generator.review.header import read_header
from generator.review.markdown import markdown
from generator.review.posting.approval import approved, set_status
from generator.review.posting.conversation import Access
from generator.review.posting.github import GitHubAccess
from generator.review.posting.gitlab import GitLabAccess

PULL, COMMIT = 7, "c0" * 20


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running(Forge(comments={PULL: []})) as forge:
        forge.pulls = {COMMIT: [merged(6, "0" * 40), merged(PULL, COMMIT)]}
        yield forge


@pytest.fixture(params=["github", "gitlab"])
def access(request: pytest.FixtureRequest, forge: Forge) -> Access:
    if request.param == "github":
        return GitHubAccess(forge.url, "made-up", "acme/images", in_actions=True)
    return GitLabAccess(f"{forge.url}/api/v4", "made-up", "acme/images")


def merged(number: int, commit: str) -> dict[str, Any]:
    """A request as both platforms tell of it."""
    return {
        "number": number,
        "iid": number,
        "state": "merged",
        "merged_at": "2026-11-24T20:00:00Z",
        "merge_commit_sha": commit,
        "url": "x",
    }


def test_the_digest_of_the_merged_request_is_what_was_approved(forge: Forge, access: Access) -> None:
    forge.say(PULL, "anna", "looks good")
    forge.say(PULL, forge.me, markdown(review()))
    found = approved(access, COMMIT)
    assert (found.digest, found.request[:-2]) == (DIGEST, "acme/images")


def test_a_review_that_somebody_else_wrote_approves_nothing(forge: Forge, access: Access) -> None:
    forge.say(PULL, "mallory", markdown(review()))
    with pytest.raises(PostingError, match=r"there is no review by .* 1 that bear its mark were written by others"):
        approved(access, COMMIT)


def test_a_review_that_somebody_edited_approves_nothing(forge: Forge, access: Access) -> None:
    forge.editors[forge.say(PULL, forge.me, markdown(review()))] = "mallory"
    with pytest.raises(PostingError, match="@mallory has edited the review"):
        approved(access, COMMIT)


def test_a_commit_that_no_request_was_merged_as_is_not_approved(forge: Forge, access: Access) -> None:
    with pytest.raises(PostingError, match="no pull or merge request was merged as commit ffffffffffff"):
        approved(access, "f" * 40)


def test_a_review_with_a_failed_root_has_nothing_to_approve(forge: Forge, access: Access) -> None:
    failed = dataclasses.replace(review(planned(failure="no such role")), digest="")
    forge.say(PULL, forge.me, markdown(failed))
    with pytest.raises(PostingError, match="no digest to approve"):
        approved(access, COMMIT)


def test_an_outdated_review_approves_nothing(forge: Forge, access: Access) -> None:
    forge.say(PULL, forge.me, markdown(review()))
    set_status(access.conversation(PULL), "outdated", "", "")
    with pytest.raises(PostingError, match="the review is outdated"):
        approved(access, COMMIT)


def test_the_status_lives_on_in_the_review(forge: Forge, access: Access) -> None:
    forge.say(PULL, forge.me, markdown(review()))
    forge.faults = [Fault("GET", "comments|notes", 503)]
    set_status(access.conversation(PULL), "applied", "By anna.", "https://ci.example/1", wait=lambda seconds: None)
    (body,) = forge.bodies(PULL)
    header = read_header(body)
    assert header is not None
    assert (header.status, header.digest) == ("applied", DIGEST)
    assert "**Applied.** By anna. See [the run](<https://ci.example/1>)." in body


def test_a_request_without_a_review_has_no_status(forge: Forge, access: Access) -> None:
    with pytest.raises(PostingError, match="there is no review by"):
        set_status(access.conversation(PULL), "applied", "", "")
