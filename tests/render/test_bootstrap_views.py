"""The roots of a bootstrap: which accounts have one, and what the spec needs in each."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.bootstrap_roots import bootstrap_roots
from generator.render.render import render
from generator.spec import load
from generator.spec.model import Spec

ORGANIZATION = SMALL["organization.yaml"]
BOOTSTRAP = """\
bootstrap:
  account: images-prod
  github: {repository: acme/images, makes_provider: false}
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

  github = {
    makes_provider = false
    repository     = "acme/images"
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

  parameter_paths = ["/goldsmith/", "/golden/web"]

  partition = "aws"

  plan_principals = ["arn:aws:iam::333333333333:role/Engineers", "arn:aws:iam::333333333333:role/GoldsmithPlan-ci"]

  plan_role_name = "GoldsmithPlan"
}
"""
    )
