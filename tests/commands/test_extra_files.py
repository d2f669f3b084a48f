"""Extra Terraform of a spec through the real provider: planned with what Goldsmith renders, and told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
ALARMS = """\
# Tells when builds write errors, which no key of a spec says.
resource "aws_sns_topic_policy" "alarms" {
  arn    = module.alarms.arn
  policy = templatefile("${path.module}/extra/topic.json", { arn = module.alarms.arn, sid = module.pipeline_web.arn })
}

module "alarms" {
  source = "./extra/alarms"

  name = module.log_bucket.name
}

output "alarms" {
  value = module.alarms.arn
}
"""
MODULE = """\
variable "name" {
  type = string
}

resource "aws_sns_topic" "this" {
  name = var.name
}

output "arn" {
  value = aws_sns_topic.this.arn
}
"""
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "${arn}", "Sid": "${sid}"}]}'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint) -> Path:
    """A project whose spec has extra Terraform for its build root, with the embedded AWS where its AWS is."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    files = {
        "organization.yaml": SMALL["organization.yaml"].replace("acme-terraform-state", "acme-extra-state"),
        "extra/prod/build/alarms.tf": ALARMS,
        "extra/prod/build/alarms/main.tf": MODULE,
        "extra/prod/build/topic.json": POLICY,
    }
    prepare(emulator, load(write_spec(tmp_path / "environments", files)))
    return tmp_path


def test_extra_terraform_is_planned_with_the_root_and_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render"]) == 0
    (project / "rendered" / ROOT / "hand.tf").write_text('output "by_hand" {\n  value = "mine"\n}\n')
    arguments = ["plan", "prod", "--account", "images-prod", "--region", "us-east-1", "--json"]
    assert run(arguments) == 0
    said = capsys.readouterr()
    [root] = json.loads(said.out)["roots"]
    addresses = {change["address"] for change in root["plan"]["changes"]}
    assert {"aws_sns_topic_policy.alarms", "module.alarms.aws_sns_topic.this"} <= addresses
    assert "module.pipeline_web.aws_imagebuilder_image_pipeline.this" in addresses
    assert f"rendered/{ROOT}/hand.tf: Terraform reads this file, and Goldsmith did not write it." in said.err
    assert f"{ROOT}: with extra files of the spec: extra/alarms/main.tf, extra/topic.json, extra_alarms.tf" in said.err
