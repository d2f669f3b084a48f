"""`--to COMMIT` on the command line, as far as no Terraform runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fleets import COMMIT, fleet_of
from repositories import Project, new_project
from specs import SMALL

from generator.cli import run
from generator.commands.applying import Approval
from generator.commands.asked import Asked, Selection
from generator.commands.earlier import at_commit, require_tree_of
from generator.errors import ReviewError
from generator.review.model import Planned

Output = pytest.CaptureFixture[str]

DIGEST = "5b0c9d1e77aa"
OTHER = "f" * 40
JOINED = SMALL["prod.yaml"].replace("accounts: [web-prod]", "accounts: [web-prod, data-prod]")
FROZEN = "rollout: {canaries: [web-prod], freeze: [{from: 2026-12-24, until: 2026-12-26, reason: holidays}]}\n"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An account joins, and a freeze is declared."""
    project = new_project(tmp_path_factory.mktemp("back") / "repository")
    project.commit({"prod.yaml": JOINED + FROZEN})
    return project


@pytest.fixture
def project(repository: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "CI_", "GITLAB_", "GOLDSMITH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(repository.top)
    return repository


def test_the_waves_of_today_are_shown_with_the_roots_of_the_commit(project: Project, capsys: Output) -> None:
    assert run(["rollout", "prod", "--to", "HEAD~1", "--preview", "--at", "2026-12-24T12:00", "--json"]) == 0
    canaries, rest, _build = json.loads(capsys.readouterr().out)["waves"]
    assert (canaries["id"], [root["name"] for root in canaries["roots"]]) == (
        "prod/canaries",
        ["prod/web-prod/us-east-1"],
    )
    assert canaries["frozen"]["reason"] == "holidays"
    assert [root["name"] for root in rest["roots"]] == ["prod/images-prod/eu-central-1"]


def test_roots_that_came_later_are_told_where_they_were_asked_for(project: Project, capsys: Output) -> None:
    commit = project.git("rev-parse", "HEAD~1")
    for selection, is_told in [(Selection(), True), (Selection(accounts=("web-prod",)), False)]:
        with at_commit(Asked(selection), "HEAD~1") as there:
            assert there.commit == commit
            assert there.spec_directory != Path("environments")
        told = capsys.readouterr().err
        assert told.startswith(
            f"Planned is the way to {commit[:12]}, with the waves, freezes and allowed risks of HEAD."
        )
        assert (f"prod/data-prod/us-east-1: not in {commit[:12]}, and left as they are" in told) is is_told


def test_without_a_commit_it_is_what_is_on_disk() -> None:
    asked = Asked()
    with at_commit(asked, None, changed="main") as there:
        assert there is asked
    assert asked.commit == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["plan", "--to", "HEAD~1", "--changed"],
            64,
            "--to and --changed do not go together; each says what is planned",
        ),
        (
            ["review", "planned.json", "--to", "HEAD~1"],
            64,
            "planned.json: has its roots already. Leave out what chooses",
        ),
        (["plan", "--to", "gone"], 1, "--to gone: is no branch, tag or commit that this clone has."),
        (
            ["rollout", "--to", "gone", "--approved", DIGEST],
            1,
            "--to gone: is no branch, tag or commit that this clone",
        ),
        (["plan", "stage", "--to", "HEAD~1"], 64, "stage: the spec has no such environment; there are prod."),
    ],
)
def test_what_is_asked_for_in_a_wrong_way(
    project: Project, capsys: Output, arguments: list[str], code: int, message: str
) -> None:
    assert run(arguments) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def reviewed(*, to_commit: bool) -> Planned:
    return Planned(fleet_of(1).roots, commit=COMMIT, to_commit=to_commit)


@pytest.mark.parametrize(
    ("approval", "commit", "message"),
    [
        (
            Approval(DIGEST, reviewed(to_commit=True), COMMIT),
            "",
            f"for the way to {COMMIT[:12]}. Give --to {COMMIT[:12]}",
        ),
        (
            Approval(DIGEST, reviewed(to_commit=False), COMMIT),
            COMMIT,
            "for what was checked out. Give no --to, or plan",
        ),
        (
            Approval(DIGEST, reviewed(to_commit=True), COMMIT),
            OTHER,
            f"for the way to {COMMIT[:12]}. Give --to {COMMIT[:12]}",
        ),
        (
            Approval(DIGEST, commit=COMMIT),
            OTHER,
            f"{COMMIT[:12]}: was reviewed, and --to is {OTHER[:12]}. Name the one",
        ),
    ],
)
def test_another_tree_than_the_reviewed_one_is_refused(approval: Approval, commit: str, message: str) -> None:
    with pytest.raises(ReviewError) as refused:
        require_tree_of(approval, commit)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("approval", "commit"),
    [
        (Approval(DIGEST), ""),
        (Approval(DIGEST), COMMIT),
        (Approval(DIGEST, commit=COMMIT[:9]), COMMIT),
        (Approval(DIGEST, reviewed(to_commit=True), COMMIT), COMMIT),
        (Approval(DIGEST, reviewed(to_commit=False), COMMIT), ""),
    ],
)
def test_the_reviewed_tree_is_taken(approval: Approval, commit: str) -> None:
    require_tree_of(approval, commit)
