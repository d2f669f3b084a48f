"""Drift is one issue for each group: opened once, kept up, closed when it is gone; nobody else's is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from forge import Fault, Forge, running
from small_reviews import DIGEST, planned

from generator.review.drift import drift_issues, key_of
from generator.review.limits import COMMENT, units
from generator.review.model import Group, Planned, Review
from generator.review.posting.conversation import Access
from generator.review.posting.github import GitHubAccess
from generator.review.posting.gitlab import GitLabAccess
from generator.review.posting.tracker import LABEL, MOST, keep_up
from generator.terraform.plans import Plan, ResourceChange

ONE, OTHER = "1" * 64, "2" * 64
GONE = "It is gone."


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running(Forge()) as forge:
        yield forge


@pytest.fixture(params=["github", "gitlab"])
def access(request: pytest.FixtureRequest, forge: Forge) -> Access:
    if request.param == "github":
        return GitHubAccess(forge.url, "made-up", "acme/images", in_actions=True)
    return GitLabAccess(f"{forge.url}/api/v4", "made-up", "acme/images")


def drifted(*digests: str, name: str = "prod/web-prod/us-east-1") -> Review:
    groups = tuple(Group(str(number), digest, (planned(name),)) for number, digest in enumerate(digests))
    return Review(Planned(roots=(planned(name),), commit="c" * 40), DIGEST, groups)


def kept(access: Access, review: Review, *, gone: str | None = GONE) -> tuple[str, ...]:
    return keep_up(access.tracker(), drift_issues(review), key_of, gone=gone, wait=lambda seconds: None)


def states(forge: Forge) -> dict[str, str]:
    """Key -> state."""
    return {key: issue["state"] for issue in forge.issues.values() if (key := key_of(issue["body"]))}


def test_a_group_has_one_issue_as_long_as_it_lasts(forge: Forge, access: Access) -> None:
    (opened,) = kept(access, drifted(ONE))
    assert opened.endswith("/101: opened: Drift: +1 ~0 ±0 -0 in 1 root of prod (11111111)")
    assert kept(access, drifted(ONE)) == ()
    (updated,) = kept(access, drifted(ONE, name="dev/web-dev/us-east-1"))
    assert ": updated: Drift: +1 ~0 ±0 -0 in 1 root of dev" in updated
    opened_and_closed = kept(access, drifted(OTHER))
    assert [each.split(": ")[1] for each in opened_and_closed] == ["closed", "opened"]
    assert states(forge) == {ONE: "closed", OTHER: "open"}
    assert forge.bodies(101) == [GONE]


def test_drift_that_comes_back_is_a_new_issue(forge: Forge, access: Access) -> None:
    kept(access, drifted(ONE))
    kept(access, drifted())
    kept(access, drifted(ONE))
    assert [issue["state"] for issue in forge.issues.values()] == ["closed", "open"]


def test_nothing_is_closed_while_some_roots_are_not_known(forge: Forge, access: Access) -> None:
    kept(access, drifted(ONE))
    assert kept(access, drifted(), gone=None) == ()
    assert states(forge) == {ONE: "open"}


def test_an_issue_that_somebody_else_wrote_is_left_alone(forge: Forge, access: Access) -> None:
    (wanted,) = drift_issues(drifted(ONE))
    forged = forge.track("mallory", "Drift", wanted.body, [LABEL])
    other = forge.track(forge.me, "A wish", "with our label", [LABEL])
    assert len(kept(access, drifted(ONE))) == 1
    kept(access, drifted())
    assert [forge.issues[number]["state"] for number in (forged, other)] == ["open", "open"]


def test_a_pull_request_is_no_issue(forge: Forge) -> None:
    (wanted,) = drift_issues(drifted(ONE))
    pull = forge.track(forge.me, "Drift", wanted.body, [LABEL], is_pull=True)
    kept(GitHubAccess(forge.url, "made-up", "acme/images"), drifted())
    assert forge.issues[pull]["state"] == "open"


def test_what_was_opened_although_the_server_failed_is_not_opened_twice(forge: Forge, access: Access) -> None:
    forge.faults = [Fault("POST", "issues$", 502, done=True)]
    kept(access, drifted(ONE, OTHER))
    assert states(forge) == {ONE: "open", OTHER: "open"}
    assert len(forge.issues) == 2


def test_a_fleet_that_is_wrong_as_a_whole_opens_no_hundreds(forge: Forge, access: Access) -> None:
    forge.page = 10
    done = kept(access, drifted(*(f"{number:064x}" for number in range(40))))
    assert len(forge.issues) == MOST
    assert done[-1].startswith("15 more are left for the next run")


def test_an_issue_holds_no_more_than_an_issue_can() -> None:
    changes = tuple(ResourceChange(f"module.x{n}.{'y' * 200}", "aws_kms_key", ("create",)) for n in range(2000))
    root = planned()
    object.__setattr__(root, "plan", Plan(root.name, changes))
    (wanted,) = drift_issues(Review(Planned(roots=(root,)), DIGEST, (Group("A", ONE, (root,)),)))
    assert units(wanted.body) <= COMMENT
    assert key_of(wanted.body) == ONE
