"""`goldsmith record`: what AWS gave to launch templates is asked for, written down, and told with what comes next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.commands.record import tell_missing, write_down
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.render.roots import roots_of
from generator.spec import load
from tests.conftest import client_for

BUILD, WEB = "330000000001", "330000000002"
NETWORK = {"subnet-0123456789abcdef0": "subnet-03300000000000001", "sg-0123456789abcdef0": "sg-03300000000000001"}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """An organization of a test's own accounts, with a launch template in one of them."""
    place = "images: [{image: web, distribution: {launch_templates: [{accounts: [web-prod], regions: [us-east-1]}]}}]"
    organization, prod = SMALL["organization.yaml"], SMALL["prod.yaml"].replace("images: [web]", place)
    for old, new in {"333333333333": BUILD, "444444444444": WEB, "acme-terraform-state": "record-state"}.items():
        organization = organization.replace(old, new)
    for old, new in NETWORK.items():
        prod = prod.replace(old, new)
    return write_spec(tmp_path, {"organization.yaml": organization, "prod.yaml": prod})


def test_ids_are_written_once_and_plans_name_what_is_missing_until_then(
    spec: Path, emulator: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded, variables = load(spec), redirected(os.environ, emulator)
    prepare(emulator, loaded)
    roots = roots_of(loaded)

    write_down(loaded, spec, roots, variables)
    tell_missing(roots)
    assert capsys.readouterr().err == (
        "prod/web: the launch template prod-web of web-prod in us-east-1 has no id on record yet, so it gets no AMIs. "
        "Run: goldsmith apply prod (which writes it down), then goldsmith render, and goldsmith apply prod again.\n"
    )
    assert not (spec / "launch_templates.lock.yaml").exists()

    ec2 = client_for(emulator, "ec2", WEB, "us-east-1")
    made = ec2.create_launch_template(LaunchTemplateName="prod-web", LaunchTemplateData={"InstanceType": "t3.micro"})
    identifier = made["LaunchTemplate"]["LaunchTemplateId"]
    write_down(loaded, spec, roots, variables)
    assert capsys.readouterr().err == (
        f"prod/web-prod/us-east-1: launch template prod-web is {identifier}\n"
        f"{spec}/launch_templates.lock.yaml: 1 written. For images to reach them, commit it and run: "
        "goldsmith render && goldsmith apply prod\n"
    )
    [image] = load(spec).environments["prod"].images
    assert [template.id for template in image.delivery.launch_templates] == [identifier]

    write_down(load(spec), spec, roots, variables)
    tell_missing(roots_of(load(spec)))
    assert capsys.readouterr().err == ""
