"""`goldsmith review`: of planned files, or of a plan that it makes; each output, and what ends it with which code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fleets import change_in, document_of, fleet_of, plan_of, planned_from, planned_with
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.render.render import render
from generator.render.writer import write
from generator.review.header import read_header
from generator.review.model import Planned, Risk
from generator.review.record import write_planned
from generator.spec import load

# The secrets that stand in the plans of tests/plans.
MADE_UP = ("correct-horse-battery", "staple-of-another-kind", "token-number-one", "token-number-two", "made-up-token")
Output = pytest.CaptureFixture[str]
Save = Callable[[Planned], str]
BLOCKING = Risk("R103", "key-destroyed", "block", "prod/team-001/us-east-1", "aws_kms_key.this", "it is destroyed")


@pytest.fixture
def save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Save:
    """Write a planned file beside a spec; returns its name."""
    for name in [name for name in os.environ if name.startswith(("GOLDSMITH_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    write_spec(tmp_path / "environments")
    monkeypatch.chdir(tmp_path)

    def saved(planned: Planned) -> str:
        name = f"planned-{len(list(tmp_path.glob('*.json')))}.json"
        write_planned(planned, tmp_path / name)
        return name

    return saved


def with_risk(planned: Planned, risk: Risk) -> Planned:
    first, *others = planned.roots
    return replace(planned, roots=(replace(first, findings=(replace(risk, root=first.name),)), *others))


def an_odd_one(document: dict[str, Any]) -> None:
    change_in(document, "module.target_account.aws_iam_role.this")["after"]["tags_all"]["Owner"] = "somebody"


def test_alike_plans_are_one_row_and_the_odd_one_stands_first(save: Save, capsys: Output) -> None:
    assert run(["review", save(fleet_of(40, {7: an_odd_one}))]) == 0
    said = capsys.readouterr()
    rows = [line for line in said.out.splitlines() if line.startswith("| **")]
    assert [row.split("|")[1:3] for row in rows] == [
        [" **`A`** ", rows[0].split("|")[2]],
        [" **`B`** ", " `prod` 39 roots "],
    ]
    assert rows[0].split("|")[2].startswith(" `prod/team-007/us-east-1`<br>odd: ")
    assert said.err == ""
    head = read_header(said.out)
    assert head is not None
    assert len(head.roots or ()) == 40


def test_shards_are_one_review_and_every_output_tells_the_same_digest(save: Save, capsys: Output) -> None:
    whole = fleet_of(4)
    shards = [
        save(replace(whole, roots=roots, shard=(number, 2)))
        for number, roots in enumerate((whole.roots[:2], whole.roots[2:]), 1)
    ]
    assert run(["review", *shards, "--html", "page.html", "--markdown", "comment.md", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    comment = Path("comment.md").read_text()
    head = read_header(comment)
    assert head is not None
    assert told["digest"] == head.digest
    assert f"apply --approved {told['digest']} prod" in comment
    assert f"apply --approved {told['digest']} prod" in Path("page.html").read_text()


def test_what_was_compared_is_part_of_what_to_run(save: Save, capsys: Output) -> None:
    assert run(["review", save(replace(fleet_of(2), base="b" * 40))]) == 0
    said = capsys.readouterr().out
    head = read_header(said)
    assert head is not None
    assert f"goldsmith apply --changed {'b' * 40} --approved {head.digest} prod\n" in said


def test_exit_codes_tell_changes_only_where_that_is_asked(save: Save) -> None:
    changes, nothing = save(fleet_of(2)), save(planned_with(planned_from(plan_of("nothing"))))
    assert run(["review", changes, "--detailed-exitcode"]) == 2
    assert run(["review", changes]) == 0
    assert run(["review", nothing, "--detailed-exitcode"]) == 0


def test_a_risk_that_blocks_ends_in_a_failure_after_all_is_told(save: Save, capsys: Output) -> None:
    file = save(with_risk(fleet_of(2), BLOCKING))
    assert run(["review", file, "--html", "page.html", "--detailed-exitcode"]) == 1
    said = capsys.readouterr()
    assert said.err == "review: 1 risk blocks. 2 of 2 roots change: 2 to change. This is not applied as it is.\n"
    assert "🛑 block **`R103`**" in said.out
    assert "apply --approved" not in said.out
    assert "R103" in Path("page.html").read_text()


def test_the_spec_lets_a_risk_through_until_its_day(save: Save, capsys: Output) -> None:
    file = save(with_risk(fleet_of(2), BLOCKING))
    entry = "  - {code: R103, address: aws_kms_key.this, reason: agreed, until: 9999-12-31}\n"
    organization = Path("environments/organization.yaml")
    organization.write_text(f"{organization.read_text()}allow:\n{entry}")
    assert run(["review", file]) == 0
    assert "*Allowed until 9999-12-31:* agreed" in capsys.readouterr().out


def test_a_root_that_failed_is_told_with_what_terraform_said(save: Save, capsys: Output) -> None:
    failed = planned_from(None, "team-900", "500000000900", failure="Error: no credentials\n\n  on providers.tf")
    assert run(["review", save(planned_with(*fleet_of(2).roots, failed))]) == 1
    said = capsys.readouterr()
    assert "**1 root**: `prod/team-900/us-east-1`\n\n```\nError: no credentials\n" in said.out
    assert said.err.startswith("review: 1 of 3 roots could not be planned.")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent.json"], 1, "absent.json: cannot be read"),
        (["FILE", "--environment", "prod"], 64, "planned-0.json: has its roots already."),
        (["FILE", "--changed", "main"], 64, "planned-0.json: has its roots already."),
        (["FILE", "--json", "--markdown", "-"], 64, "--json and --markdown - do not go together"),
        (["FILE", "--html", "no/such/folder.html"], 1, "no/such/folder.html: cannot be written (No such file"),
        (["--environment", "stage"], 64, "stage: the spec has no such environment"),
    ],
)
def test_what_cannot_be_done_is_told(save: Save, capsys: Output, arguments: list[str], code: int, message: str) -> None:
    file = save(fleet_of(1))
    assert run(["review", *(file if each == "FILE" else each for each in arguments)]) == code
    said = capsys.readouterr()
    assert said.err.startswith(message)
    assert said.out == ""


@pytest.mark.parametrize("case", ["sensitive", "aws-key-replaced", "output-only"])
def test_no_secret_of_a_plan_is_in_anything_that_is_written(
    save: Save, capsys: Output, tmp_path: Path, case: str
) -> None:
    document = json.dumps(document_of(case))
    assert [secret for secret in MADE_UP if secret in document]  # it was there to be found
    file = save(planned_with(planned_from(plan_of(case))))
    for options in ([], ["--json"], ["--html", "page.html", "--markdown", "comment.md"]):
        run(["review", file, *options])
        said = capsys.readouterr()
        assert not [secret for secret in MADE_UP if secret in said.out + said.err]
    assert not [secret for secret in MADE_UP if secret in at_a_terminal("review", file)]
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {path.name for path in written} == {file, "page.html", "comment.md"}
    assert not [path for path in written for secret in MADE_UP if secret in path.read_text()]


def at_a_terminal(*arguments: str) -> str:
    """What a command prints where standard output is a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", *arguments]
    with subprocess.Popen(command, stdout=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}):
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 65_536):
                told += part
        except OSError:  # Linux ends a terminal that nobody writes to any more with an error
            pass
    os.close(ours)
    return told.decode()


def test_at_a_terminal_a_person_reads_a_summary_and_can_ask_for_the_comment(save: Save) -> None:
    file = save(fleet_of(2))
    summary = at_a_terminal("review", file)
    assert "<!-- goldsmith:review" not in summary
    assert "2 of 2 roots change: 2 to change" in summary
    assert "goldsmith apply --approved" in summary
    assert "<!-- goldsmith:review" in at_a_terminal("review", file, "--markdown", "-")


def test_without_a_file_the_fleet_is_planned_first(
    save: Save, emulator: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    write_spec(tmp_path / "environments", dict(SMALL))
    spec = load(tmp_path / "environments")
    write(render(spec), tmp_path / "rendered")
    prepare(emulator, spec)
    for name, value in redirected(os.environ, emulator).items():
        monkeypatch.setenv(name, value)
    arguments = ["--environment", "prod", "--account", "web-prod", "--json", "--html", "page.html"]
    assert run(["review", *arguments, "--detailed-exitcode"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["situation"] == "first_run"
    assert [each["name"] for each in told["roots"]] == ["prod/web-prod/us-east-1"]
    assert told["counts"]["add"] > 0
    assert "root-prod/web-prod/us-east-1" in Path("page.html").read_text()
