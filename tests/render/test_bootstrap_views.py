"""The roots of a bootstrap: which accounts have one, and what the spec needs in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.bootstrap_roots import bootstrap_roots
from generator.render.boundary_view import boundary_arguments
from generator.render.hcl import Value
from generator.render.render import render
from generator.spec import load
from generator.spec.model import Spec

ORGANIZATION = SMALL["organization.yaml"]
SHORT = "bootstrap: {account: images-prod, github: acme/images}\n"
BOOTSTRAP = """\
bootstrap:
  account: images-prod
  github: {repository: acme@1/images@2, makes_provider: false, rollout_environment: goldsmith-rollout}
  gitlab: {project: acme/more/images, url: https://gitlab.acme.example, branch: stable}
  plan_principals: ["arn:aws:iam::333333333333:role/Engineers"]
  old_versions_days: 90
  additional_policies: [teams/topics]
"""
PROD = """\
environment: prod
build: {account: images-prod, region: us-east-1, network: own}
images:
  - image: web
    distribution: {parameters: [{name: /golden/web}]}
execution_policies: [lambda]
distribute:
  - {accounts: [web-prod], regions: [us-east-1]}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    return load(write_spec(tmp_path / "spec", {"organization.yaml": ORGANIZATION + BOOTSTRAP, "prod.yaml": PROD}))


def call_of(spec: Spec, account: str) -> str:
    """The module call, without the lines at its head."""
    return render(spec)[f"bootstrap/{account}/main.tf"].partition("\n\n")[2]


def test_a_spec_without_a_bootstrap_has_none(tmp_path: Path) -> None:
    assert not [path for path in render(load(write_spec(tmp_path / "spec"))) if "bootstrap" in path]


def test_each_account_with_a_root_has_one_and_that_of_the_state_comes_first(spec: Spec) -> None:
    assert [root.name for root in bootstrap_roots(spec)] == ["bootstrap/images-prod", "bootstrap/web-prod"]


def test_the_account_of_the_state_has_the_pipelines_and_what_is_built_there(spec: Spec) -> None:
    assert (
        call_of(spec, "images-prod")
        == """\
module "bootstrap" {
  source = "../../modules/bootstrap"

  account_id = "333333333333"

  account_ids = ["333333333333", "444444444444"]

  additional_policy_arns = {
    topics = "arn:aws:iam::333333333333:policy/teams/topics"
  }

  apply_role_name = "GoldsmithApply"

  attachable_policy_arns = ["arn:aws:iam::333333333333:policy/lambda"]

  boundary = {
    actions = ["lambda:InvokeFunction", "states:DescribeExecution", "states:StartExecution"]
  }

  github = {
    makes_provider      = false
    repository          = "acme@1/images@2"
    rollout_environment = "goldsmith-rollout"
  }

  gitlab = {
    branch  = "stable"
    project = "acme/more/images"
    url     = "https://gitlab.acme.example"
  }

  manages_network = true

  parameter_paths = ["/goldsmith/", "/golden/web"]

  partition = "aws"

  plan_principals = ["arn:aws:iam::333333333333:role/Engineers"]

  plan_role_name = "GoldsmithPlan"

  state = {
    bucket            = "acme-terraform-state"
    old_versions_days = 90
  }
}
"""
    )


def test_every_other_account_trusts_those_pipelines(spec: Spec) -> None:
    assert (
        call_of(spec, "web-prod")
        == """\
module "bootstrap" {
  source = "../../modules/bootstrap"

  account_id = "444444444444"

  additional_policy_arns = {
    topics = "arn:aws:iam::444444444444:policy/teams/topics"
  }

  apply_principals = ["arn:aws:iam::333333333333:role/GoldsmithApply-ci"]

  apply_role_name = "GoldsmithApply"

  boundary = {}

  parameter_paths = ["/goldsmith/", "/golden/web"]

  partition = "aws"

  plan_principals = ["arn:aws:iam::333333333333:role/Engineers", "arn:aws:iam::333333333333:role/GoldsmithPlan-ci"]

  plan_role_name = "GoldsmithPlan"
}
"""
    )


@pytest.mark.parametrize(
    ("organization", "prod", "expected"),
    [
        ("", "", {"boundary": {}}),
        ("permissions_boundary: none\n", "", {}),
        ("permissions_boundary: security/builds\n", "", {"boundary_arns": ["security/builds"]}),
        ("", "permissions_boundary: builds\n", {"boundary_arns": ["builds"]}),
        ("permissions_boundary: none\n", "permissions_boundary: GoldsmithBoundary\n", {"boundary": {}}),
    ],
)
def test_the_boundary_is_the_environments_else_the_organizations_else_one_that_is_made(
    tmp_path: Path, organization: str, prod: str, expected: dict[str, Value]
) -> None:
    files = {"organization.yaml": f"{ORGANIZATION}{SHORT}{organization}", "prod.yaml": SMALL["prod.yaml"] + prod}
    spec = load(write_spec(tmp_path / "spec", files))
    found = boundary_arguments(bootstrap_roots(spec)[0])
    place = "arn:aws:iam::333333333333:policy/"
    named = {"boundary_arns": [f"{place}{name}" for name in expected.get("boundary_arns", [])]}
    assert found == {"boundary": None, "requires_boundary": None} | expected | named
    main = render(spec)["prod/images-prod/us-east-1/main.tf"]
    arn = f"{place}{(expected.get('boundary_arns') or ['GoldsmithBoundary'])[0]}"
    assert main.count(f'permissions_boundary_arn = "{arn}"') == (2 if expected else 0)


def test_a_spec_without_a_bootstrap_has_a_boundary_where_it_names_one(tmp_path: Path) -> None:
    assert "permissions_boundary_arn" not in str(
        render(load(write_spec(tmp_path / "spec")))["prod/web-prod/us-east-1/main.tf"]
    )
    named = {"organization.yaml": f"{ORGANIZATION}permissions_boundary: builds\n"}
    main = render(load(write_spec(tmp_path / "named", named)))["prod/web-prod/us-east-1/main.tf"]
    assert '  permissions_boundary_arn = "arn:aws:iam::444444444444:policy/builds"\n' in main


def test_roles_of_both_kinds_in_one_account_are_let_be(tmp_path: Path) -> None:
    dev = SMALL["prod.yaml"].replace("environment: prod", "environment: dev").partition("distribute:")[0]
    files = {"organization.yaml": ORGANIZATION + SHORT, "dev.yaml": f"{dev}permissions_boundary: none\n"}
    home, other = bootstrap_roots(load(write_spec(tmp_path / "spec", files)))
    assert boundary_arguments(home)["requires_boundary"] is False
    assert boundary_arguments(other)["requires_boundary"] is None


def test_the_boundary_leaves_what_the_spec_names_of_its_own(tmp_path: Path) -> None:
    key = "arn:aws:kms:{}:333333333333:{}"
    keys = {"us-east-1": key.format("us-east-1", "alias/images")}
    keys["eu-central-1"] = key.format("eu-central-1", "key/01234567-89ab-cdef-0123-456789abcdef")
    prod = SMALL["prod.yaml"].replace(
        "images: [web]", "images: [{image: web, export: {format: raw, bucket: acme-center}}]"
    )
    files = {
        "organization.yaml": ORGANIZATION + SHORT.replace("}", ", boundary_actions: [sqs:SendMessage]}"),
        "images/web.yaml": SMALL["images/web.yaml"] + "volume: {encrypted: false}\n",
        "prod.yaml": f"{prod}execution_policies: [lambda]\nkeys: {json.dumps(keys)}\n",
    }
    home, other = bootstrap_roots(load(write_spec(tmp_path / "spec", files)))
    of_keys = {"key_aliases": ["alias/images"], "key_arns": [keys["eu-central-1"]]}
    assert boundary_arguments(home)["boundary"] == of_keys | {
        "actions": ["lambda:InvokeFunction", "sqs:SendMessage", "states:DescribeExecution", "states:StartExecution"],
        "buckets": ["acme-center"],
    }
    assert boundary_arguments(other)["boundary"] == of_keys | {"actions": ["sqs:SendMessage"]}
