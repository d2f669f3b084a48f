"""Pages, filters, tokens, what is in use and what is shared, alike for every kind of resource."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    BUILD,
    DOCUMENT,
    HOME,
    STRANGER,
    TARGET,
    client,
    image,
    make_component,
    make_distribution,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    region_block,
    run,
    start,
    workshop,
)

from generator.emulator.imagebuilder import inject_fault

ARN = f"arn:aws:imagebuilder:{HOME}:{BUILD}"


@pytest.fixture
def ib() -> Iterator[Any]:
    with workshop():
        yield client("imagebuilder")


def refused(code: str, call: Callable[..., Any], **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**members)
    assert caught.value.response["Error"]["Code"] == code
    return str(caught.value.response["Error"]["Message"])


def make_image(**members: Any) -> str:
    return str(run(make_pipeline(make_recipe(), make_infrastructure(make_profile()), **members))["arn"])


def share(operation: str, member: str, arn: str, action: str, *accounts: str) -> None:
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    statement = {"Effect": "Allow", "Action": action, "Resource": arn, "Principal": {"AWS": principals}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement] if accounts else []})
    getattr(client("imagebuilder"), operation)(**{member: arn, "policy": policy})


# Pages and filters


def test_every_list_comes_in_pages_of_the_size_that_is_asked_for(ib: Any) -> None:
    component, profile = make_component(), make_profile()
    infrastructure = make_infrastructure(profile, "first")
    make_infrastructure(profile, "second")
    recipes = [make_recipe(component, name=name) for name in ("first", "second")]
    for name, recipe in zip(("first", "second"), recipes, strict=True):
        run(make_pipeline(recipe, infrastructure, name=name))
        make_distribution(region_block(HOME), name=name)
        make_component(name)
    lists = {
        "list_components": "componentVersionList",
        "list_component_build_versions": "componentSummaryList",
        "list_image_recipes": "imageRecipeSummaryList",
        "list_infrastructure_configurations": "infrastructureConfigurationSummaryList",
        "list_distribution_configurations": "distributionConfigurationSummaryList",
        "list_image_pipelines": "imagePipelineList",
        "list_images": "imageVersionList",
        "list_image_build_versions": "imageSummaryList",
    }
    for operation, key in lists.items():
        whole = [item["arn"] for item in getattr(ib, operation)()[key]]
        assert len(whole) >= 2, operation
        pages = list(ib.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}))
        assert [item["arn"] for page in pages for item in page[key]] == whole, operation
        assert all(len(page[key]) == 1 for page in pages), operation
        refused("InvalidPaginationTokenException", getattr(ib, operation), nextToken="made-up")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Web", []),  # what it is called in ARNs is not its name
        ("Web Server", ["Web Server"]),
        ("Web*", ["Web Server"]),
        ("*eb*", ["Web Server"]),
        ("*Server", []),
        ("W*r", []),
    ],
)
def test_a_name_is_found_as_it_was_given_or_by_its_start_or_middle(ib: Any, wanted: str, found: list[str]) -> None:
    make_component("Web Server")
    listed = ib.list_components(filters=[{"name": "name", "values": [wanted]}])["componentVersionList"]
    assert [entry["name"] for entry in listed] == found


def test_only_names_are_found_by_a_part(ib: Any) -> None:
    make_component(version="1.2.3", description="of the web")
    for name, value, count in (("version", "1.*", 0), ("version", "1.2.3", 1), ("description", "of*", 0)):
        listed = ib.list_components(filters=[{"name": name, "values": [value]}])["componentVersionList"]
        assert len(listed) == count, (name, value)


@pytest.mark.parametrize("operation", ["list_components", "list_images", "list_workflows"])
def test_a_list_by_name_is_not_filtered_by_version(ib: Any, operation: str) -> None:
    filters = [{"name": "version", "values": ["1.0.0"]}]
    refused("InvalidRequestException", getattr(ib, operation), byName=True, filters=filters)
    refused("InvalidParameterValueException", getattr(ib, operation), filters=[{"name": "colour", "values": ["a"]}])


# Versions


def test_a_version_means_its_newest_available_build(ib: Any) -> None:
    pipeline = make_pipeline(make_recipe(), make_infrastructure(make_profile()))
    first = run(pipeline)["arn"]
    inject_fault("BUILDING", "No space left on device")
    failed = run(pipeline)["arn"]
    running = start(pipeline)
    for pattern in ("1.0.0", "1.0.x", "1.x.x", "x.x.x"):
        assert ib.get_image(imageBuildVersionArn=f"{ARN}:image/web/{pattern}")["image"]["arn"] == first
    assert (image(failed)["state"]["status"], image(running)["state"]["status"]) == ("FAILED", "PENDING")


def test_a_version_without_an_available_build_is_not_found(ib: Any) -> None:
    start(make_pipeline(make_recipe(), make_infrastructure(make_profile())))
    refused("ResourceNotFoundException", ib.get_image, imageBuildVersionArn=f"{ARN}:image/web/x.x.x")


# Tokens


def test_an_update_with_a_token_is_made_once(ib: Any) -> None:
    arn = make_distribution(region_block(HOME))
    given = {"distributionConfigurationArn": arn, "clientToken": "once", "distributions": [region_block(HOME)]}
    ib.update_distribution_configuration(description="first", **given)
    ib.update_distribution_configuration(distributionConfigurationArn=arn, distributions=[region_block(HOME)])
    ib.update_distribution_configuration(description="first", **given)
    found = ib.get_distribution_configuration(distributionConfigurationArn=arn)["distributionConfiguration"]
    assert "description" not in found
    code = "IdempotentParameterMismatchException"
    refused(code, ib.update_distribution_configuration, description="second", **given)


def test_a_build_is_cancelled_once_with_a_token(ib: Any) -> None:
    arn = start(make_pipeline(make_recipe(), make_infrastructure(make_profile())))
    for _ in range(2):
        ib.cancel_image_creation(imageBuildVersionArn=arn, clientToken="once")
    refused("InvalidRequestException", ib.cancel_image_creation, imageBuildVersionArn=arn)


# In use


def test_a_recipe_that_a_pipeline_means_by_a_wildcard_stays_until_there_is_another(ib: Any) -> None:
    component = make_component()
    first = make_recipe(component)
    make_pipeline(f"{ARN}:image-recipe/web/x.x.x", make_infrastructure(make_profile()))
    refused("ResourceDependencyException", ib.delete_image_recipe, imageRecipeArn=first)
    second = make_recipe(component, version="1.0.1")
    ib.delete_image_recipe(imageRecipeArn=first)
    refused("ResourceDependencyException", ib.delete_image_recipe, imageRecipeArn=second)


def test_an_image_that_a_recipe_stands_on_stays(ib: Any) -> None:
    arn = make_image()
    recipe = make_recipe(make_component("more"), name="child", parentImage=arn)
    refused("ResourceDependencyException", ib.delete_image, imageBuildVersionArn=arn)
    ib.delete_image_recipe(imageRecipeArn=recipe)
    ib.delete_image(imageBuildVersionArn=arn)


# Shared


def test_an_image_is_read_and_listed_where_it_is_shared(ib: Any) -> None:
    arn = make_image()
    share("put_image_policy", "imageArn", arn, "imagebuilder:GetImage", TARGET)
    theirs, others = client("imagebuilder", TARGET), client("imagebuilder", STRANGER)
    assert theirs.get_image(imageBuildVersionArn=arn)["image"]["arn"] == arn
    assert [entry["arn"] for entry in theirs.list_images(owner="Shared")["imageVersionList"]] == [
        f"{ARN}:image/web/1.0.0"
    ]
    refused("ResourceNotFoundException", others.get_image, imageBuildVersionArn=arn)
    assert others.list_images(owner="Shared")["imageVersionList"] == []
    assert ib.list_images(owner="Shared")["imageVersionList"] == []


def test_a_component_and_a_recipe_are_listed_where_they_are_shared(ib: Any) -> None:
    component = make_component()
    recipe = make_recipe(component)
    share("put_component_policy", "componentArn", component, "imagebuilder:GetComponent", TARGET)
    share("put_image_recipe_policy", "imageRecipeArn", recipe, "imagebuilder:*", TARGET)
    theirs = client("imagebuilder", TARGET)
    [listed] = theirs.list_components(owner="Shared")["componentVersionList"]
    assert (listed["arn"], listed["owner"]) == (f"{ARN}:component/hello/1.0.0", BUILD)
    [known] = theirs.list_image_recipes(owner="Shared")["imageRecipeSummaryList"]
    assert theirs.get_image_recipe(imageRecipeArn=f"{ARN}:image-recipe/web/x.x.x")["imageRecipe"]["arn"] == known["arn"]
    mine = theirs.create_component(name="hello", semanticVersion="1.0.0", platform="Linux", data=DOCUMENT)
    assert f":{TARGET}:" in mine["componentBuildVersionArn"]


def test_what_is_shared_is_not_deleted(ib: Any) -> None:
    component = make_component()
    share("put_component_policy", "componentArn", component, "imagebuilder:GetComponent", TARGET)
    refused("ResourceDependencyException", ib.delete_component, componentBuildVersionArn=component)
    share("put_component_policy", "componentArn", component, "imagebuilder:GetComponent")
    ib.delete_component(componentBuildVersionArn=component)
    again = make_component()
    refused("ResourceNotFoundException", ib.get_component_policy, componentArn=again)
