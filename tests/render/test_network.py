"""What a build root says of the network that it makes, or is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.render import render
from generator.spec import load

GIVEN = "  subnet: subnet-0123456789abcdef0\n  security_groups: [sg-0123456789abcdef0]\n"
ROOT = "prod/images-prod/us-east-1"


def rendered(directory: Path, network: str, images: str = "images: [web]") -> tuple[str, str]:
    """main.tf and outputs.tf of the build root, of an environment whose `build` says this of its network."""
    environment = SMALL["prod.yaml"].replace(GIVEN, network).replace("images: [web]", images)
    tree = render(load(write_spec(directory, {"prod.yaml": environment})))
    return tree[f"{ROOT}/main.tf"], tree[f"{ROOT}/outputs.tf"]


def test_a_network_that_is_given_is_not_made(tmp_path: Path) -> None:
    main, outputs = rendered(tmp_path, GIVEN)
    assert "network" not in main + outputs
    assert '  subnet_id             = "subnet-0123456789abcdef0"\n' in main
    assert '  security_group_ids = ["sg-0123456789abcdef0"]\n' in main


def test_a_network_with_nothing_to_say_of_it_is_the_modules_own(tmp_path: Path) -> None:
    main, outputs = rendered(tmp_path, "  network: own\n")
    assert (
        'module "network" {\n'
        '  source = "../../../modules/network"\n\n'
        '  account_id = "333333333333"\n'
        '  name       = "goldsmith-prod"\n'
        '  partition  = "aws"\n'
        '  region     = "us-east-1"\n'
        "}\n"
    ) in main
    assert "  subnet_id             = module.network.subnet_id\n" in main
    assert "  security_group_ids = module.network.security_group_ids\n" in main
    assert 'output "network" {\n' in outputs


def test_what_is_said_of_a_network_reaches_the_module(tmp_path: Path) -> None:
    where = "cidr: 10.9.0.0/20, zones: [us-east-1b, us-east-1a]"
    what = "endpoints: [sts, kms], read_buckets: [tools-of-web], nat: true, flow_logs: 7"
    main, _ = rendered(tmp_path, f"  network: {{{where}, {what}}}\n")
    for line in (
        'cidr_block = "10.9.0.0/20"',
        'endpoints = ["imagebuilder", "kms", "logs", "ssm", "ssmmessages", "sts"]',
        "flow_log_days = 7",
        "nat = true",
        'read_buckets = ["tools-of-web"]',
        'zones = ["us-east-1a", "us-east-1b"]',
    ):
        assert f"\n\n  {line}\n" in main


def test_builds_of_containers_reach_ecr_too(tmp_path: Path) -> None:
    image = "image: web\nbase: amazon-linux-2023\ncontainer: {}\ncomponents: [harden-os]\n"
    given = {"images/web.yaml": image, "prod.yaml": SMALL["prod.yaml"].replace(GIVEN, "  network: own\n")}
    main = render(load(write_spec(tmp_path, given)))[f"{ROOT}/main.tf"]
    assert '\n\n  endpoints = ["ecr.api", "ecr.dkr", "imagebuilder", "kms", "logs", "ssm", "ssmmessages"]\n' in main


@pytest.mark.parametrize("zone", ["us-east-1a", "us-east-1b"])
def test_an_image_is_built_in_the_subnet_of_its_zone(zone: str, tmp_path: Path) -> None:
    placed = f"images: [{{image: web, infrastructure: {{placement: {{availability_zone: {zone}}}}}}}]"
    main, _ = rendered(tmp_path, "  network: {zones: [us-east-1a, us-east-1b]}\n", placed)
    assert f'  subnet_id             = module.network.subnet_ids["{zone}"]\n' in main
