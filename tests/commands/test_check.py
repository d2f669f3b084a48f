from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import yaml
from specs import SMALL, write_spec

from generator.check.rules import RULES
from generator.cli import run
from generator.review.rules import RULES as RISKS
from generator.source.report import quoted
from generator.spec.dockerfiles import DEFAULT
from generator.spec.written import ImageWritten

PROJECT = Path(__file__).parents[2]
ENVIRONMENTS = [path.parent for path in sorted(PROJECT.glob("environments/**/organization.yaml"))]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_spec(Path("environments"), {"organization.yaml": SMALL["organization.yaml"] + IGNORED})


IGNORED = "ignore: [{code: G107, reason: a spec of a test}]\n"


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
        "organization.yaml names data-prod, images-prod and web-prod.\n"
        "    9 |   - {accounts: [web-prd], regions: [us-east-1, eu-central-1]}\n"
        "      |                 ^^^^^^^\n"
        "      = Did you mean web-prod?\n"
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
                "code": "",
                "end_line": 2,
                "end_column": 4,
            }
        ]
    }


def test_a_missing_folder_says_what_to_do(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--spec", "nowhere"]) == 1
    assert capsys.readouterr().out == (
        "nowhere: there is no such folder.\n      = Name the folder of the spec with --spec DIR.\n"
    )


STAYS = "images[0]: each build of web adds an AMI in 3 accounts and Regions, and none ever goes."
GOES = "Say what becomes of old ones with lifecycle, or that they stay with `lifecycle: none`."


@pytest.fixture
def growing(spec: Path) -> Path:
    """A spec with a finding of a rule."""
    (spec / "organization.yaml").write_text(SMALL["organization.yaml"])
    return spec


def test_a_finding_of_a_rule_ends_with_its_code(growing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines()[0] == f"environments/prod.yaml:7:10: warning: {STAYS} (G107)"
    assert output.out.splitlines()[1:] == ["    7 | images: [web]", "      |          ^^^", f"      = {GOES}"]
    assert output.err == "environments: 1 environment, 1 image, 2 accounts: no errors, 1 warning.\n"
    assert run(["check", "--strict"]) == 1


def test_programs_are_told_the_rule(growing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--json"])
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["diagnostics"]] == ["G107"]
    run(["check", "--format", "github"])
    assert capsys.readouterr().out == (
        "::warning file=environments/prod.yaml,line=7,col=10,endLine=7,endColumn=13,"
        f"title=goldsmith check G107::{STAYS} {GOES}\n"
    )
    run(["check", "--format", "sarif"])
    [sarif] = json.loads(capsys.readouterr().out)["runs"]
    [result] = sarif["results"]
    [rule] = [each for each in sarif["tool"]["driver"]["rules"] if each["id"] == result["ruleId"]]
    assert (rule["id"], rule["name"], rule["defaultConfiguration"]) == ("G107", "StaysForEver", {"level": "warning"})


def test_a_rule_is_ignored_on_the_command_line(growing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--strict", "--ignore", "g107", "--ignore", "G101"]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines()[0] == "--ignore G101 ignores nothing."
    assert run(["check", "--ignore", "G999"]) == 64
    assert "--ignore G999: there is no such rule." in capsys.readouterr().err
    assert run(["check", "--ignore", "G314"]) == 64
    assert "--ignore G314: it is an error, and only warnings can be ignored." in capsys.readouterr().err


def test_rules_wait_for_a_spec_without_errors(growing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (growing / "images/web.yaml").write_text(SMALL["images/web.yaml"].replace("image: web", "image: web\nzzz: 1"))
    assert run(["check"]) == 1
    assert "G107" not in capsys.readouterr().out


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "g107"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("G107 stays-for-ever (warning): Images that pile up for ever.\n\nWhat: ")
    assert "\nSource: https://docs.aws.amazon.com/" in page


def test_a_risk_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "R103"]) == 0
    page = capsys.readouterr().out
    assert run(["explain", "CKV_AWS_24"]) == 0
    assert capsys.readouterr().out.startswith("R803 checkov (warn): ")
    assert page.startswith("R103 key-lost (block): A KMS key that is deleted, replaced or disabled.\n\nWhat: ")


def test_all_rules_are_listed_and_others_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*RULES, *RISKS]
    assert run(["explain", "G111x"]) == 64
    assert "there is no rule G111x." in capsys.readouterr().err


@pytest.mark.parametrize("directory", ENVIRONMENTS, ids=lambda path: path.name)
def test_the_examples_have_no_finding_of_a_rule(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    assert run(["check", "--json", "--spec", str(directory)]) == 0
    assert [each for each in json.loads(capsys.readouterr().out)["diagnostics"] if each["code"]] == []


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
PROBLEM = (
    "phases[0].steps[0].inputs.commands[0]: {{ Missing }}: there is no such parameter or constant, and AWSTOE takes "
    "double braces for one."
)
HINT = "Declare it under parameters."
MESSAGE = f"{PROBLEM} {HINT}"
LAUNCH = "  - {name: Wait, action: LaunchInstance, inputs: {waitFor: ssmAgent}}\n"
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


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("web.dockerfile", "\ufeff# syntax\n" + DEFAULT, ""),
        ("Dockerfile", "RUN ls\n", "Dockerfile:1:1: lacks {{{ imagebuilder:parentImage }}}, "),
        (
            "any",
            "# a comment\r\n\r\nfrom {{{ imagebuilder:parent }}}\n",
            "any:3:6: '{{{ imagebuilder:parent }}}' is filled in by nothing; ",
        ),
        ("any", "ARG A=1\n" + DEFAULT + "RUN \x00\n", "any:5:5: holds the character U+0000"),
        ("Dockerfile.web", "FROM \udcff\n", "Dockerfile.web:1:1: is not UTF-8, "),
        ("any", "FROM " + "x" * 16_000, "any:1:1: has 16005 characters; "),
        ("any", "FROMAGE: x\n", "any:1:1: is neither a component document, "),
    ],
)
def test_a_template_of_a_dockerfile_is_checked_without_a_spec(
    documents: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, found: str
) -> None:
    (documents / name).write_bytes(text.encode(errors="surrogateescape"))
    assert run(["check", name]) == (1 if found else 0)
    assert capsys.readouterr().out.startswith(found)


def test_what_is_found_in_single_documents_is_ignored_by_its_code(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    step = "  - {name: End, action: TerminateInstance, inputs: {instanceId: $.stepOutputs.Wait.instanceId}}\n"
    (documents / "workflow.yaml").write_text(
        WORKFLOW.replace("  - {name: Wait, action: WaitForAction}\n", LAUNCH + step)
    )
    assert run(["check", "--strict", "workflow.yaml"]) == 1
    assert " (G212)\n" in capsys.readouterr().out
    assert run(["check", "--strict", "--ignore", "G212", "--ignore", "G401", "workflow.yaml"]) == 0
    assert capsys.readouterr().err == "--ignore G401 ignores nothing.\n1 document: no errors, no warnings.\n"


def test_a_finding_shows_the_line_inside_the_script(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "wrong.yaml", "right.yaml"]) == 1
    output = capsys.readouterr()
    assert output.out == (
        f"wrong.yaml:11:20: {PROBLEM}\n   11 |               echo {{{{ Missing }}}}\n"
        f"      |                    ^^^^^^^^^^^^^\n      = {HINT}\n"
    )
    assert output.err == "2 documents: 1 error, no warnings.\n"


def test_a_document_comes_from_standard_input_too(
    documents: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("wrong.yaml", "rb") as file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read())))
    assert run(["check", "-", "--format", "github"]) == 1
    assert capsys.readouterr().out == (
        f"::error file=<stdin>,line=11,col=20,endLine=11,endColumn=33,title=goldsmith check::{MESSAGE}\n"
    )


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
        "region": {"startLine": 11, "startColumn": 20, "endLine": 11, "endColumn": 33},
    }


def test_sarif_names_a_file_as_a_uri(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (documents / "odd name#1.yaml").write_text("schemaVersion: 1.0\n")
    run(["check", "odd name#1.yaml", "--format", "sarif"])
    [result] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "odd%20name%231.yaml"}


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


def test_what_a_folder_says_of_its_components_is_checked_alone(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (documents / "systems.yaml").write_text("components: {harden-os: {systems: [Debain]}}\n")
    assert run(["check", "systems.yaml"]) == 1
    assert "systems.yaml:1:36: components.harden-os.systems[0]: 'Debain' is no system" in capsys.readouterr().out
    (documents / "systems.yaml").write_text("components: {harden-os: {systems: [Debian]}}\n")
    assert run(["check", "systems.yaml"]) == 0


def test_a_file_that_is_not_there_is_told(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "gone.yaml"]) == 1
    assert capsys.readouterr().out == "gone.yaml: cannot be read: No such file or directory.\n"


def test_the_hooks_for_pre_commit_call_commands_that_there_are() -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    assert {hook["entry"] for hook in hooks} == {"goldsmith check"}
    matched = {hook["id"]: re.compile(hook["files"]) for hook in hooks}
    assert matched["goldsmith-check"].search("environments/components/harden-os.yaml")
    for part_of_a_spec in ("environments/images/web.yaml", "environments/dockerfiles/web.dockerfile"):
        assert matched["goldsmith-check-spec"].search(part_of_a_spec)


def test_comments_do_not_count_towards_the_size_of_a_document(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "# a comment\n" * 6000 + COMPONENT.replace("{{ Missing }}", "hello")
    (documents / "commented.yaml").write_text(long)
    assert run(["check", "commented.yaml"]) == 0
    (documents / "long.yaml").write_text(long.replace("echo hello", "echo " + "hello " * 12000))
    assert run(["check", "long.yaml"]) == 1
    assert "bytes without its comments; AWS takes 65536 in a component." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "variables", "is_coloured"),
    [
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_unless_something_else_is_asked_for(
    documents: Path,
    option: str,
    variables: dict[str, str],
    is_coloured: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["check", "--color", option, "wrong.yaml"]) == 1
    assert ("\x1b[" in capsys.readouterr().out) == is_coloured


def test_every_format_tells_the_same_place_from_its_first_column_to_behind_its_last(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", "--format", "json", "wrong.yaml"])
    [plain] = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [plain[key] for key in ("line", "column", "end_line", "end_column")] == [11, 20, 11, 33]
    line = COMPONENT.split("\n")[10]
    assert line[20 - 1 : 33 - 1] == "{{ Missing }}"


def test_of_an_endless_file_no_more_is_read_than_is_too_much(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "/dev/zero"]) == 1
    assert "/dev/zero:1:1: the file has more than 262144 bytes" in capsys.readouterr().out
