"""Components, recipes, configurations and pipelines: created, read, listed, changed, tagged, deleted, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    ABROAD,
    AMAZON_LINUX,
    BUILD,
    DOCUMENT,
    HOME,
    STRANGER,
    TARGET,
    client,
    make_component,
    make_distribution,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_publisher,
    make_recipe,
    parameter,
    region_block,
    workshop,
)

ARN = f"arn:aws:imagebuilder:{HOME}:{BUILD}"
TEST_DOCUMENT = DOCUMENT.replace("name: build", "name: test")
WITH_PARAMETERS = DOCUMENT.replace(
    "phases:", "parameters:\n  - Port: {type: string, default: 80}\n  - Host: {type: string}\nphases:"
)


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def refused(code: str, call: Callable[..., Any], **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**members)
    assert caught.value.response["Error"]["Code"] == code
    assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return str(caught.value.response["Error"]["Message"])


# Components


def test_a_component_is_answered_as_it_was_given(ib: Any) -> None:
    arn = make_component("Hello World", description="says hello", tags={"a": "b"})
    component = ib.get_component(componentBuildVersionArn=arn)["component"]
    assert arn == f"{ARN}:component/hello-world/1.0.0/1"
    assert component.pop("dateCreated").endswith("Z")
    assert component == {
        "arn": arn,
        "name": "Hello World",
        "version": "1.0.0",
        "description": "says hello",
        "type": "BUILD",
        "platform": "Linux",
        "state": {"status": "ACTIVE"},
        "parameters": [],
        "owner": BUILD,
        "data": DOCUMENT,
        "encrypted": True,
        "tags": {"a": "b"},
    }


def test_a_document_with_a_test_phase_alone_is_a_test_component(ib: Any) -> None:
    component = ib.get_component(componentBuildVersionArn=make_component(data=TEST_DOCUMENT))["component"]
    assert component["type"] == "TEST"


def test_new_content_under_the_same_version_is_a_new_build(ib: Any) -> None:
    make_component()
    second = make_component(data=TEST_DOCUMENT)
    third = make_component("HELLO", data=WITH_PARAMETERS)
    assert [second, third] == [f"{ARN}:component/hello/1.0.0/2", f"{ARN}:component/hello/1.0.0/3"]
    builds = ib.list_component_build_versions(componentVersionArn=f"{ARN}:component/hello/1.0.0")
    assert [build["arn"][-1] for build in builds["componentSummaryList"]] == ["1", "2", "3"]


def test_the_same_content_under_the_same_version_exists_already() -> None:
    make_component()
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        make_component()


def test_a_build_number_is_never_used_again(ib: Any) -> None:
    ib.delete_component(componentBuildVersionArn=make_component())
    assert make_component().endswith("/1.0.0/2")


@pytest.mark.parametrize(
    ("version", "found"),
    [("x.x.x", "2.0.0/1"), ("1.x.x", "1.10.0/1"), ("1.9.x", "1.9.0/2"), ("1.9.0", "1.9.0/2"), ("1.9.0/1", "1.9.0/1")],
)
def test_a_component_is_found_by_version_and_by_wildcard(ib: Any, version: str, found: str) -> None:
    for made, data in (("1.9.0", DOCUMENT), ("1.9.0", TEST_DOCUMENT), ("1.10.0", DOCUMENT), ("2.0.0", DOCUMENT)):
        make_component(version=made, data=data)
    answer = ib.get_component(componentBuildVersionArn=f"{ARN}:component/hello/{version}")
    assert answer["component"]["arn"] == f"{ARN}:component/hello/{found}"
    assert answer["latestVersionReferences"]["latestVersionArn"] == f"{ARN}:component/hello/x.x.x"


def test_a_number_to_the_right_of_a_wildcard_is_refused(ib: Any) -> None:
    make_component()
    wrong = f"{ARN}:component/hello/x.0.0"
    refused("InvalidVersionNumberException", ib.get_component, componentBuildVersionArn=wrong)


def test_a_version_above_the_highest_number_is_refused(ib: Any) -> None:
    given = {"name": "abc", "platform": "Linux", "data": DOCUMENT, "semanticVersion": "1.0.1073741824"}
    refused("InvalidVersionNumberException", ib.create_component, **given)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("phases: [", "not valid YAML"),
        ("- a", "must be a map"),
        ("schemaVersion: 1.0", "at least one phase"),
        (DOCUMENT.replace("schemaVersion: 1.0\n", ""), "Invalid schema version."),
        (DOCUMENT.replace("name: build", "name: deploy"), "at least one phase of"),
        ("schemaVersion: 1.0\nphases:\n  - name: build\n", "at least one step"),
        ("schemaVersion: 1.0\nphases: [build]\n", "must be a map with a name"),
    ],
)
def test_a_document_that_is_none_is_refused(ib: Any, data: str, problem: str) -> None:
    given = {"name": "abc", "platform": "Linux", "data": data, "semanticVersion": "1.0.0"}
    assert problem in refused("InvalidParameterValueException", ib.create_component, **given)


def test_a_document_is_fetched_from_s3(ib: Any) -> None:
    client("s3").create_bucket(Bucket="documents")
    client("s3").put_object(Bucket="documents", Key="a/b.yaml", Body=DOCUMENT.encode())
    given = {"name": "abc", "platform": "Linux", "semanticVersion": "1.0.0"}
    arn = ib.create_component(uri="s3://documents/a/b.yaml", **given)["componentBuildVersionArn"]
    assert ib.get_component(componentBuildVersionArn=arn)["component"]["data"] == DOCUMENT
    refused("InvalidParameterValueException", ib.create_component, uri="s3://documents/none", **given)
    refused("InvalidParameterCombinationException", ib.create_component, **given)


def test_lists_have_one_entry_for_each_version(ib: Any) -> None:
    for version in ("1.0.0", "1.1.0"):
        make_component(version=version)
    listed = ib.list_components()["componentVersionList"]
    assert [entry["arn"] for entry in listed] == [f"{ARN}:component/hello/1.0.0", f"{ARN}:component/hello/1.1.0"]
    assert [entry["arn"] for entry in ib.list_components(byName=True)["componentVersionList"]] == [
        f"{ARN}:component/hello/x.x.x"
    ]


def test_amazon_publishes_components_and_images(ib: Any) -> None:
    filters = [{"name": "name", "values": ["update-linux", "reboot-windows"]}]
    listed = ib.list_components(owner="Amazon", filters=filters)["componentVersionList"]
    assert [(entry["name"], entry["platform"]) for entry in listed] == [
        ("update-linux", "Linux"),
        ("reboot-windows", "Windows"),
    ]
    managed = f"arn:aws:imagebuilder:{HOME}:aws:component"
    assert ib.get_component(componentBuildVersionArn=f"{managed}/update-linux/x.x.x")["component"]["owner"] == "Amazon"
    unknown = f"{managed}/amazoninspector2-agent/x.x.x"
    refused("ResourceNotFoundException", ib.get_component, componentBuildVersionArn=unknown)
    image = ib.get_image(imageBuildVersionArn=AMAZON_LINUX)["image"]
    assert image["osVersion"] == "Amazon Linux 2"
    ami = image["outputResources"]["amis"][0]["image"]
    assert client("ec2").describe_images(ImageIds=[ami])["Images"][0]["Name"].startswith("amzn2-ami-")


def test_a_managed_image_is_the_newest_ami_that_amazon_publishes_of_it(ib: Any) -> None:
    with workshop(amis=True):
        image = ib.get_image(imageBuildVersionArn=AMAZON_LINUX)["image"]
        [found] = client("ec2").describe_images(ImageIds=[image["outputResources"]["amis"][0]["image"]])["Images"]
        assert found["OwnerId"] == "137112412989"
        assert found["Architecture"] == "x86_64"
        assert found["Name"].startswith("amzn2-ami-kernel-5.10-hvm-2.0.")


# Recipes


def test_a_recipe_takes_its_platform_from_its_base_and_keeps_wildcards(ib: Any) -> None:
    managed = f"arn:aws:imagebuilder:{HOME}:aws:component/update-linux/x.x.x"
    arn = make_recipe(managed, make_component())
    recipe = ib.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]
    assert arn == f"{ARN}:image-recipe/web/1.0.0"
    assert recipe["platform"] == "Linux"
    assert recipe["components"][0] == {"componentArn": managed}
    assert recipe["parentImage"] == AMAZON_LINUX


@pytest.mark.parametrize("systems", [["Amazon Linux 2023"], ["Ubuntu", "Amazon Linux"], ["Amazon Linux 2"]])
def test_a_recipe_takes_components_for_the_system_of_its_base(ib: Any, systems: list[str]) -> None:
    managed = f"arn:aws:imagebuilder:{HOME}:aws:image/amazon-linux-2023-x86/x.x.x"
    assert make_recipe(make_component(supportedOsVersions=systems), parentImage=managed)


def test_a_recipe_refuses_components_for_another_system_than_that_of_its_base(ib: Any) -> None:
    component = make_component(supportedOsVersions=["Ubuntu", "SLES 15"])
    managed = f"arn:aws:imagebuilder:{HOME}:aws:image/amazon-linux-2023-x86/x.x.x"
    request = recipe_request(components=[{"componentArn": component}], parentImage=managed)
    message = refused("InvalidParameterValueException", ib.create_image_recipe, **request)
    assert "supports Ubuntu, SLES 15 and the parent image is Amazon Linux 2023" in message
    ami = client("ec2").register_image(Name="ours", RootDeviceName="/dev/xvda")["ImageId"]
    assert make_recipe(component, parentImage=ami)  # of its system nothing is known


def test_a_recipe_version_exists_once(ib: Any) -> None:
    component = make_component()
    make_recipe(component)
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        make_recipe(component, name="WEB")


def test_a_wildcard_in_a_recipe_version_takes_the_next_number(ib: Any) -> None:
    component = make_component()
    made = [make_recipe(component, version=version) for version in ("1.0.x", "1.0.x", "1.x.x", "x.x.x", "1.0.x")]
    assert [arn.rsplit("/", 1)[1] for arn in made] == ["1.0.0", "1.0.1", "1.1.0", "2.0.0", "1.0.2"]
    newest = ib.get_image_recipe(imageRecipeArn=f"{ARN}:image-recipe/web/1.x.x")["imageRecipe"]["arn"]
    assert newest.endswith("/1.1.0")


def recipe_request(**members: Any) -> dict[str, Any]:
    return {"name": "web", "semanticVersion": "1.0.0", "parentImage": AMAZON_LINUX, "components": [], **members}


@pytest.mark.parametrize(
    "parent",
    [
        "ami-0123456789abcdef0",
        "ubuntu",
        "ssm:/no/such/parameter",
        f"arn:aws:imagebuilder:{HOME}:aws:image/no-such-linux/x.x.x",
        f"arn:aws:imagebuilder:{ABROAD}:aws:image/amazon-linux-2-x86/x.x.x",
        f"{ARN}:image/never-built/x.x.x",
    ],
)
def test_a_base_that_does_not_exist_is_refused(ib: Any, parent: str) -> None:
    request = recipe_request(components=[{"componentArn": make_component()}], parentImage=parent)
    assert "'parentImage'" in refused("InvalidParameterValueException", ib.create_image_recipe, **request)


def test_a_base_may_be_an_ami_or_a_parameter(ib: Any) -> None:
    component = make_component()
    ssm, ami = client("ssm"), ib.get_image(imageBuildVersionArn=AMAZON_LINUX)["image"]["outputResources"]["amis"][0]
    ssm.put_parameter(Name="/base/ami", Value=ami["image"], Type="String")
    for name, parent in (("from-ami", ami["image"]), ("from-parameter", "ssm:/base/ami")):
        arn = make_recipe(component, name=name, parentImage=parent)
        assert ib.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]["parentImage"] == parent


def test_components_have_to_exist_once_and_fit(ib: Any) -> None:
    component = make_component()
    absent = [{"componentArn": f"{ARN}:component/absent/1.0.0/1"}]
    twice = [{"componentArn": component}] * 2
    windows = [{"componentArn": f"arn:aws:imagebuilder:{HOME}:aws:component/update-windows/x.x.x"}]
    for uses in (absent, twice, windows):
        refused("InvalidParameterValueException", ib.create_image_recipe, **recipe_request(components=uses))
    many = [{"componentArn": make_component(f"part-{number}")} for number in range(21)]
    refused("ServiceQuotaExceededException", ib.create_image_recipe, **recipe_request(components=many))


@pytest.mark.parametrize(
    ("given", "problem"),
    [({"Hots": "a", "Host": "b"}, "not defined in the provided component: Hots"), ({"Port": "8080"}, "Host")],
)
def test_component_parameters_are_those_that_the_document_defines(ib: Any, given: dict[str, str], problem: str) -> None:
    parameters = [{"name": name, "value": [value]} for name, value in given.items()]
    uses = [{"componentArn": make_component(data=WITH_PARAMETERS), "parameters": parameters}]
    request = recipe_request(components=uses)
    assert problem in refused("InvalidParameterCombinationException", ib.create_image_recipe, **request)


# Infrastructure and distribution configurations


def test_an_infrastructure_is_updated_as_a_whole(ib: Any) -> None:
    arn = make_infrastructure(make_profile(), description="old", instanceTypes=["t3.medium"], tags={"a": "b"})
    ib.update_infrastructure_configuration(
        infrastructureConfigurationArn=arn, instanceProfileName="builder", terminateInstanceOnFailure=False
    )
    found = ib.get_infrastructure_configuration(infrastructureConfigurationArn=arn)["infrastructureConfiguration"]
    assert {"dateCreated", "dateUpdated"} <= found.keys()
    assert {name: value for name, value in found.items() if not name.startswith("date")} == {
        "arn": arn,
        "name": "web",
        "instanceProfileName": "builder",
        "terminateInstanceOnFailure": False,
        "terminateInstanceOnCompletion": True,
        "tags": {"a": "b"},
    }


def test_an_infrastructure_needs_a_profile_and_groups_for_its_subnet(ib: Any) -> None:
    create = ib.create_infrastructure_configuration
    message = refused("InvalidParameterValueException", create, name="web", instanceProfileName="absent")
    assert "The provided instance profile does not exist." in message
    given = {"name": "web", "instanceProfileName": make_profile()}
    refused("InvalidRequestException", create, subnetId="subnet-1", **given)
    refused("InvalidParameterValueException", create, resourceTags={"CreatedBy": "me"}, **given)


@pytest.mark.parametrize(
    ("distributions", "code"),
    [
        ([region_block("us-mars-1")], "InvalidParameterValueException"),
        ([region_block("cn-north-1")], "InvalidParameterValueException"),
        ([region_block(HOME), region_block(HOME)], "InvalidParameterValueException"),
        (
            [{"region": HOME, "amiDistributionConfiguration": {"name": "always-the-same"}}],
            "InvalidParameterValueException",
        ),
        (
            [{"region": HOME, "amiDistributionConfiguration": {"launchPermission": {"userGroups": ["everyone"]}}}],
            "InvalidParameterValueException",
        ),
        (
            [region_block(HOME, ssmParameterConfigurations=[{"parameterName": "/a", "amiAccountId": TARGET}])],
            "InvalidParameterCombinationException",
        ),
        (
            [region_block(ABROAD, [TARGET], ssmParameterConfigurations=[{"parameterName": "/a"}])],
            "InvalidParameterCombinationException",
        ),
    ],
    ids=["no region", "other partition", "region twice", "name without date", "group", "foreign owner", "own, no copy"],
)
def test_a_distribution_that_cannot_be_is_refused(ib: Any, distributions: list[Any], code: str) -> None:
    refused(code, ib.create_distribution_configuration, name="web", distributions=distributions)


def test_a_distribution_is_updated_as_a_whole_and_listed_with_its_regions(ib: Any) -> None:
    arn = make_distribution(region_block(HOME))
    blocks = [region_block(HOME), region_block(ABROAD, [TARGET])]
    ib.update_distribution_configuration(distributionConfigurationArn=arn, distributions=blocks)
    found = ib.get_distribution_configuration(distributionConfigurationArn=arn)["distributionConfiguration"]
    assert found["distributions"] == blocks
    [summary] = ib.list_distribution_configurations()["distributionConfigurationSummaryList"]
    assert summary["regions"] == [HOME, ABROAD]


# Pipelines


def test_a_pipeline_says_what_it_does_where_nothing_was_said(ib: Any) -> None:
    recipe, infrastructure = make_recipe(), make_infrastructure(make_profile())
    arn = make_pipeline(recipe, infrastructure, schedule={"scheduleExpression": "rate(1 day)"})
    pipeline = ib.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
    made, following = pipeline.pop("dateCreated"), pipeline.pop("dateNextRun")
    assert made == pipeline.pop("dateUpdated")
    assert datetime.fromisoformat(following) - datetime.fromisoformat(made) == timedelta(days=1)
    assert pipeline == {
        "arn": arn,
        "name": "web",
        "platform": "Linux",
        "enhancedImageMetadataEnabled": True,
        "imageRecipeArn": recipe,
        "infrastructureConfigurationArn": infrastructure,
        "imageTestsConfiguration": {"imageTestsEnabled": True, "timeoutMinutes": 720},
        "schedule": {
            "scheduleExpression": "rate(1 day)",
            "timezone": "UTC",
            "pipelineExecutionStartCondition": "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE",
        },
        "status": "ENABLED",
        "tags": {},
    }


def test_a_pipeline_moves_to_a_new_recipe_in_place(ib: Any) -> None:
    component = make_component()
    old, infrastructure = make_recipe(component), make_infrastructure(make_profile())
    pipeline = make_pipeline(old, infrastructure)
    refused("ResourceDependencyException", ib.delete_image_recipe, imageRecipeArn=old)
    new = make_recipe(component, version="1.0.1")
    ib.update_image_pipeline(
        imagePipelineArn=pipeline, imageRecipeArn=new, infrastructureConfigurationArn=infrastructure
    )
    ib.delete_image_recipe(imageRecipeArn=old)
    assert ib.get_image_pipeline(imagePipelineArn=pipeline)["imagePipeline"]["imageRecipeArn"] == new


@pytest.mark.parametrize(
    "expression",
    ["cron(0 3 * * *)", "cron(0 3 * * * *)", "cron(0 3 ? * ? *)", "rate(0 days)", "every week", "cron(0 3 ! * ? *)"],
)
def test_a_schedule_that_can_never_be_met_is_refused(ib: Any, expression: str) -> None:
    given = {"imageRecipeArn": make_recipe(), "infrastructureConfigurationArn": make_infrastructure(make_profile())}
    schedule = {"scheduleExpression": expression}
    refused("InvalidParameterValueException", ib.create_image_pipeline, name="web", schedule=schedule, **given)


def test_a_schedule_in_a_time_zone_that_there_is_not_is_refused(ib: Any) -> None:
    given = {"imageRecipeArn": make_recipe(), "infrastructureConfigurationArn": make_infrastructure(make_profile())}
    schedule = {"scheduleExpression": "cron(0 3 * * ? *)", "timezone": "Nope/Foo"}
    refused("InvalidParameterValueException", ib.create_image_pipeline, name="web", schedule=schedule, **given)


def test_a_parameter_of_an_account_stands_once_in_a_region(ib: Any) -> None:
    block = region_block(HOME, ssmParameterConfigurations=[parameter(BUILD), parameter(BUILD)])
    refused("InvalidParameterValueException", ib.create_distribution_configuration, name="web", distributions=[block])
    block = region_block(HOME, [TARGET], ssmParameterConfigurations=[parameter(BUILD), parameter(TARGET)])
    ib.create_distribution_configuration(name="web", distributions=[block])


def test_a_pipeline_names_only_what_is_there(ib: Any) -> None:
    right = {"imageRecipeArn": make_recipe(), "infrastructureConfigurationArn": make_infrastructure(make_profile())}
    wrong = {
        "imageRecipeArn": f"{ARN}:image-recipe/absent/1.0.0",
        "infrastructureConfigurationArn": f"{ARN}:infrastructure-configuration/absent",
        "distributionConfigurationArn": f"{ARN}:distribution-configuration/absent",
        "executionRole": f"arn:aws:iam::{BUILD}:role/absent",
    }
    for name, value in wrong.items():
        message = refused(
            "InvalidParameterValueException", ib.create_image_pipeline, name="web", **{**right, name: value}
        )
        assert f"'{name}'" in message
    del right["imageRecipeArn"]
    refused("InvalidRequestException", ib.create_image_pipeline, name="web", **right)


def test_what_is_used_cannot_be_deleted_and_then_can(ib: Any) -> None:
    component = make_component()
    recipe, infrastructure = make_recipe(component), make_infrastructure(make_profile())
    distribution = make_distribution(region_block(HOME))
    pipeline = make_pipeline(
        recipe, infrastructure, distributionConfigurationArn=distribution, executionRole=make_publisher()
    )
    deletions = [
        (ib.delete_image_recipe, {"imageRecipeArn": recipe}),
        (ib.delete_infrastructure_configuration, {"infrastructureConfigurationArn": infrastructure}),
        (ib.delete_distribution_configuration, {"distributionConfigurationArn": distribution}),
    ]
    for delete, named in [*deletions, (ib.delete_component, {"componentBuildVersionArn": component})]:
        message = refused("ResourceDependencyException", delete, **named)
        assert "has other resources depended on it" in message
    ib.delete_image_pipeline(imagePipelineArn=pipeline)
    for delete, named in [*deletions, (ib.delete_component, {"componentBuildVersionArn": component})]:
        delete(**named)
        refused("ResourceNotFoundException", delete, **named)


# All of them


def test_a_client_token_makes_a_request_count_once(ib: Any) -> None:
    given = {"name": "abc", "platform": "Linux", "semanticVersion": "1.0.0", "clientToken": "once"}
    first = ib.create_component(data=DOCUMENT, **given)
    again = ib.create_component(data=DOCUMENT, **given)
    assert first["componentBuildVersionArn"] == again["componentBuildVersionArn"]
    assert again["clientToken"] == "once"
    refused("IdempotentParameterMismatchException", ib.create_component, data=TEST_DOCUMENT, **given)


def test_a_dry_run_checks_and_changes_nothing(ib: Any) -> None:
    given = {"name": "abc", "platform": "Linux", "data": DOCUMENT, "semanticVersion": "1.0.0"}
    refused("DryRunOperationException", ib.create_component, dryRun=True, **given)
    assert ib.list_components()["componentVersionList"] == []
    assert ib.create_component(**given)["componentBuildVersionArn"].endswith("/1")


def test_every_resource_can_be_tagged(ib: Any) -> None:
    component = make_component()
    recipe, infrastructure = make_recipe(component), make_infrastructure(make_profile())
    distribution, pipeline = make_distribution(region_block(HOME)), make_pipeline(recipe, infrastructure)
    for arn in (component, recipe, infrastructure, distribution, pipeline):
        ib.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        ib.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert ib.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    refused("ResourceNotFoundException", ib.tag_resource, resourceArn=f"{pipeline}-2", tags={"a": "b"})
    refused("InvalidParameterException", ib.tag_resource, resourceArn=pipeline, tags={"aws:a": "b"})


def test_lists_come_in_pages(ib: Any) -> None:
    made = [make_component(f"part-{number:02}").rsplit("/", 1)[0] for number in range(27)]
    first = ib.list_components()
    assert len(first["componentVersionList"]) == 25
    pages = ib.get_paginator("list_components").paginate(PaginationConfig={"PageSize": 10})
    assert [entry["arn"] for page in pages for entry in page["componentVersionList"]] == made
    refused("InvalidPaginationTokenException", ib.list_components, nextToken="made-up")
    token = first["nextToken"]
    refused("InvalidPaginationTokenException", ib.list_image_pipelines, nextToken=token)
    filters = [{"name": "colour", "values": ["red"]}]
    refused("InvalidParameterValueException", ib.list_components, filters=filters)


def test_accounts_and_regions_do_not_see_each_other(ib: Any) -> None:
    arn = make_component()
    for other in (client("imagebuilder", STRANGER), client("imagebuilder", BUILD, ABROAD)):
        assert other.list_components()["componentVersionList"] == []
        refused("ResourceNotFoundException", other.get_component, componentBuildVersionArn=arn)
    made = client("imagebuilder", STRANGER).create_component(
        name="hello", semanticVersion="1.0.0", platform="Linux", data=DOCUMENT
    )
    assert made["componentBuildVersionArn"] == arn.replace(BUILD, STRANGER)
