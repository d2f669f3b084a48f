"""The journal: a line for each root, whole, for its owner alone, also with many writers."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.errors import JournalError
from generator.rollout.journal import Actor, Entry, Journal, actor_of

ENTRY = Entry(
    time=datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC),
    root="prod/web-prod/us-east-1",
    state="applied",
    digest="a" * 64,
    approved="b" * 64,
    commit="c" * 40,
    actor=Actor("ada", "https://ci.example.com/runs/7"),
    seconds=12.5,
    changes={"add": 1, "change": 0, "replace": 0, "destroy": 0},
    terraform="1.11.4",
)


def test_an_entry_is_one_line_of_json(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state" / "journal.jsonl")
    journal.open()
    journal.write(ENTRY)
    journal.write(replace(ENTRY, root="dev/a\n\u202e/us-east-1", state="failed"))
    first, second = (json.loads(line) for line in journal.file.read_text(encoding="ascii").splitlines())
    assert first == {
        "version": 1,
        "time": "2026-03-01T12:00:00+00:00",
        "root": "prod/web-prod/us-east-1",
        "state": "applied",
        "digest": "a" * 64,
        "approved": "b" * 64,
        "commit": "c" * 40,
        "actor": {"name": "ada", "run": "https://ci.example.com/runs/7"},
        "seconds": 12.5,
        "changes": {"add": 1, "change": 0, "replace": 0, "destroy": 0},
        "terraform": "1.11.4",
    }
    assert second["root"] == "dev/a\n\u202e/us-east-1"
    assert stat.S_IMODE(journal.file.stat().st_mode) == 0o600


def test_lines_of_many_writers_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: Journal(file).write(replace(ENTRY, root=f"{number}/{'x' * 3000}")), range(200)))
    roots = {json.loads(line)["root"].partition("/")[0] for line in file.read_text().splitlines()}
    assert roots == {str(number) for number in range(200)}


def test_a_journal_that_cannot_be_written_is_told_before_anything_is_applied(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").mkdir()
    with pytest.raises(JournalError, match=r"the journal cannot be written .*Name another place with --journal"):
        Journal(tmp_path / "journal.jsonl").open()


@pytest.mark.parametrize(
    ("environment", "actor"),
    [
        (
            {
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTOR": "ada",
                "GITHUB_SERVER_URL": "https://github.example.com",
                "GITHUB_REPOSITORY": "acme/images",
                "GITHUB_RUN_ID": "7",
            },
            Actor("ada", "https://github.example.com/acme/images/actions/runs/7"),
        ),
        (
            {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ada", "CI_JOB_URL": "https://gitlab.example.com/-/jobs/7"},
            Actor("ada", "https://gitlab.example.com/-/jobs/7"),
        ),
    ],
)
def test_a_ci_job_says_who_started_it(environment: dict[str, str], actor: Actor) -> None:
    assert actor_of(environment) == actor


def test_elsewhere_it_is_the_user_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    assert actor_of({}) == Actor("grace")
