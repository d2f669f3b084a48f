"""`rollout shards` and `shard` take what `rollout next --json` wrote, and `due` finds what nobody works on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.cli import run
from generator.rollout.journal import Actor
from generator.rollout.leases import record_key
from generator.rollout.ledger import Ledger
from generator.rollout.record import WaveOfRoots
from generator.rollout.store import DirectoryStore

ID = "20261125-091500-3f9a1c"


def step(directory: Path, roots: int = 3, **members: Any) -> str:
    """A file of `rollout next --json` for so many roots, all of which may run at once."""
    document = {
        "version": 1,
        "rollout": ID,
        "do": "apply",
        "wave": "prod/rest",
        "roots": [{"root": f"prod/team-{n:03}/us-east-1", "digest": f"{n:064}"} for n in range(roots)],
        "max_concurrent": roots,
        "failure_tolerance": 0,
        "mode": "soft",
        "until": None,
        "seconds": 0,
        "approval": None,
        "reason": "",
        "journal": f"s3://acme-state/goldsmith/rollouts/{ID}",
    }
    file = directory / "next.json"
    file.write_text(json.dumps(document | members))
    return str(file)


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "outputs"
    file.touch()
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    return file


def read(outputs: Path) -> dict[str, str]:
    lines = outputs.read_text().splitlines()
    return {lines[at].partition("<<")[0]: lines[at + 1] for at in range(0, len(lines), 3)}


def test_a_step_of_600_roots_is_a_matrix_of_numbers_alone(
    tmp_path: Path, outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rollout", "shards", step(tmp_path, 600)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == [f"{n}/150" for n in range(1, 151)]
    told = read(outputs)
    assert told["do"] == "apply"
    assert json.loads(told["shards"]) == printed
    assert len(outputs.read_bytes()) < 4096


def test_the_same_roots_left_twice_end_what_would_go_on_for_ever(
    tmp_path: Path, outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["rollout", "shards", step(tmp_path), "--after", "another"])
    left = read(outputs)["left"]
    outputs.write_text("")
    assert run(["rollout", "shards", step(tmp_path), "--after", left]) == 1
    assert outputs.read_text() == ""
    assert "prod/rest: the 3 roots that were left before this are left still" in capsys.readouterr().err
    assert run(["rollout", "shards", step(tmp_path, 2), "--after", left]) == 0


@pytest.mark.parametrize(
    ("members", "code", "told"),
    [
        ({"do": "done", "wave": None}, 0, "is done."),
        (
            {"do": "wait", "until": "2026-11-26T06:00:00+00:00", "reason": "prod/rest bakes"},
            0,
            "waits until 2026-11-26T06:00:00+00:00: prod/rest bakes",
        ),
        ({"do": "stop", "wave": None, "reason": "prod/rest: gate failed"}, 1, "stops: prod/rest: gate failed"),
    ],
)
def test_what_is_no_apply_has_no_shards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], members: dict[str, Any], code: int, told: str
) -> None:
    assert run(["rollout", "shards", step(tmp_path, 0, **members)]) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--shard", "1/2"], 64, "the step has 5 shards"),
        (["--shard", "4/3"], 64, "is no shard"),
    ],
)
def test_a_shard_that_the_step_has_not_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    file = step(tmp_path, 10, max_concurrent=5)
    assert run(["rollout", "shard", file, *arguments]) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', '{"version": 1, "do": "apply"}'])
def test_what_is_no_step_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "next.json").write_text(text)
    assert run(["rollout", "shards", str(tmp_path / "next.json")]) == 1
    assert "is no step of a rollout" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rollout", "shards", str(tmp_path / "none.json")]) == 64
    assert "goldsmith rollout next" in capsys.readouterr().err


def test_due_is_what_has_not_ended_and_nobody_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "acme/images",
        "GITHUB_RUN_ID": "77",
    }.items():
        monkeypatch.setenv(name, value)
    ours, others, person = (
        Actor("ada", "https://github.com/acme/images/actions/runs/7"),
        Actor("ada", "https://github.com/acme/more/actions/runs/7"),
        Actor("ada"),
    )
    ids = {name: begin(tmp_path, actor, name) for name, actor in zip("abc", (ours, others, person), strict=True)}
    held = begin(tmp_path, ours, "d", release=False)
    ended = begin(tmp_path, ours, "e")
    Ledger(DirectoryStore(tmp_path), ours).end(ended, "failed", "too many failed")
    assert held
    assert run(["rollout", "due", "--rollouts", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{ids['a']}\n"


def test_what_next_cannot_go_on_with_is_told_and_is_not_due(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = begin(tmp_path, Actor("ada"), "a")
    early = begin(tmp_path, Actor("ada"), "b", approved="")
    apply = begin(tmp_path, Actor("ada"), "c", all_at_once=True)
    damaged = begin(tmp_path, Actor("ada"), "d")
    (tmp_path / record_key(damaged)).write_text("{}")
    assert run(["rollout", "due", "--rollouts", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out == f"{whole}\n"
    assert f"goldsmith rollout abort {early}" in told.err
    assert f"{apply}: is an apply, and its run died" in told.err
    assert f"{damaged}: " in told.err


def begin(
    place: Path, actor: Actor, account: str, *, release: bool = True, approved: str = "d" * 64, **facts: Any
) -> str:
    ledger = Ledger(DirectoryStore(place), actor)
    root = f"prod/{account}/us-east-1"
    record, leases = ledger.begin(["prod"], [WaveOfRoots("prod/rest", (root,))], approved=approved, **facts)
    ledger.bring(record.id, root, "planned", digest="0" * 64)
    if release:
        leases.release()
    return record.id
