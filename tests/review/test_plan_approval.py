"""An approval holds for the plan that was reviewed and for no other, and says in words what is another."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import made
import pytest

from generator.errors import ReviewError
from generator.review.approval import refuse_blocked, require_all_reviewed, require_approved, require_commit
from generator.review.difference import fleet_differences
from generator.review.digest import fleet_digest, root_digest
from generator.review.model import Allowance, Planned, PlannedRoot, Risk
from generator.terraform.plans import CheckResult, OutputChange, ResourceChange
from generator.terraform.values import ABSENT, SENSITIVE, UNKNOWN

NAME = "prod/web-prod/us-east-1"


def planned_root(name: str = NAME, *changes: ResourceChange, **facts: Any) -> PlannedRoot:
    plan_facts = {key: facts.pop(key) for key in ("hidden", "checks", "output_changes", "terraform") if key in facts}
    root = replace(made.root(name, changes), **facts)
    if root.plan is not None:
        root = replace(root, plan=replace(root.plan, **plan_facts))
    return replace(root, digest=root_digest(root))


def planned(*roots: PlannedRoot, **facts: Any) -> Planned:
    return Planned(roots=roots, **{"commit": "4f2a9c1d" * 5, "terraform": "1.11.4", **facts})


def failed(name: str = NAME) -> PlannedRoot:
    return made.root(name, failure=f"{name}: terraform plan failed\n  Error: no credentials")


REVIEWED = planned_root(NAME, made.pipeline(), made.log_group())


@pytest.mark.parametrize("length", [12, 64])
def test_the_plan_that_was_approved_is_applied_by_its_digest_or_the_beginning_of_it(length: int) -> None:
    fresh = planned(REVIEWED)
    require_approved(fleet_digest(fresh.roots)[:length], fresh, None)
    require_approved(fleet_digest(fresh.roots)[:length], fresh, planned(REVIEWED))


def test_some_of_the_roots_are_applied_alone_where_all_that_was_reviewed_is_known() -> None:
    other = planned_root("dev/web-dev/us-east-1", made.pipeline())
    reviewed = planned(other, REVIEWED)
    require_approved(fleet_digest(reviewed.roots), planned(REVIEWED), reviewed)
    with pytest.raises(ReviewError, match="with the same --changed"):
        require_approved(fleet_digest(reviewed.roots), planned(REVIEWED), None)


@pytest.mark.parametrize("given", ["", "4f2a9c1d", "latest-digest", "4f2a9c1d0000g"])
def test_what_is_no_digest_approves_nothing(given: str) -> None:
    with pytest.raises(ReviewError, match="is no digest"):
        require_approved(given, planned(REVIEWED), None)


def test_a_digest_of_another_plan_is_refused_with_what_is_planned_and_how_to_see_more() -> None:
    with pytest.raises(ReviewError) as refused:
        require_approved("0" * 64, planned(REVIEWED), None)
    said = str(refused.value)
    assert f"{NAME}: {REVIEWED.digest[:12]} +1 ~1 ±0 -0" in said
    assert "--planned FILE" in said
    assert "Nothing was applied" in said


def test_files_of_another_review_than_the_approved_one_are_refused() -> None:
    with pytest.raises(ReviewError, match="the planned files are of a review with the digest"):
        require_approved("0" * 64, planned(REVIEWED), planned(REVIEWED))


def test_a_review_in_which_a_root_failed_cannot_be_approved() -> None:
    reviewed = planned(REVIEWED, failed("dev/web-dev/us-east-1"))
    with pytest.raises(ReviewError, match="dev/web-dev/us-east-1: failed in the review"):
        require_approved("0" * 64, planned(REVIEWED), reviewed)


def test_a_root_that_fails_now_is_never_what_was_approved() -> None:
    reviewed = planned(REVIEWED)
    with pytest.raises(ReviewError, match="cannot be planned now"):
        require_approved(fleet_digest(reviewed.roots), planned(failed()), reviewed)


def test_a_root_that_was_not_reviewed_is_named() -> None:
    with pytest.raises(ReviewError, match="dev/web-dev/us-east-1: not in the planned files"):
        require_all_reviewed(planned(REVIEWED), [NAME, "dev/web-dev/us-east-1"])


def update(address: str, path: str, before: Any, after: Any) -> ResourceChange:
    return made.change(address, "update", made.attribute(path, before, after))


def risk(level: Any, allowed: Allowance | None = None, address: str = "aws_kms_key.this") -> Risk:
    return Risk("R103", "key-lost", level, NAME, address, "the key goes", allowed)


def test_what_blocks_is_not_let_through_by_an_approval() -> None:
    with pytest.raises(ReviewError) as refused:
        refuse_blocked([risk("warn"), risk("block"), *[risk("block", address="")] * 25])
    said = str(refused.value)
    assert "what was approved is blocked by 26 risks:" in said
    assert f"  {NAME}: R103 key-lost: aws_kms_key.this: the key goes\n  {NAME}: R103 key-lost: the key goes\n" in said
    assert "and 6 more" in said
    assert "goldsmith explain R103" in said


def test_what_is_allowed_or_only_a_warning_passes() -> None:
    refuse_blocked([risk("warn"), risk("note"), risk("block", Allowance("it moves", date(2027, 1, 31)))])


Difference = tuple[PlannedRoot, str]
DIFFERENCES: dict[str, Difference] = {
    "another account": (
        replace(REVIEWED, account_id="999999999999"),
        "account 111111111111 was reviewed, and this is account 999999999999",
    ),
    "another Region": (replace(REVIEWED, region="eu-west-1"), "Region us-east-1 was reviewed, and this is eu-west-1"),
    "another state": (replace(REVIEWED, state_key="x"), f"its state was {NAME}/terraform.tfstate, and is x now"),
    "other providers": (replace(REVIEWED, lock="1" * 64), ".terraform.lock.hcl names other providers"),
    "other files": (replace(REVIEWED, rendered="1" * 64), "its rendered files, or the modules that they call"),
    "removed": (replace(REVIEWED, removed=True), "it would be destroyed as a whole now"),
    "another Terraform": (planned_root(NAME, *REVIEWED.plan.changes, terraform="1.12.0"), "and now by 1.12.0"),
    "one change more": (
        planned_root(NAME, made.pipeline(), made.log_group(), made.change("aws_kms_key.this", "delete")),
        "aws_kms_key.this: delete was not reviewed",
    ),
    "one change less": (
        planned_root(NAME, made.log_group()),
        "aws_imagebuilder_image_pipeline.this: update was reviewed, and nothing is to be done now",
    ),
    "another action": (
        planned_root(NAME, made.log_group(), replace(made.pipeline(), actions=("delete", "create"))),
        "update was reviewed, and it is replace now",
    ),
    "a sensitive value": (
        planned_root(NAME, made.pipeline(), made.log_group(), hidden="1" * 64),
        "a sensitive value is not the one that was reviewed",
    ),
    "a check": (
        planned_root(NAME, made.pipeline(), made.log_group(), checks=(CheckResult("check.x", "fail"),)),
        "check check.x is fail now",
    ),
    "an output": (
        planned_root(NAME, made.pipeline(), made.log_group(), output_changes=(OutputChange("ami", "create"),)),
        "output ami: create was not reviewed",
    ),
    "another object": (
        planned_root(NAME, replace(made.pipeline(), id="arn:other"), made.log_group()),
        "is another object than the one that was reviewed",
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_difference_is_told_in_words(name: str) -> None:
    fresh, words = DIFFERENCES[name]
    fresh = replace(fresh, digest=root_digest(fresh))
    lines = fleet_differences(planned(REVIEWED), planned(fresh))
    assert any(line.startswith(f"{NAME}: ") and words in line for line in lines), lines
    with pytest.raises(ReviewError, match="and the plan is another now"):
        require_approved(fleet_digest([REVIEWED]), planned(fresh), planned(REVIEWED))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (20, 30, "volume_size: 8 -> 20 was reviewed, now it is 8 -> 30"),
        ("20", 20, "volume_size: 8 -> '20' was reviewed, now it is 8 -> 20"),
        (SENSITIVE, UNKNOWN, "8 -> (sensitive) was reviewed, now it is 8 -> (known after apply)"),
        (1, ABSENT, "8 -> 1 was reviewed, now it is 8 -> (not set)"),
        ("a" * 500, "b", f"8 -> '{'a' * 79}… (422 more characters) was reviewed"),
        ("\x1b[2J\u202e", "b", r"8 -> '\x1b[2J\u202e' was reviewed"),
    ],
)
def test_an_attribute_is_told_with_both_values(before: Any, after: Any, words: str) -> None:
    reviewed = planned_root(NAME, update("aws_instance.this", "volume_size", 8, before))
    fresh = planned_root(NAME, update("aws_instance.this", "volume_size", 8, after))
    (line,) = fleet_differences(planned(reviewed), planned(fresh))
    assert words in line


def test_what_all_roots_share_is_told_once() -> None:
    lines = fleet_differences(planned(REVIEWED, key="a"), planned(REVIEWED, key="", terraform="1.12.0"))
    assert lines == [
        "Terraform 1.11.4 was used for the review, now 1.12.0",
        "what is sensitive was hashed with a for the review, now with no key: set GOLDSMITH_DIGEST_KEY as it was",
    ]


def test_a_long_difference_is_cut_and_counted() -> None:
    roots = [planned_root(f"prod/a{number}/us-east-1", made.pipeline()) for number in range(30)]
    moved = [replace(root, digest="", lock="1" * 64) for root in roots]
    fresh = [replace(root, digest=root_digest(root)) for root in moved]
    with pytest.raises(ReviewError, match="and 10 more differences"):
        require_approved(fleet_digest(roots), planned(*fresh), planned(*roots))


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with a spec and a tree, and git in it."""
    for name, value in {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(tmp_path), *settings, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    for folder in ("environments", "rendered"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").write_text("1\n")
    run("init", "-q", "-b", "main")
    run("add", ".")
    run("commit", "-q", "-m", "first")
    return run


def commit(git: Git, file: Path, text: str) -> str:
    file.write_text(text)
    git("add", ".")
    git("commit", "-q", "-m", "more")
    return git("rev-parse", "HEAD")


def test_the_commit_that_was_reviewed_passes_and_a_moved_one_does_not(git: Git, tmp_path: Path) -> None:
    reviewed = git("rev-parse", "HEAD")
    folders = [tmp_path / "environments", tmp_path / "rendered"]
    assert require_commit(reviewed, folders) == ""
    beside = commit(git, tmp_path / "README.md", "words\n")
    assert require_commit(reviewed, folders) == f"{reviewed[:12]} was reviewed; {beside[:12]} has the same content."
    moved = commit(git, tmp_path / "environments" / "a", "2\n")
    with pytest.raises(ReviewError, match=f"the commit is {moved[:12]} now, which differs in environments/a"):
        require_commit(reviewed, folders)


def test_a_squashed_merge_has_the_same_content(git: Git, tmp_path: Path) -> None:
    git("checkout", "-q", "-b", "change")
    commit(git, tmp_path / "environments" / "a", "2\n")
    reviewed = commit(git, tmp_path / "rendered" / "a", "2\n")
    git("checkout", "-q", "main")
    git("merge", "-q", "--squash", "change")
    git("commit", "-q", "-m", "squashed")
    assert "has the same content" in require_commit(reviewed, [tmp_path / "environments", tmp_path / "rendered"])


@pytest.mark.parametrize("file", ["environments/a", "rendered/new"])
def test_what_is_not_committed_was_not_reviewed(git: Git, tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("by hand\n")
    with pytest.raises(ReviewError, match="holds changes that are not committed"):
        require_commit(git("rev-parse", "HEAD"), [tmp_path / "environments", tmp_path / "rendered"])


def test_a_commit_that_the_clone_does_not_have_is_told(git: Git, tmp_path: Path) -> None:
    assert "this clone does not have it" in require_commit("f" * 40, [tmp_path / "environments"])


def test_outside_a_repository_no_commit_can_be_held_to(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="git cannot tell what is here"):
        require_commit("f" * 40, [tmp_path])
