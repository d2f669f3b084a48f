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
    return tree, module(tree, "recipe_web")


def module(tree: dict[str, str], label: str) -> str:
    """The module call of a first version in the build root."""
    text = tree[f"{ROOT}/main.tf"]
    start = text.index(f'module "{label}_1_0_0" {{')
    return text[start : text.index("\n}\n", start)]


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


def test_an_image_on_another_names_the_newest_of_its_environment(tmp_path: Path) -> None:
    base = "image: base\nbase: amazon-linux-2023\ncomponents: [harden-os]\n"
    files = {
        "images/base.yaml": base,
        "images/web.yaml": SMALL["images/web.yaml"].replace("amazon-linux-2023", "{image: base}"),
        "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, base]"),
    }
    call = module(render(load(write_spec(tmp_path, files))), "recipe_web")
    assert 'parent_image     = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-base/x.x.x"' in call
    assert "depends_on" not in call
    files["prod.yaml"] = SMALL["prod.yaml"].replace("[web]", "[web, {image: base, build_on_apply: true}]")
    tree = render(load(write_spec(tmp_path, files)))
    assert module(tree, "recipe_web").endswith("\n\n  depends_on = [module.image_base]")
    assert "depends_on" not in module(tree, "recipe_base")


@pytest.mark.parametrize(
    ("base", "parent"),
    [
        ("{ami: {us-east-1: ami-12345678, eu-west-1: ami-87654321}}", "ami-12345678"),
        ("{marketplace: prod-abc123}", "prod-abc123"),
    ],
)
def test_a_base_is_that_of_the_region_or_the_product(tmp_path: Path, base: str, parent: str) -> None:
    image = SMALL["images/web.yaml"].replace("amazon-linux-2023", base) + "volume: {device: /dev/xvda}\n"
    assert f'parent_image     = "{parent}"' in recipe(tmp_path, image)[1]


def test_a_component_on_a_second_platform_is_one_more_of_the_same_document(tmp_path: Path) -> None:
    mac = "image: mac\nbase: macos-15\ncomponents: [harden-os]\ninfrastructure: {placement: {tenancy: host}}\n"
    files = {"images/mac.yaml": mac, "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, mac]")}
    tree = render(load(write_spec(tmp_path, files)))
    call = module(tree, "component_harden_os_macos")
    assert 'document         = file("${path.module}/components/harden-os.yaml")' in call
    assert 'name             = "prod-harden-os-macos"' in call
    assert 'platform         = "macOS"' in call
    assert "arn = module.component_harden_os_macos_1_0_0.arn" in module(tree, "recipe_mac")
    assert "arn = module.component_harden_os_1_0_0.arn" in module(tree, "recipe_web")


def test_a_container_image_on_another_is_pulled_from_the_repository_of_that_one(tmp_path: Path) -> None:
    files = {
        "images/base.yaml": "image: base\nbase: amazon-linux-2023\ncontainer: {}\ncomponents: [harden-os]\n",
        "images/web.yaml": "image: web\nbase: {image: base}\ncontainer: {}\ncomponents: [harden-os]\n",
        "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, {image: base, build_on_apply: true}]"),
    }
    tree = render(load(write_spec(tmp_path, files)))
    call = module(tree, "recipe_web")
    assert '= "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-base/x.x.x"' in call
    assert call.endswith("\n\n  depends_on = [module.image_base]")
    profile = tree[f"{ROOT}/main.tf"].split('module "instance_profile" {')[1].split("\n}\n")[0]
    pulled = profile.split("pull_repository_arns")[1].split("]")[0]
    assert '"arn:aws:ecr:us-east-1:333333333333:repository/prod/base"' in pulled
