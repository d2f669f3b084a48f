"""Versions that AWS has with another content: asked of accounts of an embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from specs import SMALL, write_spec
from workshop import client, workshop

from generator.check.lock import plan_lock
from generator.remote.findings import failure, findings
from generator.remote.versions import Answers, ask
from generator.remote.wanted import wanted
from generator.render.roots import roots_of
from generator.spec import load
from generator.spec.model import Account, Spec

BUILD, PLACE = "333333333333", "prod in images-prod (333333333333), us-east-1"
TOPIC_WORKFLOW = """\
name: build-image
schemaVersion: 1.0
type: build
steps:
  - name: LaunchBuildInstance
    action: LaunchInstance
    onFailure: Abort
    inputs: {waitFor: ssmAgent}
"""
CONTAINER = """\
image: web
container: {}
base: {reference: "amazonlinux:2023", platform: Linux}
components: [harden-os]
"""


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with workshop():
        yield


def clients(service: str, account: Account, region: str) -> Any:
    return client(service, account.id, region)


def asked(directory: Path) -> tuple[list[str], Answers]:
    """What is told, without the folder, and all that was answered."""
    answers = ask(load(directory), clients)
    assert failure(answers) is None
    return [str(each).removeprefix(f"{directory}/") for each in findings(directory, answers)], answers


def make(spec: Spec) -> None:
    """Everything that the build account is to have, made by hand: no comment, and keys in another order."""
    imagebuilder = client("imagebuilder", BUILD)
    environment = spec.environments["prod"]
    for each in environment.components:
        imagebuilder.create_component(
            name=f"prod-{each.full_name}", semanticVersion=each.version, platform=each.platform, data=each.document
        )
    for workflow in environment.operations.workflows:
        imagebuilder.create_workflow(
            name=f"prod-{workflow.name}", semanticVersion=workflow.version, type=workflow.kind, data=workflow.document
        )
    root = next(root for root in roots_of(spec) if root.kind == "build" and root.environment is environment)
    [recipe] = [each for each in wanted(root) if "recipe" in each.kind]
    content = recipe.content
    made = {
        "name": "prod-web",
        "semanticVersion": recipe.version,
        "description": content["description"],
        "parentImage": content["parentImage"],
        "components": [_use(each) for each in content["components"]],
    }
    devices = [
        {"deviceName": name, "ebs": {"volumeType": "gp3", **device}}
        for name, device in content["blockDeviceMappings"].items()
    ]
    if recipe.kind == "image-recipe":
        imagebuilder.create_image_recipe(**made, blockDeviceMappings=devices)
    else:
        imagebuilder.create_container_recipe(
            **made,
            containerType="DOCKER",
            instanceConfiguration={"blockDeviceMappings": devices},
            platformOverride="Linux",
            dockerfileTemplateData=content["dockerfileTemplateData"],
            targetRepository={"service": "ECR", "repositoryName": content["targetRepository"]},
        )


def _use(use: dict[str, Any]) -> dict[str, Any]:
    parameters = [{"name": name, "value": [value]} for name, value in use["parameters"].items()]
    return {"componentArn": use["componentArn"]} | ({"parameters": parameters} if parameters else {})


def change(directory: Path, file: str, old: str, new: str) -> None:
    """Other content under the same version: the entry of the lock is written for it."""
    before = load(directory).environments["prod"]
    text = (directory / file).read_text()
    assert old in text
    (directory / file).write_text(text.replace(old, new))
    lock = directory / "versions.lock.yaml"
    lock.write_text("components: {}\nrecipes: {}\n")
    write_spec_lock(directory)
    assert [each.version for each in load(directory).environments["prod"].components] == [
        each.version for each in before.components
    ]


def write_spec_lock(directory: Path) -> None:
    plan_lock(directory).write()


def test_an_account_that_has_nothing_takes_nothing(tmp_path: Path) -> None:
    told, answers = asked(write_spec(tmp_path))
    assert (told, answers.asked) == ([], 1)
    assert answers.versions == {
        ("components", "harden-os"): frozenset(),
        ("components", "ssh-hardened"): frozenset(),
        ("recipes", "web"): frozenset(),
    }


@pytest.mark.parametrize("image", [SMALL["images/web.yaml"], CONTAINER], ids=["ami", "container"])
def test_the_same_content_is_no_finding_however_it_is_written(tmp_path: Path, image: str) -> None:
    spec = write_spec(tmp_path, {"images/web.yaml": image})
    make(load(spec))
    text = SMALL["components/harden-os.yaml"].replace(
        "{name: Harden, action: ExecuteBash,", "{action: ExecuteBash, name: Harden,"
    )
    (spec / "components/harden-os.yaml").write_text(f"# A comment\n{text}")
    told, answers = asked(spec)
    assert told == []
    assert answers.versions["recipes", "web"] == {"1.0.0"}


def test_another_command_of_a_component_is_told_at_its_place_in_the_lock(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    make(load(spec))
    change(spec, "components/harden-os.yaml", "echo {{ Banner }}", "printf {{ Banner }}")
    told, _ = asked(spec)
    assert told == [
        f"versions.lock.yaml:5:5: components.harden-os.'1.0.0': {PLACE} has this version with another content: "
        "phases[0].steps[0].inputs.commands[0] is 'echo {{ Banner }}' there and 'printf {{ Banner }}' here. "
        "Run `goldsmith lock --remote`, which gives the content a version that no account has."
    ]


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("image: web\n", "image: web\ndescription: Web\n", "description is 'web' there and 'Web' here"),
        (
            "image: web\n",
            "image: web\nvolume: {size: 30}\n",
            "'/dev/xvda'.volumeSize is 20 there and 30 here",
        ),
        (
            "[harden-os,",
            "[{component: harden-os, parameters: {Banner: hi}},",
            "components[0].parameters.Banner is here and not there",
        ),
        ("image: web\n", "image: web\nworking_directory: /srv\n", "workingDirectory is not set there and '/srv' here"),
        (
            "image: web\n",
            "image: web\nuser_data: '#!/bin/sh'\n",
            "userDataOverride is not set there and 'IyEvYmluL3No' here",
        ),
        ("tests: [ssh-hardened]\n", "", "components[2] is there and not here"),
    ],
)
def test_what_a_recipe_holds_otherwise_is_told(tmp_path: Path, old: str, new: str, difference: str) -> None:
    spec = write_spec(tmp_path)
    make(load(spec))
    text = SMALL["images/web.yaml"].replace(old, new)
    (spec / "images/web.yaml").write_text(text)
    (spec / "versions.lock.yaml").unlink()
    write_spec_lock(spec)
    [told], _ = asked(spec)
    assert f"recipes.web.'1.0.0': {PLACE} has this version with another content: " in told
    assert difference in told


def test_a_container_recipe_is_told_by_its_template(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"images/web.yaml": CONTAINER})
    make(load(spec))
    (spec / "images/web.yaml").write_text(CONTAINER.replace("{}", "{kms_key: own}"))
    (spec / "versions.lock.yaml").unlink()
    write_spec_lock(spec)
    [told], _ = asked(spec)
    assert "recipes.web.'1.0.0'" in told
    assert "kmsKeyId is not set there and 'arn:aws:kms:us-east-1:333333333333:alias/goldsmith-prod' here" in told


def test_a_workflow_is_told_like_a_component(tmp_path: Path) -> None:
    image = SMALL["images/web.yaml"] + "workflows: [build-image]\n"
    spec = write_spec(tmp_path, {"images/web.yaml": image, "workflows/build-image.yaml": TOPIC_WORKFLOW})
    make(load(spec))
    assert asked(spec)[0] == []
    text = TOPIC_WORKFLOW.replace("onFailure: Abort", "onFailure: Continue")
    (spec / "workflows/build-image.yaml").write_text(text)
    (spec / "versions.lock.yaml").unlink()
    write_spec_lock(spec)
    [told], _ = asked(spec)
    assert "workflows.build-image.'1.0.0': " in told
    assert "steps[0].onFailure is 'Abort' there and 'Continue' here" in told


def test_one_build_of_a_version_that_is_right_is_enough(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    make(load(spec))
    imagebuilder = client("imagebuilder", BUILD)
    other = load(spec).environments["prod"].components[0].document.replace("echo", "printf")
    imagebuilder.create_component(name="prod-harden-os", semanticVersion="1.0.0", platform="Linux", data=other)
    assert asked(spec)[0] == []


def test_lists_are_read_to_their_end(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    document = load(spec).environments["prod"].components[0].document
    imagebuilder = client("imagebuilder", BUILD)
    for number in range(120):
        imagebuilder.create_component(
            name="prod-harden-os", semanticVersion=f"2.0.{number}", platform="Linux", data=f"# {number}\n{document}"
        )
    _, answers = asked(spec)
    assert len(answers.versions["components", "harden-os"]) == 120


def deny(**_: Any) -> None:
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "No."}}, "ListComponents")


def test_every_build_account_is_asked_and_one_that_refuses_leaves_the_others_answers(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    dev = SMALL["prod.yaml"].replace("environment: prod", "environment: dev").replace("images-prod", "data-prod")
    (spec / "dev.yaml").write_text(dev[: dev.index("distribute:")])
    make(load(spec))
    change(spec, "components/harden-os.yaml", "echo {{ Banner }}", "printf {{ Banner }}")

    def refused(service: str, account: Account, region: str) -> Any:
        if account.name != "data-prod":
            return clients(service, account, region)
        denied = client(service, account.id, region, config=Config())  # one of its own, not that of other tests
        denied.meta.events.register("before-call.imagebuilder.ListComponents", deny)
        return denied

    answers = ask(load(spec), refused)
    assert (len(answers.taken), answers.asked) == (1, 2)
    assert str(failure(answers)) == (
        "dev in data-prod (555555555555), us-east-1: ListComponents was refused: AccessDeniedException: No. "
        "Give the role that permission."
    )


def test_the_same_version_in_many_places_is_one_finding(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    dev = SMALL["prod.yaml"].replace("environment: prod", "environment: dev").replace("images-prod", "data-prod")
    (spec / "dev.yaml").write_text(dev[: dev.index("distribute:")])
    old = load(spec).environments["prod"].components[0].document.replace("echo", "cat")
    for name, account in (("dev", "555555555555"), ("prod", BUILD)):
        client("imagebuilder", account).create_component(
            name=f"{name}-harden-os", semanticVersion="1.0.0", platform="Linux", data=old
        )
    [told], _ = asked(spec)
    assert (
        f"dev in data-prod (555555555555), us-east-1 has this version with another content (so does {PLACE}): " in told
    )
