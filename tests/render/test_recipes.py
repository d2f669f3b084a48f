"""What a root says of an image's recipe beyond what every recipe has."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.render import render
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
SCRIPT = "#!/bin/bash\necho '${HOME} %{ if } \"'\n"
RICH = """\
volume: {delete_on_termination: false}
devices:
  - {device: /dev/sdf, size: 500, type: st1}
  - {device: /dev/sdg, snapshot: snap-12345678, encrypted: false}
  - {device: /dev/sdh, virtual_name: ephemeral0}
  - {device: /dev/sdi, no_device: true}
user_data: {file: scripts/first.sh}
working_directory: /opt/build
ssm_agent: remove
"""


def recipe(directory: Path, image: str) -> tuple[dict[str, str], str]:
    """The tree, and the call of the recipe module in it."""
    files = {"images/web.yaml": image, "scripts/first.sh": SCRIPT}
    tree = render(load(write_spec(directory, files)))
    text = tree[f"{ROOT}/main.tf"]
    start = text.index('module "recipe_web_1_0_0" {')
    return tree, text[start : text.index("\n}\n", start)]


def test_an_image_that_asks_for_nothing_says_nothing(tmp_path: Path) -> None:
    tree, call = recipe(tmp_path, SMALL["images/web.yaml"])
    for argument in ("block_devices", "uninstall_ssm_agent", "user_data", "working_directory", "delete_on_termination"):
        assert argument not in call
    assert not [path for path in tree if "user-data" in path]


def test_what_is_asked_for_is_said(tmp_path: Path) -> None:
    tree, call = recipe(tmp_path, SMALL["images/web.yaml"] + RICH)
    assert tree[f"{ROOT}/user-data/web.txt"] == SCRIPT
    assert (
        """
  volume = {
    delete_on_termination = false
    device                = "/dev/xvda"
    encrypted             = true
    kms_key_id            = module.image_key.alias_arn
    size                  = 20
    type                  = "gp3"
  }

  block_devices = {
    "/dev/sdf" = {
      encrypted  = true
      kms_key_id = module.image_key.alias_arn
      size       = 500
      type       = "st1"
    }
    "/dev/sdg" = {
      encrypted   = false
      snapshot_id = "snap-12345678"
      type        = "gp3"
    }
    "/dev/sdh" = {
      virtual_name = "ephemeral0"
    }
    "/dev/sdi" = {
      no_device = true
    }
  }

  uninstall_ssm_agent = true

  user_data = file("${path.module}/user-data/web.txt")

  working_directory = "/opt/build"
"""
        in call
    )


@pytest.mark.parametrize(
    ("use", "arn"),
    [
        (
            "{marketplace: agent-prod-abc}",
            "arn:aws:imagebuilder:us-east-1:aws-marketplace:component/agent-prod-abc/x.x.x",
        ),
        (
            "{shared: agent, account: web-prod, version: 1.0.0}",
            "arn:aws:imagebuilder:us-east-1:444444444444:component/agent/1.0.0",
        ),
        (
            '{arn: "arn:aws:imagebuilder:us-east-1:third-party:component/agent/1.x.x"}',
            "arn:aws:imagebuilder:us-east-1:third-party:component/agent/1.x.x",
        ),
    ],
)
def test_components_of_others_go_by_their_arn(tmp_path: Path, use: str, arn: str) -> None:
    _, call = recipe(tmp_path, SMALL["images/web.yaml"].replace("{aws: update-linux}", use))
    assert f'{{ arn = "{arn}" }}' in call
