"""`goldsmith rollout preview`: the table, the graph and the JSON of a rollout, and what it refuses."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from specs import SMALL, write_spec

from generator.cli import run
from generator.rollout.document import rollout_schemas
from generator.rollout.journal import Actor, Entry, Journal

Output = pytest.CaptureFixture[str]

ORGANIZATION = (
    SMALL["organization.yaml"]
    + """\
rollout:
  bake: 30 minutes
  freeze:
    - {weekly: fri 16:00 to mon 06:00, timezone: Europe/Vienna, reason: nobody is there}
"""
)
PROD = (
    SMALL["prod.yaml"].replace("accounts: [web-prod]", "accounts: [web-prod, data-prod]")
    + """\
rollout:
  canaries: [web-prod]
  waves: [{name: nobody, tags: {tier: none}}]
  build_root: {gates: [verify, build, {approval: "the |platform| team"}]}
"""
)
WAVES = PROD.replace("  waves: [{name: nobody, tags: {tier: none}}]\n", "")


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GOLDSMITH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return write_spec(tmp_path / "environments", {"organization.yaml": ORGANIZATION, "prod.yaml": WAVES})


def cells(table: str) -> list[list[str]]:
    """The rows of a table, without its lines."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in table.splitlines() if line.startswith("│")]


def test_a_row_for_each_wave_with_what_it_waits_for(capsys: Output) -> None:
    assert run(["rollout", "preview", "prod", "--at", "2026-11-25T12:00"]) == 0
    said = capsys.readouterr()
    approval = "approval by the |platform| team"
    assert cells(said.out) == [
        ["prod/canaries", "-", "1: web-prod/us-east-1", "1", "0", ""],
        [
            *("prod/rest", "prod/canaries: 30 minutes, verify"),
            *("2: data-prod/us-east-1, images-prod/eu-central-1", "1", "0", "Wed 2026-11-25 12:30 UTC"),
        ],
        [
            *("prod/build", "prod/rest: 30 minutes, verify"),
            *("1: images-prod/us-east-1", "1", "0", "Wed 2026-11-25 13:00 UTC"),
        ],
    ]
    assert said.out.endswith(f"Done with prod/build and, after it: 30 minutes, verify, build of web, {approval}.\n")
    first, second = said.err.splitlines()
    assert first.startswith("No durations: ")
    assert first.endswith("/.goldsmith/journal.jsonl has no run of these roots.")
    assert second == (
        "prod/rest: fewer at once than max_concurrent lets, since in mode strict no more run than may still fail, plus "
        "one."
    )


def test_durations_are_those_of_the_journal(capsys: Output) -> None:
    for name, seconds in [("web-prod/us-east-1", 75.4), ("images-prod/us-east-1", 3700.0)]:
        Journal(Path("runs")).write(
            Entry(datetime.now(UTC), f"prod/{name}", "applied", "", "", "", Actor("ada"), seconds)
        )
    assert run(["rollout", "preview", "--journal", "runs", "--jobs", "4", "--at", "2026-11-25T12:00+02:00"]) == 0
    said = capsys.readouterr()
    assert [row[-2:] for row in cells(said.out)] == [
        ["1 minute 15 seconds", "now"],
        ["2 minutes 31 seconds", "Wed 2026-11-25 10:32 UTC"],
        ["1 hour 2 minutes", "Wed 2026-11-25 11:04 UTC"],
    ]
    assert said.err.splitlines()[:2] == [
        "Durations are those of the last runs in runs, 4 at a time on this machine. Roots without one (2) take the "
        "median. Gates take time besides.",
        "All waves take 1 hour 5 minutes, not before Wed 2026-11-25 12:36 UTC.",
    ]


def test_a_freeze_says_why_and_until_when(capsys: Output) -> None:
    assert run(["rollout", "preview", "--at", "2026-11-27T15:00"]) == 0
    first = cells(capsys.readouterr().out)[0]
    assert first[-1] == ("Mon 2026-11-30 05:00 UTC (frozen fri 16:00 to mon 06:00 Europe/Vienna: nobody is there)")


def test_a_graph_of_what_waits_for_what(capsys: Output) -> None:
    assert run(["rollout", "preview", "--graph"]) == 0
    assert (
        capsys.readouterr().out
        == """\
flowchart TD
  subgraph e0["prod"]
    w0["canaries#58; 1 root, 1 at once, 0 may fail"]
    w1["rest#58; 2 roots, 1 at once, 0 may fail"]
    w2["build#58; 1 root, 1 at once, 0 may fail"]
  end
  w0 -->|"30 minutes, verify"| w1
  w1 -->|"30 minutes, verify"| w2
  w2 -->|"30 minutes, verify, build of web, approval by the #124;platform#124; team"| done([done])
"""
    )


def test_a_program_reads_all_of_it(capsys: Output) -> None:
    assert run(["rollout", "preview", "--json", "--at", "2026-11-27T15:00", "--account", "images-prod"]) == 0
    told = json.loads(capsys.readouterr().out)
    Draft202012Validator(rollout_schemas()["rollout-plan"]).validate(told)
    waves = told.pop("waves")
    assert told == {
        "version": 1,
        "at": "2026-11-27T15:00:00+00:00",
        "environments": ["prod"],
        "empty": [{"environment": "prod", "wave": "canaries", "reason": "no target root fits"}],
        "recorded": 0,
        "not_done_before": "2026-11-30T06:00:00+00:00",
    }
    assert [wave["id"] for wave in waves] == ["prod/rest", "prod/build"]
    root = {
        "name": "prod/images-prod/us-east-1",
        "account": "images-prod",
        "account_id": "333333333333",
        "region": "us-east-1",
        "kind": "build",
    }
    gate = {"images": [], "command": [], "approver": None, "timeout_seconds": None}
    assert waves[1] == {
        "id": "prod/build",
        "environment": "prod",
        "kind": "build",
        "after": ["prod/rest"],
        "roots": [root],
        "max_concurrent": 1,
        "failure_tolerance": 0,
        "mode": "strict",
        "concurrency": 1,
        "bake_seconds": 1800.0,
        "gates": [
            {"kind": "verify", **gate},
            {"kind": "build", **gate, "images": ["web"], "timeout_seconds": 10800.0},
            {"kind": "approval", **gate, "approver": "the |platform| team"},
        ],
        "seconds": None,
        "not_before": "2026-11-30T05:30:00+00:00",
        "frozen": None,
    }
    window = {"window": "fri 16:00 to mon 06:00", "timezone": "Europe/Vienna", "reason": "nobody is there"}
    assert waves[0]["frozen"] == window


@pytest.mark.parametrize(
    "short", [["prod", "--preview"], ["--preview", "prod"], ["--at", "2026-11-25T12:00", "prod", "--preview"]]
)
def test_the_short_form_is_the_same_preview(short: list[str], capsys: Output) -> None:
    at = [] if "--at" in short else ["--at", "2026-11-25T12:00"]
    assert run(["rollout", *short, *at, "--json"]) == 0
    told = capsys.readouterr()
    assert run(["rollout", "preview", "prod", "--at", "2026-11-25T12:00", "--json"]) == 0
    assert capsys.readouterr() == told


def test_an_environment_that_is_called_like_a_command_takes_the_long_form(spec: Path, capsys: Output) -> None:
    text = (spec / "prod.yaml").read_text().replace("environment: prod", "environment: history")
    (spec / "history.yaml").write_text(text)
    (spec / "prod.yaml").unlink()
    assert run(["rollout", "preview", "history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["environments"] == ["history"]
    assert run(["rollout", "history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rollouts"] == []


def test_what_it_cannot_mean_is_told_as_wrong_usage(capsys: Output) -> None:
    wrong = [
        (["rollout", "stauts", "2026"], "rollout stauts: is no command. Did you mean status? Of an environment, see"),
        (["rollout", "prod"], "`goldsmith rollout prod --preview`, and roll out what was reviewed with `goldsmith rol"),
        (["rollout", "prod", "--preview", "--approved=5b0c9d"], "--preview shows and --approved applies. Leave one of"),
        (["rollout", "--account", "web-prod"], "what was approved is not said. Add the digest that `goldsmith review`"),
        (["rollout", "prd", "--preview"], "the spec has no such environment; there are prod. Did you mean prod?"),
        (["rollout", "preview", "prd"], "the spec has no such environment; there are prod. Did you mean prod?"),
        (["rollout", "preview", "--json", "--graph"], "--json and --graph do not go together"),
        (["rollout", "preview", "--at", "noon"], "'noon' is no moment; a moment reads like 2026-12-24T18:00 (UTC)."),
        (["rollout", "preview", "--at", "9999-12-31"], "'9999-12-31' is too far off; its year is 2000 to 2199."),
    ]
    for arguments, message in wrong:
        assert run(arguments) == 64
        assert message in capsys.readouterr().err


def test_a_spec_that_is_wrong_has_no_rollout(spec: Path, capsys: Output) -> None:
    (spec / "prod.yaml").write_text(PROD)
    assert run(["rollout", "preview"]) == 1
    assert "rollout.waves[0].tags.tier: no account of organization.yaml has the value 'none'" in capsys.readouterr().err
