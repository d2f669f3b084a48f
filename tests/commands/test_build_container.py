"""`goldsmith build` of a container image: it tells where the image is, and who may pull it from there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines import DOCUMENT
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images.pipeline import Pipeline, pipeline_of
from generator.spec import load

ACCOUNT, OTHER = "767676767676", "777777777777"
REGISTRY = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
FILES = {
    "organization.yaml": f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}", web-prod: "{OTHER}"}}
state: {{bucket: acme-container-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
""",
    "prod.yaml": SMALL["prod.yaml"]
    .replace("[us-east-1, eu-central-1]", "[us-east-1]")
    .replace("subnet-0123456789abcdef0", "subnet-0b111d0123456789c"),
    "images/web.yaml": SMALL["images/web.yaml"] + "container: {}\n",
}
Aws = Callable[..., Any]


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint, aws: Aws) -> Iterator[Pipeline]:
    """A pipeline of a container image, in an embedded AWS whose clock runs fast."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    spec = load(write_spec(Path("environments"), FILES))
    prepare(emulator, spec)
    pipeline = pipeline_of(spec, "prod", "web")
    make_pipeline(aws, pipeline)
    call(emulator, "clock", {"speed": 2400})
    yield pipeline
    call(emulator, "clock", {"speed": 60})


def make_pipeline(aws: Aws, pipeline: Pipeline) -> None:
    imagebuilder, name = aws("imagebuilder", ACCOUNT), pipeline.name
    aws("ecr", ACCOUNT).create_repository(repositoryName="prod/web")
    component = imagebuilder.create_component(name=name, semanticVersion="1.0.0", platform="Linux", data=DOCUMENT)
    recipe = imagebuilder.create_container_recipe(
        containerType="DOCKER",
        name=name,
        semanticVersion=pipeline.image.version,
        components=[{"componentArn": component["componentBuildVersionArn"]}],
        parentImage="amazonlinux:2023",
        platformOverride="Linux",
        dockerfileTemplateData="FROM {{{ imagebuilder:parentImage }}}",
        targetRepository={"service": "ECR", "repositoryName": "prod/web"},
    )
    infrastructure = imagebuilder.create_infrastructure_configuration(
        name=name, instanceProfileName=make_profile(aws("iam", ACCOUNT))
    )
    imagebuilder.create_image_pipeline(
        name=name,
        containerRecipeArn=recipe["containerRecipeArn"],
        infrastructureConfigurationArn=infrastructure["infrastructureConfigurationArn"],
    )


def make_profile(iam: Any, name: str = "container-builder") -> str:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    for policy in ("EC2InstanceProfileForImageBuilderECRContainerBuilds", "AmazonSSMManagedInstanceCore"):
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def test_a_build_tells_where_its_container_image_is(
    pipeline: Pipeline, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "prod", "web", "--interval", "0.1", "--json"]) == 0
    captured = capsys.readouterr()
    assert "warning" not in captured.err
    told = json.loads(captured.out)
    assert told["amis"] == []
    assert [(each["account"], each["uri"], each["mode"]) for each in told["containers"]] == [
        ("images-prod", f"{REGISTRY}/prod/web:1.0.0-1", "own"),
        ("web-prod", f"{REGISTRY}/prod/web:1.0.0-1", "pull"),
    ]
    [image] = aws("ecr", ACCOUNT).describe_images(repositoryName="prod/web")["imageDetails"]
    assert image["imageTags"] == ["1.0.0-1"]

    assert run(["build", "prod", "web", "--follow", told["build"]["arn"]]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ACCOUNT      REGION     CONTAINER IMAGE",
        f"images-prod  us-east-1  {REGISTRY}/prod/web:1.0.0-1",
        f"web-prod     us-east-1  {REGISTRY}/prod/web:1.0.0-1",
    ]
