from __future__ import annotations

import json
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.cli import run


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_spec(Path("environments"))


def test_a_correct_spec_passes_with_a_summary(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "environments: 1 environment, 1 image, 2 accounts: no errors, no warnings.\n"


def test_findings_are_data_and_the_summary_is_for_people(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (spec / "prod.yaml").write_text(SMALL["prod.yaml"].replace("[web-prod]", "[web-prd]"))
    assert run(["check"]) == 1
    output = capsys.readouterr()
    assert output.out == (
        "environments/prod.yaml:9:17: distribute[0].accounts[0]: there is no account 'web-prd'; "
        "organization.yaml names data-prod, images-prod and web-prod. Did you mean web-prod?\n"
    )
    assert output.err == "environments: 1 error, no warnings.\n"


def test_warnings_pass_unless_strict(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (spec / "organization.yaml").write_text(SMALL["organization.yaml"] + "tags: {Team: R&D}\n")
    assert run(["check"]) == 0
    assert "warning: tags.Team: IAM refuses '&'" in capsys.readouterr().out
    assert run(["check", "--strict"]) == 1


def test_json_holds_every_finding(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (spec / "images/web.yaml").write_text(SMALL["images/web.yaml"].replace("image: web", "image: web\nzzz: 1"))
    assert run(["check", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "diagnostics": [
            {
                "file": "environments/images/web.yaml",
                "line": 2,
                "column": 1,
                "key": "zzz",
                "message": "there is no such key; allowed are image, description, base, components, tests, "
                "instance_types, volume, schedule, infrastructure, tags, lifecycle, workflows, scanning, testing and "
                "metadata.",
                "severity": "error",
            }
        ]
    }


def test_a_missing_folder_says_what_to_do(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--spec", "nowhere"]) == 1
    assert capsys.readouterr().out == "nowhere: there is no such folder. Name the folder of the spec with --spec DIR.\n"
