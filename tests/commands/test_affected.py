"""`goldsmith affected`: what it writes for people, for programs and for GitHub, and what it refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from repositories import Project, new_project
from specs import SMALL

from generator.cli import run

Output = pytest.CaptureFixture[str]

BUILD = "prod/images-prod/us-east-1"
KEYS = "prod/images-prod/eu-central-1"
WEB = "prod/web-prod/us-east-1"
HARDENED = {"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")}
LESS = {"prod.yaml": SMALL["prod.yaml"].replace(", eu-central-1]", "]")}
REASON = "component harden-os 1.0.0 -> 1.0.1 through image web"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    prefixes = ("GIT_", "GITHUB_", "CI_", "GITLAB_", "GOLDSMITH_")
    for name in [name for name in os.environ if name.startswith(prefixes)]:
        monkeypatch.delenv(name)
    project = new_project(tmp_path / "repository")
    monkeypatch.chdir(project.top)
    return project


def test_a_line_for_each_root_with_its_reasons(project: Project, capsys: Output) -> None:
    project.change(HARDENED | LESS)
    assert run(["affected"]) == 0
    said = capsys.readouterr()
    commit = project.git("rev-parse", "HEAD")
    gone = "account web-prod receives in eu-central-1 no more"
    assert said.out.splitlines() == [
        f"{WEB}: {gone}",
        f"{BUILD}: {REASON}; {gone}",
        f"{KEYS}: root is removed: account images-prod has none in eu-central-1",
    ]
    assert said.err == (
        f"HEAD with what is not committed is compared with where main was left ({commit[:12]}): "
        "3 of 3 roots are affected.\n"
    )


def test_nothing_is_affected_by_nothing(project: Project, capsys: Output) -> None:
    assert run(["affected", "--detailed-exitcode"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("HEAD is the base itself, and nothing on disk differs; for what its last commit")
    assert said.err.endswith("0 of 3 roots are affected.\n")


def test_where_an_account_is_filed_and_how_it_is_rolled_out_touches_nothing(project: Project, capsys: Output) -> None:
    filed = SMALL["organization.yaml"].replace('"444444444444"', '{id: "444444444444", ou: prod, tags: {tier: web}}')
    project.change(
        {"organization.yaml": filed, "prod.yaml": SMALL["prod.yaml"] + "rollout: {canaries: {ou: prod}, mode: soft}\n"}
    )
    assert run(["affected", "--detailed-exitcode"]) == 0
    assert capsys.readouterr().err.endswith("0 of 3 roots are affected.\n")


def test_the_exit_code_tells_where_it_is_asked_to(project: Project) -> None:
    project.change(HARDENED)
    assert run(["affected", "--detailed-exitcode"]) == 2


def test_a_program_reads_all_of_it(project: Project, capsys: Output) -> None:
    base = project.git("rev-parse", "HEAD")
    head = project.commit(HARDENED)
    assert run(["affected", "--json", "--base", "HEAD~1"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "base": {"commit": base, "why": "HEAD~1"},
        "commit": head,
        "dirty": False,
        "notes": [],
        "roots": [
            {
                "root": BUILD,
                "environment": "prod",
                "account": "images-prod",
                "account_id": "333333333333",
                "region": "us-east-1",
                "kind": "build",
                "state_key": f"{BUILD}/terraform.tfstate",
                "removed": False,
                "reasons": [{"kind": "component", "text": REASON}],
            }
        ],
        "unaffected": [KEYS, WEB],
    }


def test_a_matrix_is_one_line_that_github_reads(project: Project, capsys: Output) -> None:
    base = project.git("rev-parse", "HEAD")
    project.change(LESS)
    assert run(["affected", "--matrix", "github", "--shards", "2"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {
        "include": [
            {"shard": "1/2", "base": base, "roots": 2, "name": f"{KEYS} and 1 more"},
            {"shard": "2/2", "base": base, "roots": 1, "name": BUILD},
        ]
    }


def test_an_empty_matrix_says_how_to_skip_its_job(project: Project, capsys: Output) -> None:
    assert run(["affected", "--matrix", "github"]) == 0
    said = capsys.readouterr()
    assert said.out == '{"include":[]}\n'
    assert "skip its job with `if: fromJSON(needs.JOB.outputs.matrix).include[0] != null`." in said.err


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--account", "web-prod"], [WEB]),
        (["--region", "eu-central-1"], [KEYS]),
        (["prod", "--image", "web"], [WEB, BUILD, KEYS]),
        (["--account", "data-prod"], []),
    ],
)
def test_roots_are_asked_for_as_everywhere_and_removed_ones_can_be(
    project: Project, capsys: Output, arguments: list[str], names: list[str]
) -> None:
    project.change(LESS)
    assert run(["affected", *arguments]) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == names


def test_an_environment_that_is_gone_can_be_asked_for(project: Project, capsys: Output) -> None:
    project.change({"prod.yaml": None, "live.yaml": SMALL["prod.yaml"].replace(": prod\n", ": live\n")})
    assert run(["affected", "prod"]) == 0
    assert capsys.readouterr().out.count("root is removed: environment prod is gone") == 3
    assert run(["affected", "prood"]) == 64
    assert (
        "prood: the spec has no such environment; there are live and prod. Did you mean prod?"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--json", "--matrix", "github"], 64, "--json and --matrix do not go together"),
        (["--shards", "257"], 64, "'257' is neither auto nor a number from 1 to 256."),
        (["--base", "nope"], 1, "No base to compare with: nope is no branch, tag or commit of this repository."),
        (["--base", "--all"], 1, "'--all': is no name of a commit"),
    ],
)
def test_what_is_asked_for_in_a_wrong_way(
    project: Project, capsys: Output, arguments: list[str], code: int, message: str
) -> None:
    assert run(["affected", *arguments]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_the_base_may_stand_in_the_environment(
    project: Project, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit(HARDENED)
    monkeypatch.setenv("GOLDSMITH_BASE", "HEAD~1")
    assert run(["affected"]) == 0
    assert capsys.readouterr().out == f"{BUILD}: {REASON}\n"


def test_without_a_repository_it_is_said_what_is_missing(
    project: Project, capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    project.spec.rename(outside)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert run(["affected", "--spec", str(outside)]) == 1
    assert "git knows no work tree here: not a git repository" in capsys.readouterr().err


def test_a_tree_outside_of_the_repository_is_refused(project: Project, capsys: Output, tmp_path: Path) -> None:
    assert run(["affected", "--rendered", str(tmp_path / "rendered")]) == 1
    assert "the rendered tree is not in the repository" in capsys.readouterr().err
