"""conftest and checkov, by the letter of how they are asked and what they answer: programs that stand in for them."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from plan_excerpts import plan_document

from generator.errors import ReviewError
from generator.review.external.running import ask
from generator.review.external.tools import external_findings, tools_of
from generator.review.model import Risk
from generator.spec.model_policies import Checkov, Policies

ROOT = "prod/images-prod/us-east-1"
SECRET = "correct-horse-battery"
PLAN = plan_document(
    [
        {
            "address": "aws_ssm_parameter.token",
            "actions": ["create"],
            "after": {"value": SECRET},
            "after_sensitive": {"value": True},
        }
    ]
)
# What checkov 3.3.30 said of the plan beside it, of three of its checks and the one that is certain.
CHECKOV = Path(__file__).parent / "checkov.json"
CREATED = Path(__file__).parents[2] / "plans/fleet/created/prod.images-prod.us-east-1.json"

# Writes down how it was asked, and answers as it is told to.
STAND_IN = """#!{python}
import json, os, sys
from pathlib import Path
answer = json.loads(Path({answer!r}).read_text())
asked = {{
    "arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd(), "input": sys.stdin.read(),
    "files": {{path.name: [path.read_text(), path.stat().st_mode & 0o777] for path in Path(".").iterdir()}},
    "mode": os.stat(".").st_mode & 0o777,
}}
Path({asked!r}).write_text(json.dumps(asked))
sys.stdout.write(answer["output"])
sys.stderr.write(answer.get("complaint", ""))
sys.exit(answer["exit_code"])
"""


class StandIn:
    def __init__(self, folder: Path, name: str) -> None:
        self._answer, self._asked = folder / f"{name}.answer", folder / f"{name}.asked"
        program = folder / name
        program.write_text(STAND_IN.format(python=sys.executable, answer=str(self._answer), asked=str(self._asked)))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def answers(self, output: object, exit_code: int, complaint: str = "") -> None:
        text = output if isinstance(output, str) else json.dumps(output)
        self._answer.write_text(json.dumps({"output": text, "exit_code": exit_code, "complaint": complaint}))

    @property
    def asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads(self._asked.read_text())
        return asked


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "BC_API_KEY", "CONFTEST_POLICY", "CKV_FRAMEWORK"):
        monkeypatch.setenv(name, "a-token-of-somebody")
    return folder


@pytest.fixture
def policies(tmp_path: Path) -> Policies:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "main.rego").write_text("package main\n")
    return Policies(rego=str(folder))


def found(policies: Policies, document: dict[str, Any] | None = None) -> tuple[Risk, ...]:
    return external_findings(tools_of(policies), ROOT, document or PLAN)


def test_conftest_is_asked_for_a_plan_without_secrets_or_surroundings(programs: Path, policies: Policies) -> None:
    conftest = StandIn(programs, "conftest")
    conftest.answers([{"filename": "", "namespace": "main", "successes": 2}], 0)
    assert found(policies) == ()
    asked = conftest.asked
    assert asked["arguments"] == [
        *("test", "-", "--parser", "json", "--output", "json", "--no-color", "--all-namespaces"),
        *("--policy", policies.rego),
    ]
    assert json.loads(asked["input"])["resource_changes"][0]["change"]["after"] == {"value": "(sensitive)"}
    assert SECRET not in json.dumps(asked)
    assert "a-token-of-somebody" not in json.dumps(asked)
    assert asked["environment"]["HOME"] == asked["folder"]
    assert (asked["mode"], asked["files"]) == (0o700, {})
    assert not Path(asked["folder"]).exists()


def test_data_beside_the_policies_goes_with_them(programs: Path, policies: Policies) -> None:
    conftest = StandIn(programs, "conftest")
    conftest.answers([{"filename": "", "namespace": "main", "successes": 2}], 0)
    Path(str(policies.rego), "accounts.yaml").write_text("trusted: []\n")
    found(policies)
    assert conftest.asked["arguments"][-2:] == ["--data", policies.rego]


def test_deny_blocks_and_warn_warns(programs: Path, policies: Policies) -> None:
    failures = [
        {"msg": "no tokens here", "metadata": {"query": "data.main.deny", "address": "aws_ssm_parameter.token"}}
    ]
    warnings = [
        {"msg": "t3 is dear", "metadata": {"query": "data.costs.warn"}},
        {"msg": "t3 is dear"},
        {"msg": "what is that", "metadata": {"address": "aws_instance.none"}},
    ]
    StandIn(programs, "conftest").answers(
        [
            {"filename": "", "namespace": "main", "successes": 1, "failures": failures},
            {"filename": "", "namespace": "costs", "successes": 1, "warnings": warnings},
        ],
        1,
    )
    assert found(policies) == (
        Risk("R801", "policy-denies", "block", ROOT, "aws_ssm_parameter.token", "no tokens here"),
        Risk("R802", "policy-warns", "warn", ROOT, "", "t3 is dear (costs)"),
        Risk("R802", "policy-warns", "warn", ROOT, "", "aws_instance.none: what is that (costs)"),
    )


@pytest.mark.parametrize(
    ("output", "exit_code", "complaint", "why"),
    [
        ("", 1, "Error: load: 1 error occurred: main.rego:3: rego_parse_error", "Error: load: 1 error occurred"),
        ("[]", 0, "", "exit code 0"),
        ('[{"namespace": "main", "successes": 1}]', 2, "", "exit code 2"),
        ('[{"namespace": "main", "successes": 1}]', 1, "", "exit code 1"),  # it failed, and says of nothing
        ('[{"namespace": "main", "failures": [{"msg": "no"}]}]', 0, "", "exit code 0"),
        ('[{"namespace": "main", "failures": [{}]}]', 1, "", "'msg'"),
        ('{"failures": 1}', 0, "", "has no attribute"),
    ],
)
def test_a_root_fails_of_which_conftest_says_nothing(
    programs: Path, policies: Policies, output: str, exit_code: int, complaint: str, why: str
) -> None:
    StandIn(programs, "conftest").answers(output, exit_code, complaint)
    with pytest.raises(ReviewError) as raised:
        found(policies)
    assert str(raised.value).startswith(f"{ROOT}: the policies in {policies.rego} could not be asked: ")
    assert why in str(raised.value)


def test_what_a_spec_asks_for_must_be_there(programs: Path, policies: Policies) -> None:
    with pytest.raises(ReviewError, match=r"holds policies, and conftest is not on the PATH\. Install it \(https:"):
        tools_of(policies)
    with pytest.raises(
        ReviewError, match=r"asks for checkov, and checkov is not on the PATH\. Install it \(pip install"
    ):
        tools_of(Policies(checkov=Checkov("warn")))
    assert tools_of(Policies()) == ()


def test_checkov_is_asked_for_a_plan_without_secrets_or_surroundings(programs: Path) -> None:
    checkov = StandIn(programs, "checkov")
    checkov.answers(CHECKOV.read_text(), 1)
    assert found(Policies(checkov=Checkov("warn", skip=("CKV_AWS_26", "CKV_AWS_18")))) == ()  # of another plan
    asked = checkov.asked
    assert asked["arguments"] == [
        *("--file", "plan.json", "--framework", "terraform_plan", "--output", "json", "--quiet", "--compact"),
        *("--skip-download", "--skip-results-upload", "--skip-check", "CKV_AWS_18"),
    ]
    text, mode = asked["files"]["plan.json"]
    assert json.loads(text)["resource_changes"][0]["change"]["after"] == {"value": "(sensitive)"}
    assert mode == 0o600
    assert SECRET not in json.dumps(asked)
    assert "a-token-of-somebody" not in json.dumps(asked)
    assert asked["environment"]["CKV_SKIP_PACKAGE_UPDATE_CHECK"] == "true"
    assert not Path(asked["folder"]).exists()


def test_a_real_answer_of_checkov(programs: Path) -> None:
    checkov = StandIn(programs, "checkov")
    checkov.answers(CHECKOV.read_text(), 1)
    settings = Checkov("block", checks=("CKV_AWS_18", "CKV_AWS_180", "CKV_AWS_21"))
    risks = found(Policies(checkov=settings), json.loads(CREATED.read_text()))
    assert {(risk.code, risk.name, risk.level, risk.address, risk.message) for risk in risks} == {
        ("CKV_AWS_180", "checkov", "block", f"module.component_{name}.aws_imagebuilder_component.this", message)
        for name in ("harden_os_1_0_0", "ssh_hardened_1_0_0")
        for message in ["Ensure Image Builder component is encrypted by KMS using a customer managed Key (CMK)."]
    } | {
        ("CKV_AWS_18", "checkov", "block", "module.log_bucket.aws_s3_bucket.this", f"{said}.")
        for said in ["Ensure the S3 bucket has access logging enabled"]
    } | {
        ("CKV_AWS_21", "checkov", "block", "module.log_bucket.aws_s3_bucket.this", f"{said}.")
        for said in ["Ensure all data stored in the S3 bucket have versioning enabled"]
    }
    assert checkov.asked["arguments"][-2:] == ["--check", "CKV_AWS_18,CKV_AWS_180,CKV_AWS_21,CKV_AWS_26"]


def test_checkov_is_silent_of_what_stays_as_it_is(programs: Path) -> None:
    StandIn(programs, "checkov").answers(CHECKOV.read_text(), 1)
    document = json.loads(CREATED.read_text())
    for item in document["resource_changes"]:
        if item["type"] != "aws_s3_bucket":
            item["change"]["actions"] = ["no-op"]
    risks = found(Policies(checkov=Checkov("warn", skip=("CKV_AWS_21",))), document)
    assert [(risk.code, risk.address) for risk in risks] == [("CKV_AWS_18", "module.log_bucket.aws_s3_bucket.this")]


NOTHING = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0}


@pytest.mark.parametrize(
    ("output", "exit_code", "complaint", "why"),
    [
        (json.dumps(NOTHING), 0, "", "nothing of the plan was understood"),  # what it says of a file that is broken
        ("", 2, "usage: checkov", "usage: checkov"),
        (CHECKOV.read_text().replace('"parsing_errors": 0', '"parsing_errors": 1'), 1, "", "parts of the plan"),
        (CHECKOV.read_text(), 2, "", "exit code 2"),
        ("[1]", 0, "", "checkov could not be asked"),
    ],
)
def test_a_root_fails_of_which_checkov_says_nothing(
    programs: Path, output: str, exit_code: int, complaint: str, why: str
) -> None:
    StandIn(programs, "checkov").answers(output, exit_code, complaint)
    with pytest.raises(ReviewError) as raised:
        found(Policies(checkov=Checkov("warn")))
    assert str(raised.value).startswith(f"{ROOT}: checkov could not be asked: ")
    assert why in str(raised.value)


def test_a_tool_that_never_ends_is_ended(programs: Path) -> None:
    slow = programs / "slow"
    slow.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    slow.chmod(0o700)
    with pytest.raises(ReviewError, match=r"slow did not end within 0\.5 seconds\."):
        ask([str(slow)], seconds=0.5)
    with pytest.raises(ReviewError, match="none cannot be started: No such file"):
        ask([str(programs / "none")])
