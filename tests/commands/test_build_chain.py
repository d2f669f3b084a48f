"""`goldsmith build` of images that are built on other images of their environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines import make_pipeline
from specs import write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images.pipeline import pipeline_of
from generator.spec import load
from generator.spec.model import Spec

ACCOUNT, REGION = "797979797979", "us-east-1"
Capture = pytest.CaptureFixture[str]
FILES = {
    "organization.yaml": f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}"}}
state: {{bucket: acme-chain-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
""",
    "prod.yaml": """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0c333d0123456789a
  security_groups: [sg-0c333d0123456789a]
images: [web, base]
""",
    "images/base.yaml": "image: base\nbase: amazon-linux-2023\ncomponents: [harden-os]\n",
    "images/web.yaml": "image: web\nbase: {image: base}\ncomponents: [harden-os]\n",
}


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint) -> Iterator[Spec]:
    """A chain whose lower pipeline is there, in an embedded AWS whose clock runs fast."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    spec = load(write_spec(Path("environments"), FILES))
    prepare(emulator, spec)
    call(emulator, "clock", {"speed": 2400})
    yield spec
    call(emulator, "clock", {"speed": 60})


def make_child(imagebuilder: Any) -> None:
    """The upper pipeline, as an apply would make it once the base is there."""
    listed = imagebuilder.list_image_recipes()["imageRecipeSummaryList"]
    components = imagebuilder.get_image_recipe(imageRecipeArn=listed[0]["arn"])["imageRecipe"]["components"]
    recipe = imagebuilder.create_image_recipe(
        name="prod-web",
        semanticVersion="1.0.0",
        components=components,
        parentImage=f"arn:aws:imagebuilder:{REGION}:{ACCOUNT}:image/prod-base/x.x.x",
    )
    base = imagebuilder.list_image_pipelines()["imagePipelineList"][0]
    imagebuilder.create_image_pipeline(
        name="prod-web",
        imageRecipeArn=recipe["imageRecipeArn"],
        infrastructureConfigurationArn=base["infrastructureConfigurationArn"],
    )


def test_a_base_comes_first(spec: Spec, aws: Callable[..., Any], capsys: Capture) -> None:
    make_pipeline(aws, pipeline_of(spec, "prod", "base"), (REGION,), log_bucket="acme-chain-logs")
    command = ["build", "prod", "web", "--interval", "0.1"]
    assert run(command) == 1
    assert capsys.readouterr().err == (
        "prod/web: is built on base, which has no image in account images-prod, us-east-1 yet. "
        "Run: goldsmith build prod base, then: goldsmith apply prod, then this again\n"
    )

    assert run([*command, "--with-bases"]) == 1
    told = capsys.readouterr().err
    assert "prod/base: AVAILABLE\n" in told
    assert told.endswith(
        "prod/web: there is no pipeline prod-web in account images-prod, us-east-1 yet. Run: goldsmith apply prod\n"
    )

    imagebuilder = aws("imagebuilder", ACCOUNT, REGION)
    make_child(imagebuilder)
    assert run([*command, "--with-bases"]) == 0
    told = capsys.readouterr().err
    assert told.index("prod/base: AVAILABLE\n") < told.index("prod/web: started ")
    built = imagebuilder.list_image_build_versions(
        imageVersionArn=f"arn:aws:imagebuilder:{REGION}:{ACCOUNT}:image/prod-base/1.0.0"
    )["imageSummaryList"]
    assert [each["state"]["status"] for each in built] == ["AVAILABLE", "AVAILABLE"]


def test_a_base_tells_what_is_built_on_it(spec: Spec, aws: Callable[..., Any], capsys: Capture) -> None:
    if not aws("imagebuilder", ACCOUNT, REGION).list_image_pipelines()["imagePipelineList"]:
        make_pipeline(aws, pipeline_of(spec, "prod", "base"), (REGION,), log_bucket="acme-chain-logs")
    assert run(["build", "prod", "base", "--interval", "0.1"]) == 0
    assert "prod/base: web is built on it. To build it on the new image now: goldsmith build prod web\n" in (
        capsys.readouterr().err
    )


def test_bases_are_waited_for(spec: Spec, capsys: Capture) -> None:
    assert run(["build", "prod", "web", "--with-bases", "--no-wait"]) == 64
    assert "--with-bases waits for each build before the next begins." in capsys.readouterr().err
