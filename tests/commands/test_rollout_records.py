"""`goldsmith rollout status`, `history`, `abort` and `unlock`, on what rollouts have recorded."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.journal import Actor
from generator.rollout.leases import key_of, read_lease
from generator.rollout.ledger import Ledger
from generator.rollout.record import WaveOfRoots, to_text
from generator.rollout.report import as_csv, rows
from generator.rollout.store import DirectoryStore
from tests.conftest import AwsFactory
from tests.rollout.clocks import StillClock

ADA = Actor("ada", "https://ci.example.com/7")
WEB, DATA, BUILD = "prod/web/us-east-1", "prod/data/us-east-1", "prod/build/us-east-1"
WAVES = (WaveOfRoots("prod/targets", (WEB, DATA)), WaveOfRoots("prod/build", (BUILD,)))
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "rollouts.schema.json"

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOLDSMITH_ROLLOUTS", "rollouts")
    monkeypatch.setenv("GOLDSMITH_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def failed() -> str:
    """One that failed, and left its roots held by a process of another machine. Its id."""
    clock = StillClock()
    store = DirectoryStore(Path("rollouts"))
    ledger = Ledger(store, ADA, clock)
    begun, _ = ledger.begin(["prod"], WAVES, approved="a" * 64, commit="c" * 40)
    for root in (WEB, DATA):
        ledger.bring(begun.id, root, "planned", digest="d" * 64)
        ledger.bring(begun.id, root, "applying")
    clock.advance(seconds=20)
    ledger.bring(begun.id, WEB, "applied", seconds=19.5, serial=4, lineage="9f0c")
    ledger.bring(begun.id, DATA, "failed", reason="apply failed", seconds=7.0)
    ledger.bring(begun.id, BUILD, "skipped", reason="a root before it did not get done", cause=DATA)
    ledger.end(begun.id, "failed", "2 of 3 roots not done")
    for root in begun.roots:
        stored, lease = store.read(key_of(root)), read_lease(store, root)
        assert stored is not None
        assert lease is not None
        store.replace(key_of(root), to_text(replace(lease, host="ci-7", pid=4711)), stored.etag)
    return begun.id


def written_json(output: Output) -> Any:
    document = json.loads(output.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    return document


def test_status_tells_each_root_and_who_holds_it(failed: str, capsys: Output) -> None:
    assert run(["rollout", "status"]) == 0
    output, told = capsys.readouterr()
    assert re.match(
        rf"{failed}: failed \(2 of 3 roots not done\), prod, 3 roots, begun \d+ \w+ ago by ada, commit c{{12}}, "
        r"approved a{12}\n",
        output,
    )
    lines = [" ".join(line.replace("│", " ").split()) for line in output.splitlines()]
    assert f"{WEB} prod/targets applied 19.5 dddddddddddd" in lines
    assert f"{DATA} prod/targets failed 7.0 dddddddddddd apply failed" in lines
    assert f"{BUILD} prod/build skipped - - a root before it did not get done ({DATA})" in lines
    assert f"{WEB}: held by ada (process 4711 on ci-7, https://ci.example.com/7) for rollout {failed}" in told
    assert f"goldsmith rollout unlock {failed}" in told


def test_status_is_written_for_programs(failed: str, capsys: Output) -> None:
    assert run(["rollout", "status", failed[:8], "--json"]) == 0
    document = written_json(capsys)
    [shown] = document["rollouts"]
    assert (document["version"], shown["rollout"]["id"], shown["rollout"]["state"]) == (1, failed, "failed")
    assert [root["state"] for root in shown["roots"]] == ["applied", "failed", "skipped"]
    assert (shown["roots"][0]["serial"], shown["roots"][0]["lineage"]) == (4, "9f0c")
    assert [lease["pid"] for lease in shown["leases"]] == [4711] * 3


@pytest.mark.parametrize("format", ["json", "csv"])
def test_a_report_has_a_row_for_each_root(failed: str, format: str) -> None:
    assert run(["rollout", "status", "--report", f"report.{format}"]) == 0
    text = Path(f"report.{format}").read_text()
    if format == "csv":
        header, *found = list(csv.reader(io.StringIO(text)))
        assert header == ["Name", "Started", "Ended", "Result", "Reason", "Cause"]
    else:
        names = ("name", "started", "ended", "result", "reason", "cause")
        found = [[row.get(name, "") for name in names] for row in json.loads(text)]
    start, end = "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:20+00:00"
    assert found == [
        [WEB, start, end, "succeeded", "", ""],
        [DATA, start, end, "failed", "apply failed", ""],
        [BUILD, end, end, "skipped", "a root before it did not get done", DATA],
    ]


def test_no_cell_of_a_report_is_a_formula() -> None:
    clock = StillClock()
    begun, _ = Ledger(DirectoryStore(Path("rollouts")), ADA, clock).begin(["prod"], WAVES)
    [record] = Ledger(DirectoryStore(Path("rollouts")), ADA, clock).roots(begun)[:1]
    assert "'=1+1" in as_csv(rows([replace(record, cause="=1+1")]))


@pytest.mark.parametrize(
    ("name", "message"), [("report.xml", "ends in no format"), ("no/report.csv", "the report cannot be written")]
)
def test_a_report_that_cannot_be_written_is_told(failed: str, capsys: Output, name: str, message: str) -> None:
    assert run(["rollout", "status", "--report", name]) != 0
    assert message in capsys.readouterr().err


def test_one_that_is_damaged_hides_no_other_from_the_history(failed: str, capsys: Output) -> None:
    place = Path("rollouts")
    waves = [WaveOfRoots("dev/build", ("dev/build/us-east-1",))]
    other = Ledger(DirectoryStore(place), ADA).begin(["dev"], waves)[0].id
    (place / "rollouts" / other / "rollout.json").write_text("{")
    assert run(["rollout", "history", "--json"]) == 1
    output, told = capsys.readouterr()
    assert [each["rollout"]["id"] for each in json.loads(output)["rollouts"]] == [failed]
    assert f"rollouts/{other}/rollout.json: is damaged" in told
    assert "1 of its rollouts cannot be read" in told


def test_history_lists_the_newest_first(failed: str, capsys: Output) -> None:
    clock = StillClock()
    clock.advance(days=1)
    ledger = Ledger(DirectoryStore(Path("rollouts")), ADA, clock)
    newer, _ = ledger.begin(["dev"], [WaveOfRoots("dev/build", ("dev/build/us-east-1",))])
    for arguments, expected in (
        ([], [newer.id, failed]),
        (["prod"], [failed]),
        (["--root", "dev/build/us-east-1"], [newer.id]),
        (["--limit", "1"], [newer.id]),
        (["staging"], []),
    ):
        assert run(["rollout", "history", *arguments]) == 0
        assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == expected
        assert run(["rollout", "history", *arguments, "--json"]) == 0
        assert [each["rollout"]["id"] for each in written_json(capsys)["rollouts"]] == expected


def test_an_abort_is_told_with_who_and_why(failed: str, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    assert run(["rollout", "abort", failed, "--reason", "wrong image"]) == 0
    assert run(["rollout", "status"]) == 0
    assert capsys.readouterr().out.startswith(f"{failed}: aborted by grace (wrong image), ")
    assert run(["rollout", "abort", failed]) == 1
    assert f"{failed}: was aborted, so it cannot become aborted" in capsys.readouterr().err


def test_roots_are_made_free_when_that_is_confirmed(failed: str, capsys: Output) -> None:
    assert run(["rollout", "unlock", failed]) == 64
    told = capsys.readouterr().err
    assert f"{DATA}: held by ada (process 4711 on ci-7" in told
    assert "make sure that its run is dead. Then add --confirm" in told
    assert run(["rollout", "unlock", failed, "--confirm"]) == 0
    assert f"{failed}: 3 roots are free." in capsys.readouterr().err
    assert run(["rollout", "unlock", failed, "--confirm"]) == 0
    assert f"{failed}: holds no root." in capsys.readouterr().err


def test_what_lives_here_is_not_made_free(capsys: Output) -> None:
    begun, _ = Ledger(DirectoryStore(Path("rollouts")), ADA).begin(["prod"], WAVES)
    assert run(["rollout", "unlock", begun.id, "--confirm"]) == 1
    told = capsys.readouterr().err
    assert f"on {socket.gethostname()}" in told
    assert "that process runs on this machine. Stop it first" in told


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["status"], 64, "there is no rollout in"),
        (["status", "2026"], 64, "2026: there is no such rollout in"),
        (["abort", "2026"], 64, "2026: there is no such rollout in"),
        (
            ["history", "--rollouts", "http://bucket/x"],
            64,
            "is no place of rollouts; a folder is, or s3://BUCKET/PREFIX",
        ),
        (["history", "--rollouts", "s3://Bucket"], 64, "is no place of rollouts"),
        (["history", "--rollouts", "s3://bucket/x?zone=1"], 64, "is no place of rollouts"),
    ],
)
def test_what_is_not_there_is_told(capsys: Output, arguments: list[str], code: int, message: str) -> None:
    assert run(["rollout", *arguments]) == code
    assert message in capsys.readouterr().err


def test_rollouts_in_a_bucket_are_those_of_every_machine(
    emulator: Endpoint, aws: AwsFactory, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.commands.rollout_options import ledger_at

    variables = redirected({}, emulator)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOLDSMITH_ROLLOUTS", "s3://rollouts-of-all-machines/journal?region=us-east-1")
    assert run(["rollout", "history"]) == 1
    assert "there is no bucket rollouts-of-all-machines. Make it" in capsys.readouterr().err
    aws("s3").create_bucket(Bucket="rollouts-of-all-machines")
    begun, _ = ledger_at("s3://rollouts-of-all-machines/journal", variables).begin(["prod"], WAVES)
    assert run(["rollout", "history"]) == 0
    assert capsys.readouterr().out.startswith(f"{begun.id}: running, prod, 3 roots")


def test_a_spec_says_where_rollouts_are_recorded_unless_the_command_line_does(
    emulator: Endpoint, aws: AwsFactory, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.commands.rollout_options import ledger_at

    variables = redirected({}, emulator)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GOLDSMITH_ROLLOUTS")
    aws("s3").create_bucket(Bucket="rollouts-of-a-spec")
    place = "s3://rollouts-of-a-spec/journal?region=us-east-1"
    begun, _ = ledger_at(place, variables).begin(["prod"], WAVES)
    for folder in ("environments", "specs"):
        Path(folder).mkdir()
    Path("specs/organization.yaml").write_text(f"organization: acme\nrollouts: {place}\n")
    assert run(["rollout", "history", "--spec", "specs"]) == 0
    assert capsys.readouterr().out.startswith(f"{begun.id}: running, prod, 3 roots")
    for others in (["--spec", "specs", "--rollouts", "rollouts"], ["--spec", "specs", "--emulator"], []):
        assert run(["rollout", "history", *others]) == 0
        assert begun.id not in capsys.readouterr().out
    Path("environments/organization.yaml").write_text("rollouts: [")
    assert run(["rollout", "history"]) == 1
    assert "organization.yaml:1:" in capsys.readouterr().err


def test_status_tells_what_is_built_behind_a_wave(failed: str, capsys: Output) -> None:
    clock = StillClock()
    builds = Ledger(DirectoryStore(Path("rollouts")), ADA, clock).builds(failed, "prod")
    arn = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-web/1.0.0/3"
    builds.write(builds.begin("web", "prod/build", 1), arn=arn, state="available")
    builds.write(builds.begin("db", "prod/build", 1), state="failed", reason="build 1.0.0/1 is FAILED")
    assert run(["rollout", "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.match(
        r"prod/db: build of an unknown number is failed \(build 1.0.0/1 is FAILED\), asked for .* ago", lines[-2]
    )
    assert re.match(r"prod/web: build 1.0.0/3 is AVAILABLE, asked for .* ago behind prod/build", lines[-1])
