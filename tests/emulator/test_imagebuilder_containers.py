"""Container images in the embedded AWS: built, tested, pushed to every Region's repository, and what stops that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    INSTANCE,
    TARGET,
    Statements,
    allow,
    client,
    image,
    make_component,
    make_distribution,
    make_infrastructure,
    make_profile,
    make_publisher,
    reason,
    run,
    without,
    workshop,
)

from generator.emulator.clock import CLOCK

TEMPLATE = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"
REGISTRY = f"{BUILD}.dkr.ecr.{HOME}.amazonaws.com"
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
BUILDER: Statements = {
    **INSTANCE,
    "recipe": allow("imagebuilder:GetContainerRecipe", resource=f"arn:aws:imagebuilder:*:{BUILD}:container-recipe/*"),
    "sign in": allow("ecr:GetAuthorizationToken"),
    "read": allow(*PULL),
    "start": allow("ecr:InitiateLayerUpload"),
    "upload": allow("ecr:UploadLayerPart", "ecr:CompleteLayerUpload"),
    "put": allow("ecr:PutImage"),
}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def make_repository(region: str = HOME, name: str = "golden/web", account_id: str = BUILD, **members: Any) -> None:
    client("ecr", account_id, region).create_repository(repositoryName=name, **members)


def make_recipe(**members: Any) -> str:
    given = {
        "containerType": "DOCKER",
        "name": "web",
        "semanticVersion": "1.0.0",
        "components": [{"componentArn": make_component()}],
        "dockerfileTemplateData": TEMPLATE,
        "parentImage": "amazonlinux:2023",
        "platformOverride": "Linux",
        "targetRepository": {"service": "ECR", "repositoryName": "golden/web"},
    }
    return str(client("imagebuilder").create_container_recipe(**given | members)["containerRecipeArn"])


def region_block(region: str, *tags: str, name: str = "golden/web") -> dict[str, Any]:
    target = {"service": "ECR", "repositoryName": name}
    return {
        "region": region,
        "containerDistributionConfiguration": {"containerTags": list(tags), "targetRepository": target},
    }


def make_pipeline(
    *blocks: Mapping[str, Any],
    statements: Statements = BUILDER,
    hops: int = 2,
    recipe: Mapping[str, Any] | None = None,
    **members: Any,
) -> str:
    options = {"httpTokens": "required", "httpPutResponseHopLimit": hops}
    made = client("imagebuilder").create_image_pipeline(
        name="web",
        containerRecipeArn=make_recipe(**(recipe or {})),
        infrastructureConfigurationArn=make_infrastructure(make_profile(statements), instanceMetadataOptions=options),
        **({"distributionConfigurationArn": make_distribution(*blocks)} if blocks else {}),
        **members,
    )
    return str(made["imagePipelineArn"])


def tags_in(region: str, name: str = "golden/web") -> list[list[str]]:
    """The tags of each image of the repository, in the order in which they were pushed."""
    details = client("ecr", BUILD, region).describe_images(repositoryName=name)["imageDetails"]
    return [sorted(each.get("imageTags", [])) for each in details]


def test_a_container_image_goes_to_the_repository_of_every_region_with_its_tags() -> None:
    make_repository(HOME, imageTagMutability="MUTABLE")
    make_repository(ABROAD)
    pipeline = make_pipeline(region_block(HOME, "latest"), region_block(ABROAD))
    built = run(pipeline)
    assert built["state"] == {"status": "AVAILABLE"}
    assert (built["type"], built["containerRecipe"]["name"], "imageRecipe" in built) == ("DOCKER", "web", False)
    assert built["outputResources"] == {
        "containers": [
            {"region": HOME, "imageUris": [f"{REGISTRY}/golden/web:1.0.0-1"]},
            {"region": ABROAD, "imageUris": [f"{REGISTRY.replace(HOME, ABROAD)}/golden/web:1.0.0-1"]},
        ]
    }
    assert (tags_in(HOME), tags_in(ABROAD)) == ([["1.0.0-1", "latest"]], [["1.0.0-1"]])
    run(pipeline)
    assert (tags_in(HOME), tags_in(ABROAD)) == ([["1.0.0-1"], ["1.0.0-2", "latest"]], [["1.0.0-1"], ["1.0.0-2"]])


def test_without_a_distribution_it_goes_to_the_repository_of_its_recipe() -> None:
    make_repository()
    assert run(make_pipeline())["state"] == {"status": "AVAILABLE"}
    assert tags_in(HOME) == [["1.0.0-1"]]


def test_its_workflows_are_those_of_container_images() -> None:
    make_repository()
    ib = client("imagebuilder")
    arn = run(make_pipeline())["arn"]
    runs = ib.list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"]
    assert [each["workflowBuildVersionArn"].split(":workflow/")[1] for each in runs] == [
        "build/build-container/1.0.0/1",
        "test/test-container/1.0.0/1",
        "distribution/distribute-container/1.0.0/1",
    ]
    steps = ib.list_workflow_step_executions(workflowExecutionId=runs[0]["workflowExecutionId"])["steps"]
    names = ["LaunchBuildInstance", "BootstrapBuildInstance", "ApplyBuildComponents"]
    assert [(step["name"], step["status"]) for step in steps] == [(name, "COMPLETED") for name in names]


def test_it_is_built_by_workflows_that_are_listed() -> None:
    make_repository()
    managed = [f"arn:aws:imagebuilder:{HOME}:aws:workflow/{kind}/x.x.x" for kind in ("build/build-container",)]
    uses = [{"workflowArn": arn} for arn in managed]
    assert run(make_pipeline(workflows=uses, executionRole=make_publisher()))["state"] == {"status": "AVAILABLE"}
    assert tags_in(HOME) == [["1.0.0-1"]]


def test_it_is_distributed_by_a_step_of_its_own() -> None:
    make_repository()
    steps = (
        "schemaVersion: 1.0\nsteps:\n- {name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}\n"
        "- {name: Push, action: DistributeContainerImage, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}\n"
    )
    own = client("imagebuilder").create_workflow(name="push", type="DISTRIBUTION", semanticVersion="1.0.0", data=steps)
    managed = f"arn:aws:imagebuilder:{HOME}:aws:workflow/build/build-container/x.x.x"
    uses = [{"workflowArn": arn} for arn in (managed, own["workflowBuildVersionArn"])]
    assert run(make_pipeline(workflows=uses, executionRole=make_publisher()))["state"] == {"status": "AVAILABLE"}
    assert tags_in(HOME) == [["1.0.0-1"]]


def test_the_devices_of_its_instance_have_to_be_possible() -> None:
    make_repository()
    devices = [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 60, "encrypted": True, "kmsKeyId": "alias/absent"}}]
    instance = {"instanceConfiguration": {"blockDeviceMappings": devices}}
    assert "the KMS key 'alias/absent' does not exist" in reason(run(make_pipeline(recipe=instance)))


def test_the_image_stays_in_its_repository_when_it_is_deleted() -> None:
    make_repository()
    arn = run(make_pipeline())["arn"]
    client("imagebuilder").delete_image(imageBuildVersionArn=arn)
    assert tags_in(HOME) == [["1.0.0-1"]]


def test_a_missing_repository_fails_the_image_after_its_build_and_a_retry_ends_it() -> None:
    make_repository()
    failed = run(make_pipeline(region_block(HOME), region_block(ABROAD)))
    assert "name unknown: The repository with name 'golden/web' does not exist in the registry with id" in reason(
        failed
    )
    context = failed["state"]["failureContext"]
    assert (context["imageStatus"], context["failedStep"]) == ("DISTRIBUTING", "DistributeImage")
    assert [each["region"] for each in context["distributionFailure"]["regionFailures"]] == [ABROAD]
    make_repository(ABROAD)
    client("imagebuilder").retry_image(imageBuildVersionArn=failed["arn"])
    CLOCK.advance(3600)
    assert image(failed["arn"])["state"]["status"] == "AVAILABLE"
    assert (tags_in(HOME), tags_in(ABROAD)) == ([["1.0.0-1"]], [["1.0.0-1"]])


def test_a_moving_tag_fails_in_a_repository_with_immutable_tags() -> None:
    make_repository(imageTagMutability="IMMUTABLE")
    pipeline = make_pipeline(region_block(HOME, "latest"))
    assert run(pipeline)["state"] == {"status": "AVAILABLE"}
    assert "The image tag 'latest' already exists in the 'golden/web' repository" in reason(run(pipeline))


@pytest.mark.parametrize(
    ("label", "missing"),
    [
        ("recipe", "imagebuilder:GetContainerRecipe"),
        ("sign in", "ecr:GetAuthorizationToken"),
        ("read", "ecr:BatchCheckLayerAvailability"),
        ("start", "ecr:InitiateLayerUpload"),
        ("upload", "ecr:UploadLayerPart"),
        ("put", "ecr:PutImage"),
    ],
)
def test_a_role_that_may_not_stops_the_build(label: str, missing: str) -> None:
    make_repository()
    assert f"is not authorized to perform: {missing}" in reason(run(make_pipeline(statements=without(BUILDER, label))))
    assert tags_in(HOME) == []


def test_one_hop_keeps_a_container_from_the_credentials_of_its_instance() -> None:
    make_repository()
    assert "httpPutResponseHopLimit of 2" in reason(run(make_pipeline(hops=1)))


def test_a_private_base_has_to_be_there() -> None:
    make_repository()
    parent = f"{REGISTRY}/golden/base:1.0"
    assert "'golden/base' does not exist" in reason(run(make_pipeline(recipe={"parentImage": parent})))


def test_a_private_base_of_another_account_needs_that_accounts_word() -> None:
    make_repository()
    make_repository(name="base", account_id=TARGET)
    ecr = client("ecr", TARGET)
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
    ecr.put_image(repositoryName="base", imageManifest=json.dumps(manifest), imageTag="1.0")
    pipeline = make_pipeline(recipe={"parentImage": f"{TARGET}.dkr.ecr.{HOME}.amazonaws.com/base:1.0"})
    assert "because no resource-based policy allows" in reason(run(pipeline))
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{BUILD}:root"}, "Action": list(PULL)}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    ecr.set_repository_policy(repositoryName="base", policyText=policy)
    assert run(pipeline)["state"] == {"status": "AVAILABLE"}


def test_a_container_image_is_built_on_another_once_that_is_there() -> None:
    make_repository()
    make_repository(name="golden/app")
    ib, lower = client("imagebuilder"), make_pipeline()
    upper = {
        "containerType": "DOCKER",
        "name": "app",
        "semanticVersion": "1.0.0",
        "components": [{"componentArn": make_component("app")}],
        "dockerfileTemplateData": TEMPLATE,
        "parentImage": f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/web/x.x.x",
        "targetRepository": {"service": "ECR", "repositoryName": "golden/app"},
    }
    with pytest.raises(ClientError, match="does not exist or is not available"):
        ib.create_container_recipe(**upper)
    assert run(lower)["state"] == {"status": "AVAILABLE"}
    made = ib.create_image_pipeline(
        name="app",
        containerRecipeArn=ib.create_container_recipe(**upper)["containerRecipeArn"],
        infrastructureConfigurationArn=ib.get_image_pipeline(imagePipelineArn=lower)["imagePipeline"][
            "infrastructureConfigurationArn"
        ],
    )
    assert run(made["imagePipelineArn"])["state"] == {"status": "AVAILABLE"}
    client("ecr").batch_delete_image(repositoryName="golden/web", imageIds=[{"imageTag": "1.0.0-1"}])
    assert "failed to resolve" in reason(run(made["imagePipelineArn"]))
