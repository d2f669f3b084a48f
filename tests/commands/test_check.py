from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import yaml
from specs import SMALL, write_spec

from generator.cli import run
from generator.spec.report import quoted
from generator.spec.written import ImageWritten


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
        "    9 |   - {accounts: [web-prd], regions: [us-east-1, eu-central-1]}\n"
        "                        ^\n"
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
                "message": f"there is no such key; allowed are {quoted(ImageWritten.model_fields, 'and')}.",
                "severity": "error",
            }
        ]
    }


def test_a_missing_folder_says_what_to_do(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--spec", "nowhere"]) == 1
    assert capsys.readouterr().out == "nowhere: there is no such folder. Name the folder of the spec with --spec DIR.\n"


COMPONENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Say
        action: ExecuteBash
        inputs:
          commands:
            - |
              set -e
              echo {{ Missing }}
"""
MESSAGE = (
    "phases[0].steps[0].inputs.commands[0]: {{ Missing }}: there is no such parameter or constant, and AWSTOE takes "
    "double braces for one. Declare it under parameters."
)
WORKFLOW = "schemaVersion: 1.0\nsteps:\n  - {name: Wait, action: WaitForAction}\n"


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with documents and no spec, as the current directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_bytes(COMPONENT.replace("\n", "\r\n").encode())
    (tmp_path / "right.yaml").write_text(COMPONENT.replace("{{ Missing }}", "${HOME}"))
    (tmp_path / "workflow.yaml").write_text(WORKFLOW)
    return tmp_path


def test_documents_are_checked_without_a_spec(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "right.yaml", "workflow.yaml"]) == 0
    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "2 documents: no errors, no warnings.\n")


def test_a_finding_shows_the_line_inside_the_script(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "wrong.yaml", "right.yaml"]) == 1
    output = capsys.readouterr()
    assert output.out == (
        f"wrong.yaml:11:20: {MESSAGE}\n   11 |               echo {{{{ Missing }}}}\n                           ^\n"
    )
    assert output.err == "2 documents: 1 error, no warnings.\n"


def test_a_document_comes_from_standard_input_too(
    documents: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("wrong.yaml", "rb") as file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read())))
    assert run(["check", "-", "--format", "github"]) == 1
    assert capsys.readouterr().out == f"::error file=<stdin>,line=11,col=20,title=goldsmith check::{MESSAGE}\n"


def test_sarif_names_file_line_and_level(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "wrong.yaml", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    [result] = log["runs"][0]["results"]
    assert result["ruleId"] in {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert (result["level"], result["message"]["text"]) == ("error", MESSAGE)
    [location] = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "wrong.yaml"},
        "region": {"startLine": 11, "startColumn": 20},
    }


def test_annotations_of_github_keep_to_their_line(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (documents / "odd,name.yaml").write_text('schemaVersion: 1.0\n"a%\\n::error::b": 1\n')
    run(["check", "odd,name.yaml", "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("::error file=odd%2Cname.yaml,") for line in lines)
    assert any("a%25\\n" in line for line in lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\n", "is neither a component document, which has phases, nor a workflow document, which has steps."),
        (b"", "the file is empty."),
        (b"\xff\xfe", "byte 0xff is not UTF-8"),
    ],
)
def test_a_file_that_is_no_document_is_told(
    documents: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    (documents / "other.yaml").write_bytes(content)
    assert run(["check", "other.yaml"]) == 1
    assert message in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "gone.yaml"]) == 1
    assert capsys.readouterr().out == "gone.yaml: cannot be read: No such file or directory.\n"


def test_the_hooks_for_pre_commit_call_commands_that_there_are() -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    assert {hook["entry"] for hook in hooks} == {"goldsmith check"}
    matched = {hook["id"]: re.compile(hook["files"]) for hook in hooks}
    assert matched["goldsmith-check"].search("environments/components/harden-os.yaml")
    assert matched["goldsmith-check-spec"].search("environments/images/web.yaml")


def test_comments_do_not_count_towards_the_size_of_a_document(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "# a comment\n" * 6000 + COMPONENT.replace("{{ Missing }}", "hello")
    (documents / "commented.yaml").write_text(long)
    assert run(["check", "commented.yaml"]) == 0
    (documents / "long.yaml").write_text(long.replace("echo hello", "echo " + "hello " * 12000))
    assert run(["check", "long.yaml"]) == 1
    assert "bytes without its comments; AWS takes 65536 in a component. Split it in two." in capsys.readouterr().out
