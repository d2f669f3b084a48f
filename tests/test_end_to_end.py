"""Two environments over three accounts on the embedded AWS, by the commands that a person types: made, left alone,
changed, refused where something is wrong, and taken down. One journey, which every test here looks back on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from organizations import EXAMPLE

from generator.aws import AccountClients
from generator.emulator.endpoint import redirected
from generator.emulator.process import status
from generator.render.roots import roots_of
from generator.review.digest import fleet_digest
from generator.review.record import read_planned
from generator.spec import load
from generator.spec.versions import LOCK_FILE, parse_version
from generator.terraform.binary import find_terraform

SHIPPED_TO = "  - {accounts: [images-prod, web-prod], regions: [us-east-1, eu-central-1], mode: copy}\n"
LOGS = "acme-dev-imagebuilder-logs-111111111111-us-east-1"


@dataclass
class Journey:
    """The project, and what each step of it said."""

    directory: Path
    variables: dict[str, str]
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)
    installed: dict[str, set[str]] = field(default_factory=dict)  # what init had made, by step

    def step(self, name: str, *arguments: str, **variables: str) -> None:
        self.said[name] = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.directory,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def answer(self, name: str) -> dict[str, Any]:
        """The JSON of a step, by root, once it is sure that the step did what it should."""
        said = self.said[name]
        assert said.returncode == 0, said.stdout + said.stderr
        return {each["root"]: each for each in json.loads(said.stdout)["roots"]}

    def changes(self, name: str, root: str) -> dict[str, list[str]]:
        """Action -> addresses."""
        found: dict[str, list[str]] = {}
        for change in self.answer(name)[root]["plan"]["changes"]:
            found.setdefault(change["action"], []).append(change["address"])
        return found


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory, lend_emulator: Callable[[Path], Mapping[str, str]]) -> Journey:
    directory = tmp_path_factory.mktemp("journey")
    write_example(directory / "environments")
    state = directory / ".goldsmith"
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDSMITH_", "AWS_"))}
    journey = Journey(directory, {**outside, "GOLDSMITH_EMULATOR": "1"})
    travel(journey, state, lend_emulator(state))
    return journey


def write_example(directory: Path) -> None:
    """The example with two environments and one image, so that the journey stays short."""
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("staging.yaml", "web-al2023.yaml"))
    organization = directory / "organization.yaml"
    organization.write_text(organization.read_text().replace("[dev, staging, prod]", "[dev, prod]"))
    for path in (directory / "dev.yaml", directory / "prod.yaml"):
        head = path.read_text().split("distribute:")[0].replace("[web, web-al2023]", "[web]")
        path.write_text(head + (f"distribute:\n{SHIPPED_TO}" if path.stem == "prod" else ""))


def travel(journey: Journey, state: Path, attached: Mapping[str, str]) -> None:
    """Until `dev` is made, each Terraform has what a person's has. Then it takes a provider that runs already."""
    journey.step("render", "render")
    data = state / "terraform" / "emulator" / "dev" / "images-dev" / "us-east-1"
    journey.step("first plan", "plan", "--json", "--save", "first.json")
    journey.installed["first plan"] = {path.name for path in data.iterdir()}
    journey.step("apply dev", "apply", "dev", "--json")
    journey.installed["apply dev"] = {path.name for path in data.iterdir()}
    journey.variables.update(attached)
    journey.step("first apply", "apply", "--json")
    journey.step("plan after apply", "plan", "--json", "--detailed-exitcode")
    component = journey.directory / "environments" / "components" / "harden-os.yaml"
    component.write_text(component.read_text().replace("MaxAuthTries 4", "MaxAuthTries 3"))
    journey.step("lock", "lock")
    journey.step("render again", "render")
    journey.step("second apply", "apply", "dev", "--json")
    journey.step("plan after change", "plan", "dev", "--json", "--detailed-exitcode")
    journey.step(
        "plan with no role",
        "plan",
        "dev",
        "--save",
        "failed.json",
        GOLDSMITH_EMULATOR="",
        **without_roles(state, journey),
    )
    clients(journey)("s3", "images-dev").put_object(Bucket=LOGS, Key="web/1.0.0/console.log", Body=b"a build")
    journey.step("destroy with logs", "destroy", "dev", "--confirm", "dev")
    journey.step("destroy", "destroy", "--confirm", "prod,dev", "--delete-logs", "--json")


def without_roles(state: Path, journey: Journey) -> Mapping[str, str]:
    """Take the plan role away from dev's account; what reaches the endpoint without preparing it anew."""
    endpoint = status(state / "emulator")
    assert endpoint is not None
    iam = clients(journey)("iam", "images-dev")
    iam.detach_role_policy(RoleName="GoldsmithPlan", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.delete_role(RoleName="GoldsmithPlan")
    direct = redirected(journey.variables, endpoint)
    return {name: value for name, value in direct.items() if journey.variables.get(name) != value}


def clients(journey: Journey) -> Any:
    """`clients(service, account name)`: a client that acts as the apply role there."""
    organization = load(journey.directory / "environments").organization
    endpoint = status(journey.directory / ".goldsmith" / "emulator")
    assert endpoint is not None
    inside = AccountClients(organization, organization.roles.apply, redirected(journey.variables, endpoint))
    return lambda service, account, region="us-east-1": inside(service, organization.accounts[account], region)


def applied(journey: Journey) -> dict[str, dict[str, Any]]:
    """What the apply by which each root was made told of it: `dev` is made before all."""
    return journey.answer("first apply") | journey.answer("apply dev")


def test_everything_is_made_and_a_second_plan_is_empty(journey: Journey) -> None:
    assert journey.changes("first apply", "dev/images-dev/us-east-1") == {}
    first = applied(journey)
    assert list(first) == [root.name for root in roots_of(load(journey.directory / "environments"))]
    assert len(first) == 4
    for name, each in first.items():
        assert each["state"] == "done", name
        assert each["plan"]["add"] > 0, name
        assert each["plan"]["change"] == each["plan"]["replace"] == each["plan"]["destroy"] == 0
    for name, each in journey.answer("plan after apply").items():
        assert each["plan"]["changes"] == [], name


def test_a_plan_goes_through_running_providers_and_an_apply_never(journey: Journey) -> None:
    assert "goldsmith-init-attached" in journey.installed["first plan"]
    assert not {"providers", "goldsmith-init"} & journey.installed["first plan"]
    assert {"providers", "goldsmith-init"} <= journey.installed["apply dev"]


def test_what_was_planned_is_what_is_applied(journey: Journey) -> None:
    planned = journey.answer("first plan")
    assert {name: each["plan"]["changes"] for name, each in planned.items()} == {
        name: each["plan"]["changes"] for name, each in applied(journey).items()
    }


def test_what_was_planned_is_kept_for_a_review_with_the_digests_that_plan_told(journey: Journey) -> None:
    planned = read_planned([journey.directory / "first.json"])
    told = journey.answer("first plan")
    assert {root.name: root.digest for root in planned.roots} == {name: each["digest"] for name, each in told.items()}
    assert json.loads(journey.said["first plan"].stdout)["digest"] == fleet_digest(planned.roots)
    plans = {root.name: root.plan.as_dict()["changes"] for root in planned.roots if root.plan is not None}
    assert plans == {name: each["plan"]["changes"] for name, each in told.items()}
    assert (planned.commit, planned.terraform) == ("", find_terraform(None, journey.directory / ".goldsmith").version)
    # A root that has nothing to do has a digest as well: what it does later is another plan.
    assert all(len(each["digest"]) == 64 for each in journey.answer("plan after apply").values())


def test_a_root_that_failed_is_kept_with_its_error_and_without_this_machine(journey: Journey) -> None:
    [failed] = read_planned([journey.directory / "failed.json"]).roots
    assert (failed.name, failed.state, failed.digest) == ("dev/images-dev/us-east-1", "failed", "")
    assert failed.failure.startswith("dev/images-dev/us-east-1: terraform plan failed.")
    assert "Cannot assume IAM Role" in failed.failure
    assert str(journey.directory) not in failed.failure


def test_the_targets_are_applied_before_the_pipelines_that_ship_to_them(journey: Journey) -> None:
    ended = [line.split()[1].rstrip(":") for line in journey.said["first apply"].stderr.splitlines() if "added" in line]
    prod = [name for name in ended if name.startswith("prod/")]
    assert len(prod) == 3
    assert prod[-1] == "prod/images-prod/us-east-1"


def versions(journey: Journey, section: str, name: str) -> list[str]:
    """The versions in the lock, from the lowest, as addresses have them: 1_0_1."""
    locked = yaml.safe_load((journey.directory / "environments" / LOCK_FILE).read_text())[section][name]
    return [version.replace(".", "_") for version in sorted(locked, key=parse_version)]


def test_a_changed_component_goes_through_beside_the_old_one(journey: Journey) -> None:
    changes = journey.changes("second apply", "dev/images-dev/us-east-1")
    component, recipe = versions(journey, "components", "harden-os"), versions(journey, "recipes", "web")
    for action, index in (("create", -1), ("delete", -2)):
        assert changes[action] == [
            f"module.component_harden_os_{component[index]}.aws_imagebuilder_component.this",
            f"module.recipe_web_{recipe[index]}.aws_imagebuilder_image_recipe.this",
        ]
    # The distribution names its AMIs by the recipe's version.
    assert {address.rsplit(".", 2)[1] for address in changes["update"]} == {
        "aws_imagebuilder_distribution_configuration",
        "aws_imagebuilder_image_pipeline",
    }
    assert set(changes) == {"create", "delete", "update"}
    logs = "".join(path.read_text() for path in (journey.directory / ".goldsmith" / "logs").rglob("*.log"))
    assert "ResourceDependencyException" not in logs + journey.said["second apply"].stderr
    for name, each in journey.answer("plan after change").items():
        assert each["plan"]["changes"] == [], name


def test_a_role_that_cannot_be_assumed_is_one_message_with_what_to_do(journey: Journey) -> None:
    said = journey.said["plan with no role"]
    assert said.returncode == 1
    assert "dev/images-dev/us-east-1: terraform plan failed." in said.stderr
    assert "Cannot assume IAM Role" in said.stderr
    assert "must exist in the account and trust whoever runs this" in said.stderr
    assert "Traceback" not in said.stderr
    log = journey.directory / ".goldsmith" / "logs" / "aws" / "dev" / "images-dev" / "us-east-1.log"
    assert f"Full log: {log}" in said.stderr
    assert "Cannot assume IAM Role" in log.read_text()


def test_the_rendered_tree_holds_nothing_that_terraform_wrote(journey: Journey) -> None:
    written = {path.suffix or path.name for path in (journey.directory / "rendered").rglob("*") if path.is_file()}
    assert written <= {".tf", ".hcl", ".yaml", ".json"}
    journey.step("render --check", "render", "--check")
    assert journey.said["render --check"].returncode == 0


def test_build_logs_are_never_destroyed_unasked(journey: Journey) -> None:
    said = journey.said["destroy with logs"]
    assert said.returncode == 1
    assert "dev/images-dev/us-east-1: terraform apply failed." in said.stderr
    assert "BucketNotEmpty" in said.stderr
    assert "Add --delete-logs to delete them" in said.stderr


def test_destroy_leaves_nothing(journey: Journey) -> None:
    destroyed = journey.answer("destroy")
    assert {name: each["state"] for name, each in destroyed.items()} == dict.fromkeys(destroyed, "done")
    assert all(each["plan"]["destroy"] > 0 for each in destroyed.values())
    client = clients(journey)
    for account in ("images-dev", "images-prod", "web-prod"):
        assert left_in(client, account) == {}, account


def left_in(client: Any, account: str) -> dict[str, list[str]]:
    """What Goldsmith makes, by kind; keys that wait for their deletion do not count."""
    builder, iam = client("imagebuilder", account), client("iam", account)
    found = {
        "pipelines": [each["name"] for each in builder.list_image_pipelines()["imagePipelineList"]],
        "recipes": [each["name"] for each in builder.list_image_recipes(owner="Self")["imageRecipeSummaryList"]],
        "components": [each["name"] for each in builder.list_components(owner="Self")["componentVersionList"]],
        "roles": [each["RoleName"] for each in iam.list_roles()["Roles"] if "oldsmith-" in each["RoleName"]],
        "distribution roles": [
            each["RoleName"] for each in iam.list_roles()["Roles"] if each["RoleName"].startswith("EC2ImageBuilder")
        ],
        "buckets": [each["Name"] for each in client("s3", account).list_buckets()["Buckets"]],
        "aliases": [
            each["AliasName"]
            for region in ("us-east-1", "eu-central-1")
            for each in client("kms", account, region).list_aliases()["Aliases"]
            if "goldsmith" in each["AliasName"]
        ],
    }
    return {kind: names for kind, names in found.items() if names}
