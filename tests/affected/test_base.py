"""The commit that a change is compared with, found in real repositories: named, by an event of CI, by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repositories import Project, git, silent

from generator.affected.base import DEEPENING, find_base
from generator.affected.errors import BaseError
from generator.git import GitError, open_repository

NOTHING = "0" * 40
UNKNOWN = "1234567890" * 4


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three commits on main, from whose second the branch `change`, checked out, has two of its own."""
    project = Project(tmp_path / "origin")
    project.top.mkdir()
    project.git("init", "--quiet", "--initial-branch", "main")
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub and GitLab do
    for _ in range(3):
        project.commit()
    project.git("switch", "--quiet", "--create", "change", "HEAD~1")
    project.commit()
    project.commit()
    return project


def base_of(project: Project, named: str | None = None, environment: Mapping[str, str] | None = None) -> str | None:
    return find_base(open_repository(project.top), named, environment or {}, silent).commit


def commit(project: Project, revision: str) -> str:
    return project.git("rev-parse", revision)


def github(directory: Path, name: str, event: Mapping[str, Any], **variables: str) -> dict[str, str]:
    path = directory / "event.json"
    path.write_text(json.dumps(event))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), **variables}


def push(directory: Path, before: str, **event: Any) -> dict[str, str]:
    repository = {"default_branch": "main"}
    return github(directory, "push", {"before": before, "ref": "refs/heads/change", "repository": repository, **event})


@pytest.mark.parametrize(
    ("named", "expected"), [("HEAD~1", "HEAD~1"), ("main", "main~1"), ("v1", "main"), ("main~2", "main~2")]
)
def test_a_branch_counts_from_where_it_was_left_and_any_other_name_as_it_is(
    project: Project, named: str, expected: str
) -> None:
    project.git("tag", "v1", "main")
    assert base_of(project, named) == commit(project, expected)


@pytest.mark.parametrize("name", ["--upload-pack=touch /tmp/x", "-h", "a b", "main..change", "main:file", "a\nb"])
def test_what_cannot_be_a_name_never_reaches_git(project: Project, name: str) -> None:
    with pytest.raises(GitError, match="is no name of a commit"):
        base_of(project, name)


def test_an_unknown_name_is_refused(project: Project) -> None:
    with pytest.raises(BaseError, match=r"mian is no branch, tag or commit of this repository. Name another."):
        base_of(project, "mian")


def test_on_a_persons_machine_the_default_branch_of_the_remote_counts(project: Project, tmp_path: Path) -> None:
    project.git("branch", "--quiet", "trunk", "main~2")
    project.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    clone = project.clone(tmp_path / "clone")
    clone.git("switch", "--quiet", "change")
    assert base_of(clone) == commit(project, "trunk")


def test_without_a_remote_main_counts(project: Project) -> None:
    assert base_of(project) == commit(project, "main~1")


def test_without_a_default_branch_nothing_is_guessed(project: Project) -> None:
    project.git("branch", "--quiet", "--move", "main", "trunk")
    with pytest.raises(BaseError, match="knows no default branch"):
        base_of(project)


def test_a_pull_request_counts_from_where_its_target_was_left(project: Project, tmp_path: Path) -> None:
    """Its job stands on a merge of both: what came to the target meanwhile is on both sides."""
    clone = project.clone(tmp_path / "clone")
    clone.git("switch", "--quiet", "--detach", "origin/main")
    clone.git("config", "user.name", "x"), clone.git("config", "user.email", "x")
    clone.git("merge", "--quiet", "--no-ff", "origin/change")
    environment = github(tmp_path, "pull_request", {"action": "synchronize"}, GITHUB_BASE_REF="main")
    assert base_of(clone, None, environment) == commit(project, "main")


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_of_a_pull_request_is_deepened_until_both_meet(
    project: Project, tmp_path: Path, depth: int
) -> None:
    for _ in range(20):
        project.commit()
    clone = project.clone(tmp_path / "clone", "--depth", str(depth), "--single-branch", "--branch", "change")
    assert open_repository(clone.top).shallow
    told: list[str] = []
    environment = github(tmp_path, "pull_request", {"action": "opened"}, GITHUB_BASE_REF="main")
    base = find_base(open_repository(clone.top), None, environment, told.append)
    assert base.commit == commit(project, "main~1")
    assert base.why == "where main was left"
    assert told == [
        "Fetching main of origin, which is compared with.",
        f"This clone is shallow: fetching up to {DEEPENING[0]} more commits of origin to find where origin/main was "
        "left.",
    ]


def test_a_checkout_as_github_makes_it_is_enough(project: Project, tmp_path: Path) -> None:
    """One commit, detached: the merge of the change into its target, without a branch of either."""
    project.git("switch", "--quiet", "--detach", "main")
    project.git("merge", "--quiet", "--no-ff", "change")
    merge = commit(project, "HEAD")
    project.git("update-ref", "refs/pull/1/merge", merge)
    project.git("switch", "--quiet", "main")
    target = commit(project, "main")
    project.commit()  # the target goes on, and the job's merge does not
    checkout = Project(tmp_path / "checkout")
    checkout.top.mkdir()
    checkout.git("init", "--quiet")
    checkout.git("remote", "add", "origin", f"file://{project.top}")
    wanted = f"+{merge}:refs/remotes/pull/1/merge"
    checkout.git("fetch", "--quiet", "--no-tags", "--prune", "--depth=1", "origin", wanted)
    checkout.git("checkout", "--quiet", "--force", "refs/remotes/pull/1/merge")
    environment = github(tmp_path, "pull_request", {"action": "synchronize"}, GITHUB_BASE_REF="main")
    assert base_of(checkout, None, environment) == target


def test_what_was_committed_on_top_of_a_shallow_clone_does_not_keep_it_from_being_deepened(
    project: Project, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", "--depth", "1", "--no-single-branch", "--branch", "change")
    clone.git("remote", "set-head", "origin", "main")
    clone.commit()
    assert base_of(clone) == commit(project, "main~1")


def test_a_shallow_clone_without_its_remote_says_what_to_set(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", "--depth", "1", "--no-single-branch", "--branch", "change")
    clone.git("remote", "set-head", "origin", "main")
    clone.git("remote", "set-url", "origin", f"file://{tmp_path}/gone")
    with pytest.raises(BaseError, match=r"more of it cannot be fetched .*`fetch-depth: 0`"):
        base_of(clone)
    clone.git("branch", "--quiet", "main", "origin/main")
    clone.git("remote", "remove", "origin")
    with pytest.raises(BaseError, match=r"this shallow clone ends before HEAD and main meet, and has no remote.*0`"):
        base_of(clone)


def test_two_histories_that_never_meet_are_no_endless_fetch(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("switch", "--quiet", "--orphan", "apart")
    for _ in range(3):
        project.commit()
    clone = project.clone(tmp_path / "clone", "--depth", "1", "--no-single-branch", "--branch", "apart")
    clone.git("remote", "set-head", "origin", "main")
    monkeypatch.setattr("generator.affected.base.DEEPENING", (1,))
    with pytest.raises(BaseError, match="have no commit in common as far as this clone goes back"):
        base_of(clone)
    monkeypatch.undo()
    with pytest.raises(BaseError, match=r"have no commit in common\. Name the commit"):
        base_of(clone)


def test_a_push_counts_from_the_commit_before(project: Project, tmp_path: Path) -> None:
    environment = push(tmp_path, commit(project, "HEAD~2"))
    assert base_of(project, None, environment) == commit(project, "HEAD~2")


def test_the_commit_before_a_push_is_fetched_where_a_shallow_clone_lacks_it(project: Project, tmp_path: Path) -> None:
    before = commit(project, "HEAD~2")
    clone = project.clone(tmp_path / "clone", "--depth", "1", "--branch", "change")
    assert base_of(clone, None, push(tmp_path, before)) == before


def test_a_push_from_a_commit_that_is_nowhere_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(BaseError, match=r"123456789012, the commit before the push, is not in this clone"):
        base_of(project, None, push(tmp_path, UNKNOWN))


def test_a_forced_push_counts_from_what_it_replaced(project: Project, tmp_path: Path) -> None:
    replaced = commit(project, "HEAD")
    project.git("reset", "--quiet", "--hard", "HEAD~2")
    project.commit()
    assert base_of(project, None, push(tmp_path, replaced, forced=True)) == replaced


def test_a_forced_push_whose_past_is_gone_counts_from_the_commit_before_and_says_so(
    project: Project, tmp_path: Path
) -> None:
    told: list[str] = []
    environment = push(tmp_path, UNKNOWN, forced=True)
    base = find_base(open_repository(project.top), None, environment, told.append)
    assert base.commit == commit(project, "HEAD~1")
    assert told == [
        "123456789012, what the forced push has replaced, cannot be had; compared with the commit before the last one: "
        "what a forced push has replaced is gone."
    ]


def test_a_new_branch_counts_from_where_the_default_branch_was_left(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", "--branch", "change")
    assert base_of(clone, None, push(tmp_path, NOTHING)) == commit(project, "main~1")


def test_of_a_new_repository_everything_is_new(project: Project, tmp_path: Path) -> None:
    assert base_of(project, None, push(tmp_path, NOTHING, ref="refs/heads/main")) is None


def test_a_merge_queue_counts_from_what_it_merges_into(project: Project, tmp_path: Path) -> None:
    base = commit(project, "main")
    environment = github(tmp_path, "merge_group", {"merge_group": {"base_sha": base}})
    assert base_of(project, None, environment) == base


@pytest.mark.parametrize(
    ("name", "event", "problem"),
    [
        ("schedule", {}, "the event schedule is no change to compare"),
        ("workflow_dispatch", {}, "the event workflow_dispatch is no change to compare"),
        ("pull_request", {"action": "closed"}, "a pull request that is closed"),
        ("pull_request_target", {}, "pull_request_target stands on the target branch"),
        ("push", {"before": "--all", "repository": {"default_branch": "main"}}, "'--all' of this job's event is no id"),
        ("push", {}, "the event of this job has no before"),
        ("push", {"before": NOTHING, "ref": "refs/tags/v1", "repository": {"default_branch": "main"}}, "a tag is no"),
        ("merge_group", {"merge_group": {"base_sha": "main"}}, "'main' of this job's event is no id"),
    ],
)
def test_an_event_that_compares_with_nothing_says_to_name_a_base(
    project: Project, tmp_path: Path, name: str, event: Mapping[str, Any], problem: str
) -> None:
    with pytest.raises(BaseError, match=problem):
        base_of(project, None, github(tmp_path, name, event, GITHUB_BASE_REF="main"))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "main~1"}, "main~1"),
        (
            {
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "main~1",
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "main",
            },
            "main",
        ),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "HEAD~2"}, "HEAD~2"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": UNKNOWN}, "HEAD~1"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": NOTHING, "CI_COMMIT_BRANCH": "change"}, "main~1"),
    ],
)
def test_gitlab_says_it_in_variables(
    project: Project, tmp_path: Path, variables: Mapping[str, str], expected: str
) -> None:
    clone = project.clone(tmp_path / "clone", "--branch", "change")
    ids = {
        name: value if value in (NOTHING, UNKNOWN) or not name.endswith("_SHA") else commit(project, value)
        for name, value in variables.items()
    }
    environment = {"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", **ids}
    assert base_of(clone, None, environment) == commit(project, expected)


@pytest.mark.parametrize(
    ("source", "problem"),
    [("schedule", "a pipeline by schedule is no change to compare"), ("push", "a tag is no change to compare")],
)
def test_a_pipeline_on_schedule_or_of_a_tag_compares_with_nothing(project: Project, source: str, problem: str) -> None:
    variables = {"CI_COMMIT_BEFORE_SHA": NOTHING, "CI_COMMIT_TAG": "v1", "CI_DEFAULT_BRANCH": "main"}
    with pytest.raises(BaseError, match=problem):
        base_of(project, None, {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": source, **variables})


def test_without_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git knows no work tree here: not a git repository"):
        open_repository(tmp_path)


def test_a_repository_without_a_commit_has_no_base(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    with pytest.raises(BaseError, match="No base to compare with"):
        base_of(Project(tmp_path))
