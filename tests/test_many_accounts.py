"""The page on many accounts: its spec is loaded with 500 accounts, and its tables are what comes of it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path
from types import ModuleType

import pytest
from specs import SMALL, write_spec

from generator.accounts.organizations import Member
from generator.accounts.syncing import plan_sync, read_asked
from generator.cli import run

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "many-accounts.md").read_text()
FILE = re.compile(r"```yaml\n# ([\w.]+)\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^\| (prod/\w+) \| (\d+) \| (\d+) \| (\d+) \| (.*?) ?\|$", re.MULTILINE)


def costs() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate_costs", DOCS / "generate_costs.py")
    assert specification is not None
    assert specification.loader is not None
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    return script


def members() -> list[Member]:
    """50 sandboxes and 450 others, 20 of which are tagged, and the account that images are built in."""
    teams = [
        Member(
            f"{400000000000 + number}",
            f"team-{number:03}",
            "workloads/sandboxes" if number < 50 else "workloads/prod",
            {"tier": "early"} if 50 <= number < 70 else {},
        )
        for number in range(500)
    ]
    return [Member("333333333333", "Images", "workloads/images", {}), *teams]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GOLDSMITH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    directory = write_spec(tmp_path / "environments", {"organization.yaml": SMALL["organization.yaml"]})
    for name, text in FILE.findall(PAGE):
        (directory / name).write_text(text)
    plan_sync(read_asked(directory), members()).write()
    return directory


@pytest.mark.usefixtures("spec")
def test_the_spec_of_the_page_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert [name for name, _ in FILE.findall(PAGE)] == ["organization.yaml", "prod.yaml"]
    assert run(["check"]) == 0
    assert "501 accounts: no errors, no warnings." in "".join(capsys.readouterr())


@pytest.mark.usefixtures("spec")
def test_its_preview_is_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rollout", "prod", "--preview", "--at", "2026-11-24T09:00"]) == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in capsys.readouterr().out.splitlines()]
    shown = [
        (name, roots.split(":")[0], at_once, may_fail, begins)
        for name, _, roots, at_once, may_fail, begins in (row for row in rows if len(row) == 6)
    ]
    assert shown == ROW.findall(PAGE)
    every = costs().ALL
    assert [(wave.roots, wave.at_once) for wave in every] == [(int(row[1]), int(row[2])) for row in shown]


def test_a_change_of_few_roots_is_what_the_spec_makes_of_them(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [*(f"--account=team-{number:03}" for number in range(70, 89)), "--account=images-prod"]
    prod = (spec / "prod.yaml").read_text()
    (spec / "prod.yaml").write_text(re.sub(r"  canaries: .*\n(.*\n)*", "  canaries: 1\n", prod))
    assert run(["rollout", "prod", "--preview", "--json", *chosen]) == 0
    waves = json.loads(capsys.readouterr().out)["waves"]
    assert [len(wave["roots"]) for wave in waves] == [wave.roots for wave in costs().CHANGED]


def test_costs_are_those_of_the_constants() -> None:
    script = costs()
    assert script.generated(PAGE) == PAGE, "run: python docs/generate_costs.py"
    constants = f"With `s` = {script.ROOT:.0f}, `p` = {script.PLAN}, `c` = {script.CORES} and `b` = {script.JOB_START};"
    assert constants in PAGE
    prices = (script.GITHUB_MINUTE, script.BUILD_MINUTE, script.TRANSITION * 1000, script.WRITE * 1000)
    assert all(f"{price:g} USD" in PAGE for price in prices)


def test_what_is_to_be_watched_is_in_the_json() -> None:
    schema = json.loads((DOCS / "schemas" / "rollouts.schema.json").read_text())["$defs"]
    members = {name: set(schema[name]["properties"]) for name in schema if "properties" in schema[name]}
    assert {"rollout", "roots", "leases", "locks"} <= members["Shown"]
    assert {"state", "waits_for"} <= members["RolloutRecord"]
    assert {"root", "state", "changed", "reason", "cause"} <= members["RootRecord"]
    assert {"actor", "host", "renewed", "expires"} <= members["Lease"]
    assert {"who", "created"} <= members["StateLock"]
