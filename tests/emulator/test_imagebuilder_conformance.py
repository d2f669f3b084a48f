"""What the Terraform provider's own acceptance tests rely on, as far as no other test here says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from workshop import (
    BUILD,
    HOME,
    client,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    start,
    workshop,
)

from generator.emulator.corrections import service_names

MANAGED = f"arn:aws:imagebuilder:{HOME}:aws"
TEMPLATE = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"


@pytest.fixture
def ib() -> Iterator[Any]:
    with workshop():
        yield client("imagebuilder")


def test_a_managed_image_has_a_name_that_is_not_that_of_its_arn(ib: Any) -> None:
    told = ib.get_image(imageBuildVersionArn=f"{MANAGED}:image/amazon-linux-2-x86/x.x.x")["image"]
    assert told["arn"] == f"{MANAGED}:image/amazon-linux-2-x86/1.0.0/1"
    assert (told["name"], told["osVersion"]) == ("Amazon Linux 2 x86", "Amazon Linux 2")
    assert told["enhancedImageMetadataEnabled"] is True
    filters = [{"name": "name", "values": ["Ubuntu Server 24 LTS x86"]}]
    [listed] = ib.list_images(owner="Amazon", filters=filters)["imageVersionList"]
    assert listed["arn"] == f"{MANAGED}:image/ubuntu-server-24-lts-x86/1.0.0"


@pytest.mark.parametrize("name", ["amazon-linux-x86-2", "amazon-linux-x86-latest"])
def test_a_container_recipe_stands_on_a_managed_container_image(ib: Any, name: str) -> None:
    arn = ib.create_container_recipe(
        containerType="DOCKER",
        name="web",
        semanticVersion="1.0.0",
        components=[{"componentArn": f"{MANAGED}:component/update-linux/x.x.x"}],
        dockerfileTemplateData=TEMPLATE,
        parentImage=f"{MANAGED}:image/{name}/x.x.x",
        targetRepository={"service": "ECR", "repositoryName": "web"},
    )["containerRecipeArn"]
    assert ib.get_container_recipe(containerRecipeArn=arn)["containerRecipe"]["platform"] == "Linux"


def test_a_new_pipeline_has_been_updated_when_it_was_created(ib: Any) -> None:
    arn = make_pipeline(make_recipe(make_component()), make_infrastructure(make_profile()))
    pipeline = ib.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
    assert pipeline["dateUpdated"] == pipeline["dateCreated"]
    assert "dateLastRun" not in pipeline


def test_an_image_tells_its_pipeline_by_name_and_arn(ib: Any) -> None:
    pipeline = make_pipeline(make_recipe(), make_infrastructure(make_profile()), name="weekly")
    image = ib.get_image(imageBuildVersionArn=start(pipeline))["image"]
    assert (image["sourcePipelineName"], image["sourcePipelineArn"]) == ("weekly", pipeline)


def test_a_pipeline_may_run_its_workflows_as_the_service_linked_role(ib: Any) -> None:
    service_names.apply()
    role = f"arn:aws:iam::{BUILD}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"
    workflows = [{"workflowArn": f"{MANAGED}:workflow/build/build-image/x.x.x"}]
    recipe, infrastructure = make_recipe(), make_infrastructure(make_profile())
    arn = make_pipeline(recipe, infrastructure, executionRole=role, workflows=workflows)
    assert ib.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]["executionRole"] == role
    assert client("iam").get_role(RoleName="AWSServiceRoleForImageBuilder")["Role"]["Arn"] == role
