"""`goldsmith apply --approved`, on the embedded AWS and in a git repository: a change is applied as it was reviewed,
and everything that was not reviewed is refused, with nothing applied. One journey, which all tests here look back on.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_clients import client_for
from repositories import Project, new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.store import DirectoryStore
from generator.spec import load

BUILD = "prod/images-prod/us-east-1"
WEB = "prod/web-prod/us-east-1"
ACCOUNT, BUCKET = "350100000001", "approved-state"
OWN = {
    "333333333333": ACCOUNT,
    "444444444444": "350100000002",
    "acme-terraform-state": BUCKET,
    "subnet-0123456789abcdef0": "subnet-03501000000000001",
    "sg-0123456789abcdef0": "sg-03501000000000001",
    "[us-east-1, eu-central-1]": "[us-east-1]",
}
SECRET = "planted-9b1f-secret"
EXTRA = """\
variable "planted" {
  type      = string
  sensitive = true
}

resource "terraform_data" "planted" {
  input = var.planted
}

resource "terraform_data" "named" {
  for_each = toset([nonsensitive(var.planted)])
}
"""
HARDENED = {"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")}

# The web account receives no more, so its root is removed.
LESS_DISTRIBUTED = "  - {accounts: [web-prod], regions: [us-east-1]}\n"


def own(text: str) -> str:
    for old, new in OWN.items():
        text = text.replace(old, new)
    return text


PROD = own(SMALL["prod.yaml"])
ALLOWED = "allow: [{code: R110, address: '*', reason: web moves to another place, until: %s}]\n"
LESS = {
    "prod.yaml": PROD.replace(f"distribute:\n{LESS_DISTRIBUTED}", "")
    + ALLOWED % (datetime.now(UTC).date() + timedelta(days=30))
}


@dataclass
class Journey:
    project: Project
    variables: dict[str, str]
    home: Path
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)
    digest: str = ""

    def step(self, name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        self.said[name] = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.project.top,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return self.said[name]

    def succeeded(self, name: str) -> subprocess.CompletedProcess[str]:
        said = self.said[name]
        assert said.returncode == 0, said.stdout + said.stderr
        return said

    @property
    def journal(self) -> list[dict[str, Any]]:
        lines = (self.project.top / ".goldsmith" / "journal.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, attached_terraform: Mapping[str, str]
) -> Journey:
    top = tmp_path_factory.mktemp("approved") / "repository"
    files = {name: own(SMALL[name]) for name in ("organization.yaml", "prod.yaml")}
    project = new_project(top, files=files | {"extra/prod/build/planted.tf": EXTRA})
    (top / ".gitignore").write_text(".goldsmith/\nplanned.json\nreview/\n")
    prepare(emulator, load(project.spec))
    prefixes = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    private = tmp_path_factory.mktemp("temporary")
    variables = redirected({**outside, "TMPDIR": str(private), "TF_VAR_planted": "before"}, emulator)
    journey = Journey(project, {**variables, **attached_terraform}, private)
    travel(journey, emulator)
    return journey


def travel(journey: Journey, emulator: Endpoint) -> None:
    """From what is there, over a change and its review, to what is applied of it."""
    project = journey.project
    journey.step("first", "apply", "--json")
    project.git("checkout", "-q", "-b", "change")
    project.commit(HARDENED | LESS)
    journey.variables["TF_VAR_planted"] = SECRET
    planned = journey.step("planned", "plan", "--changed", "main", "--save", "planned.json", "--json")
    journey.digest = json.loads(planned.stdout)["digest"]
    (project.top / "review").mkdir()
    journey.step("review", "review", "planned.json", "--html", "review/page.html", "--markdown", "review/comment.md")
    journey.step("review as json", "review", "planned.json", "--json")

    apply = ("apply", "--changed", "main", "--approved")
    part = (*apply, journey.digest, "--planned", "planned.json", "--account", "images-prod")
    journey.step("other digest", *apply, "0" * 64, "--account", "images-prod")
    journey.step("other secret", *part, TF_VAR_planted="another")
    drift(emulator, "by hand")
    journey.step("drifted", *part)
    drift(emulator, None)
    journey.step("removed without a review", "apply", "--changed", "main")
    journey.step("applied", *apply, journey.digest[:12], "--json")
    journey.step("again", *part)


def drift(emulator: Endpoint, value: str | None) -> None:
    """Somebody sets a tag by hand, or takes it away."""
    client = client_for(emulator, "imagebuilder", ACCOUNT)
    (pipeline,) = client.list_image_pipelines()["imagePipelineList"]
    if value is None:
        client.untag_resource(resourceArn=pipeline["arn"], tagKeys=["Hand"])
    else:
        client.tag_resource(resourceArn=pipeline["arn"], tags={"Hand": value})


def test_what_was_reviewed_is_applied_and_written_down(journey: Journey) -> None:
    journey.succeeded("first")
    journey.succeeded("planned")
    applied = json.loads(journey.succeeded("applied").stdout)
    plans = {root["root"]: root["plan"] for root in applied["roots"]}
    assert plans.keys() == {BUILD, WEB}
    assert plans[BUILD]["change"] > 0
    assert (plans[WEB]["destroy"] > 0, plans[WEB]["add"]) == (True, 0)
    assert f"The plan is the one that was approved: {journey.digest[:12]}" in journey.said["applied"].stderr
    lines = journey.journal
    assert [(line["root"], line["state"], line["approved"]) for line in lines] == [
        (WEB, "applied", ""),
        (BUILD, "applied", ""),
        (BUILD, "applied", journey.digest[:12]),
        (WEB, "applied", journey.digest[:12]),  # what shipped to it came first
    ]
    digests = {root["root"]: root["digest"] for root in json.loads(journey.said["planned"].stdout)["roots"]}
    assert {line["root"]: line["digest"] for line in lines[-2:]} == digests
    assert lines[-1]["commit"] == journey.project.git("rev-parse", "change")
    assert stat.S_IMODE((journey.project.top / ".goldsmith" / "journal.jsonl").stat().st_mode) == 0o600


def test_each_apply_is_a_rollout_on_record(journey: Journey) -> None:
    ledger = Ledger(DirectoryStore(journey.project.top / ".goldsmith" / "rollouts" / "aws"), Actor("reader"))
    found = [ledger.read(id) for id in reversed(ledger.ids())]
    states = {record.id: [(root.root, root.state, root.reason) for root in ledger.roots(record)] for record in found}
    first, last = found[0], next(record for record in reversed(found) if record.state == "succeeded")
    assert [wave.name for wave in first.waves] == ["prod/targets", "prod/build"]
    assert states[first.id] == [(WEB, "applied", ""), (BUILD, "applied", "")]
    assert (first.state, last.state, last.approved) == ("succeeded", "succeeded", journey.digest[:12])
    digests = {root["root"]: root["digest"] for root in json.loads(journey.said["planned"].stdout)["roots"]}
    assert {root.root: root.digest for root in ledger.roots(last)} == digests
    before, after = ({root.root: root for root in ledger.roots(record)}[BUILD] for record in (first, last))
    assert before.serial is not None
    assert after.serial is not None
    assert after.serial > before.serial
    assert before.lineage == after.lineage != ""
    refused = next(record for record in found if record.reason == "the plan is not what was approved")
    assert {state for _, state, _ in states[refused.id]} == {"planned"}
    assert [lease for record in found for lease in ledger.held(record)] == []
    told = "".join(path.read_text() for path in (journey.project.top / ".goldsmith" / "rollouts").rglob("*.json"))
    assert SECRET not in told


def refused(journey: Journey, name: str, *words: str) -> None:
    said = journey.said[name]
    assert said.returncode == 1, said.stdout + said.stderr
    for word in (*words, "Nothing was applied."):
        assert word in said.stderr
    assert said.stdout == ""


def test_another_digest_is_refused_with_what_is_planned(journey: Journey) -> None:
    digests = {root["root"]: root["digest"] for root in json.loads(journey.said["planned"].stdout)["roots"]}
    refused(journey, "other digest", "000000000000: was approved", f"{BUILD}: {digests[BUILD][:12]}")


def test_a_root_that_is_removed_is_destroyed_by_a_review_alone(journey: Journey) -> None:
    said = journey.said["removed without a review"]
    assert said.returncode == 64
    assert f"{WEB}: the spec has it no more, so it would be destroyed." in said.stderr


def test_another_secret_is_refused_and_neither_is_told(journey: Journey) -> None:
    refused(journey, "other secret", f"{BUILD}: a sensitive value is not the one that was reviewed")


def test_what_changed_in_aws_since_the_review_is_refused_and_told(journey: Journey) -> None:
    refused(journey, "drifted", "aws_imagebuilder_image_pipeline.this: tags", "'by hand' -> (not set)")


def test_what_is_applied_already_is_not_applied_again(journey: Journey) -> None:
    refused(journey, "again", "was reviewed, and nothing is to be done now")


def test_a_secret_is_found_nowhere_afterwards(journey: Journey) -> None:
    for name in ("planned", "review", "review as json", "other secret", "applied"):
        said = journey.said[name]
        assert SECRET not in said.stdout + said.stderr, name
    top = journey.project.top
    assert journey.digest in (top / "review" / "comment.md").read_text()
    assert journey.digest in (top / "review" / "page.html").read_text()
    kept = [file for folder in (top, journey.home) for file in folder.rglob("*") if file.is_file()]
    assert {top / "planned.json", top / ".goldsmith" / "journal.jsonl"} <= set(kept)
    assert not [str(file) for file in kept if SECRET.encode() in file.read_bytes()]
    assert not [file for file in journey.home.rglob("*") if "plan" in file.name]


def test_a_moved_commit_is_refused(journey: Journey) -> None:
    project = journey.project
    planned = json.loads((project.top / "planned.json").read_text())
    project.git("checkout", "-q", "-b", "moved")
    try:
        project.commit({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "true")})
        apply = ("apply", "--changed", "main", "--approved", journey.digest, "--planned", "planned.json")
        journey.step("moved", *apply)
        refused(journey, "moved", f"{planned['commit'][:12]}: was reviewed", "which differs in environments/")
        project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"]})
        journey.step("beside", *apply)
        refused(journey, "beside", "holds changes that are not committed")
    finally:
        project.git("checkout", "-q", "--force", "change")


def test_a_stale_lock_is_refused(journey: Journey) -> None:
    component = journey.project.spec / "components" / "harden-os.yaml"
    before = component.read_text()
    component.write_text(before.replace("printf", "true"))
    try:
        said = journey.step("stale", "apply", "--approved", journey.digest)
    finally:
        component.write_text(before)
    assert said.returncode == 1
    assert "goldsmith lock" in said.stderr


WRONG: Sequence[tuple[list[str], dict[str, str], int, str]] = [
    (["-target", "x.y"], {}, 64, "-target x.y: a part of a plan is not what was reviewed."),
    ([], {"TF_CLI_ARGS_plan": "-target=x.y"}, 64, "TF_CLI_ARGS_plan: -target=x.y: an approved plan is applied whole"),
    (["--planned", "missing.json"], {}, 1, "missing.json: cannot be read"),
    (["--journal", "."], {}, 64, "'--journal'"),
    (["stage"], {}, 64, "stage: the spec has no such environment"),
]


@pytest.mark.parametrize(("arguments", "variables", "code", "words"), WRONG)
def test_what_is_asked_for_in_a_wrong_way(
    journey: Journey, arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    said = journey.step("wrong", "apply", "--approved", journey.digest, *arguments, **variables)
    assert (said.returncode, said.stdout) == (code, "")
    assert words in said.stderr


@pytest.mark.parametrize("arguments", [["--approved", "latest"], ["--commit", "main"], ["--planned", "planned.json"]])
def test_an_approval_is_a_digest(journey: Journey, arguments: list[str]) -> None:
    said = journey.step("no digest", "apply", *arguments)
    assert said.returncode in (1, 64)
    assert "digest" in said.stderr


def test_a_plan_of_another_account_is_refused(journey: Journey, tmp_path: Path) -> None:
    """What was reviewed is of an account; the spec means another one by the same name now."""
    reviewed = json.loads((journey.project.top / "planned.json").read_text())
    assert ACCOUNT in {root["account_id"] for root in reviewed["roots"]}
    reviewed["roots"][0]["account_id"] = "350100000009"
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(reviewed))
    said = journey.step("forged", "apply", "--approved", journey.digest, "--planned", str(forged))
    assert said.returncode == 1
    assert "is not as it was planned: its digest does not fit" in said.stderr
