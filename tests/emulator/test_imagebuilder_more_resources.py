"""Container recipes, workflows and lifecycle policies: created, read, listed, changed, tagged, deleted, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    AMAZON_LINUX,
    BUILD,
    DOCUMENT,
    HOME,
    HOUR,
    client,
    make_component,
    make_infrastructure,
    make_profile,
    make_publisher,
    make_recipe,
    make_role,
    network,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.models import imagebuilder_backends

ARN = f"arn:aws:imagebuilder:{HOME}:{BUILD}"
MANAGED = f"arn:aws:imagebuilder:{HOME}:aws"
TEMPLATE = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"
WORKFLOW = """\
name: check
schemaVersion: 1.0
parameters:
  - {name: waitForActionAtEnd, type: boolean, default: false}
steps:
  - {name: LaunchTestInstance, action: LaunchInstance, inputs: {waitFor: ssmAgent}}
  - {name: TerminateTestInstance, action: TerminateInstance, inputs: {instanceId: i-0123456789abcdef0}}
"""
DELETE_OLD = {
    "action": {"type": "DELETE", "includeResources": {"amis": True, "snapshots": True}},
    "filter": {"type": "AGE", "value": 6, "unit": "MONTHS", "retainAtLeast": 2},
}


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
    return str(caught.value.response["Error"]["Message"])


def container_request(component: str, **members: Any) -> dict[str, Any]:
    return {
        "containerType": "DOCKER",
        "name": "web",
        "semanticVersion": "1.0.0",
        "components": [{"componentArn": component}],
        "dockerfileTemplateData": TEMPLATE,
        "parentImage": "amazonlinux:latest",
        "targetRepository": {"service": "ECR", "repositoryName": "web"},
        **members,
    }


def make_container_recipe(**members: Any) -> str:
    component = members.pop("component", None) or make_component()
    made = client("imagebuilder").create_container_recipe(**container_request(component, **members))
    return str(made["containerRecipeArn"])


def make_workflow(version: str = "1.0.0", data: str = WORKFLOW, **members: Any) -> str:
    given = {"name": "check", "type": "TEST", "semanticVersion": version, "data": data, **members}
    return str(client("imagebuilder").create_workflow(**given)["workflowBuildVersionArn"])


# Container recipes


def test_a_container_recipe_is_answered_as_it_was_given(ib: Any) -> None:
    component = make_component()
    instance = {"image": "ami-0123456789abcdef0"}
    arn = make_container_recipe(component=component, instanceConfiguration=instance, tags={"a": "b"})
    recipe = ib.get_container_recipe(containerRecipeArn=arn)["containerRecipe"]
    assert arn == f"{ARN}:container-recipe/web/1.0.0"
    assert recipe.pop("dateCreated").endswith("Z")
    assert recipe == {
        "arn": arn,
        "containerType": "DOCKER",
        "name": "web",
        "version": "1.0.0",
        "platform": "Linux",
        "owner": BUILD,
        "components": [{"componentArn": component}],
        "instanceConfiguration": instance,
        "dockerfileTemplateData": TEMPLATE,
        "encrypted": True,
        "parentImage": "amazonlinux:latest",
        "tags": {"a": "b"},
        "targetRepository": {"service": "ECR", "repositoryName": "web"},
    }
    [listed] = ib.list_container_recipes()["containerRecipeSummaryList"]
    assert (listed["arn"], listed["instanceImage"]) == (arn, "ami-0123456789abcdef0")


def test_a_container_recipe_is_found_by_wildcard_and_exists_once(ib: Any) -> None:
    component = make_component()
    made = [make_container_recipe(component=component, semanticVersion=version) for version in ("1.0.0", "1.0.x")]
    assert [arn.rsplit("/", 1)[1] for arn in made] == ["1.0.0", "1.0.1"]
    found = ib.get_container_recipe(containerRecipeArn=f"{ARN}:container-recipe/web/x.x.x")["containerRecipe"]
    assert found["arn"] == made[1]
    refused("ResourceAlreadyExistsException", ib.create_container_recipe, **container_request(component))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"platformOverride": "Windows"}, "InvalidParameterValueException"),  # with a component for Linux
        ({"platformOverride": "macOS"}, "InvalidParameterValueException"),
        ({"parentImage": f"{MANAGED}:image/no-such-linux/x.x.x"}, "InvalidParameterValueException"),
        ({"components": [{"componentArn": f"{ARN}:component/absent/1.0.0"}]}, "InvalidParameterValueException"),
        ({"dockerfileTemplateUri": "s3://templates/a"}, "InvalidParameterCombinationException"),
        ({"semanticVersion": "x.1.x"}, "InvalidVersionNumberException"),
    ],
)
def test_a_wrong_container_recipe_is_refused(ib: Any, members: dict[str, Any], code: str) -> None:
    refused(code, ib.create_container_recipe, **container_request(make_component(), **members))
    assert ib.list_container_recipes()["containerRecipeSummaryList"] == []


def test_a_dockerfile_template_is_fetched_from_s3(ib: Any) -> None:
    client("s3").create_bucket(Bucket="templates")
    client("s3").put_object(Bucket="templates", Key="Dockerfile", Body=TEMPLATE.encode())
    request = container_request(make_component(), dockerfileTemplateUri="s3://templates/Dockerfile")
    del request["dockerfileTemplateData"]
    arn = ib.create_container_recipe(**request)["containerRecipeArn"]
    assert ib.get_container_recipe(containerRecipeArn=arn)["containerRecipe"]["dockerfileTemplateData"] == TEMPLATE


def test_a_pipeline_takes_a_container_recipe_and_holds_it(ib: Any) -> None:
    component = make_component()
    recipe = make_container_recipe(component=component, parentImage=f"{MANAGED}:image/amazon-linux-x86-latest/x.x.x")
    infrastructure = make_infrastructure(make_profile())
    given = {"name": "web", "containerRecipeArn": recipe, "infrastructureConfigurationArn": infrastructure}
    pipeline = ib.create_image_pipeline(**given)["imagePipelineArn"]
    answer = ib.get_image_pipeline(imagePipelineArn=pipeline)["imagePipeline"]
    assert (answer["containerRecipeArn"], answer["platform"]) == (recipe, "Linux")
    refused("ResourceDependencyException", ib.delete_container_recipe, containerRecipeArn=recipe)
    refused("ResourceDependencyException", ib.delete_component, componentBuildVersionArn=component)
    ib.delete_image_pipeline(imagePipelineArn=pipeline)
    ib.delete_container_recipe(containerRecipeArn=recipe)
    refused("ResourceNotFoundException", ib.get_container_recipe, containerRecipeArn=recipe)


def test_a_pipeline_refuses_a_container_recipe_that_does_not_exist(ib: Any) -> None:
    infrastructure = make_infrastructure(make_profile())
    given = {"name": "web", "infrastructureConfigurationArn": infrastructure}
    absent = f"{ARN}:container-recipe/absent/1.0.0"
    problem = refused("InvalidParameterValueException", ib.create_image_pipeline, **given, containerRecipeArn=absent)
    assert absent in problem


def test_components_and_recipes_bear_policies(ib: Any) -> None:
    component = make_component()
    recipe = make_recipe(component)
    bearers = {
        "component": ("componentArn", component),
        "image_recipe": ("imageRecipeArn", recipe),
        "container_recipe": ("containerRecipeArn", make_container_recipe(component=component)),
    }
    for kind, (member, arn) in bearers.items():
        get, put = getattr(ib, f"get_{kind}_policy"), getattr(ib, f"put_{kind}_policy")
        refused("ResourceNotFoundException", get, **{member: arn})
        refused("InvalidParameterValueException", put, **{member: arn}, policy="{")
        assert put(**{member: arn}, policy='{"Version": "2012-10-17"}')[member] == arn
        assert get(**{member: arn})["policy"] == '{"Version": "2012-10-17"}'
    ib.delete_image_recipe(imageRecipeArn=recipe)
    make_recipe(component)
    refused("ResourceNotFoundException", ib.get_image_recipe_policy, imageRecipeArn=recipe)


def test_a_run_of_a_workflow_and_its_steps_are_told_of(ib: Any) -> None:
    infrastructure = make_infrastructure(make_profile(), **network())
    recipe = make_recipe()
    image = ib.create_image(imageRecipeArn=recipe, infrastructureConfigurationArn=infrastructure)
    arn = image["imageBuildVersionArn"]
    CLOCK.advance(24 * HOUR)
    [first, *_] = ib.list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"]
    run = ib.get_workflow_execution(workflowExecutionId=first["workflowExecutionId"])
    assert (run["imageBuildVersionArn"], run["type"], run["status"]) == (arn, "BUILD", "COMPLETED")
    [step, *_] = ib.list_workflow_step_executions(workflowExecutionId=run["workflowExecutionId"])["steps"]
    told = ib.get_workflow_step_execution(stepExecutionId=step["stepExecutionId"])
    assert (told["name"], told["workflowExecutionId"]) == ("LaunchBuildInstance", run["workflowExecutionId"])
    absent = "00000000-0000-0000-0000-000000000000"
    refused("ResourceNotFoundException", ib.get_workflow_execution, workflowExecutionId=f"wf-{absent}")
    refused("ResourceNotFoundException", ib.get_workflow_step_execution, stepExecutionId=f"step-{absent}")

    assert ib.list_waiting_workflow_steps()["steps"] == []
    ib.put_image_policy(imageArn=arn, policy="{}")
    assert ib.get_image_policy(imageArn=arn)["policy"] == "{}"


def test_scans_find_nothing_unless_they_are_told_to(ib: Any) -> None:
    assert ib.list_image_scan_findings()["findings"] == []
    by_account = ib.list_image_scan_finding_aggregations()
    by_pipeline = ib.list_image_scan_finding_aggregations(filter={"name": "imagePipelineArn", "values": ["a"]})
    assert (by_account["aggregationType"], by_account["responses"]) == ("accountId", [])
    assert (by_pipeline["aggregationType"], by_pipeline["responses"]) == ("imagePipelineArn", [])


# Workflows


def test_a_workflow_is_answered_as_it_was_given(ib: Any) -> None:
    arn = make_workflow(description="checks", changeDescription="first", tags={"a": "b"})
    answer = ib.get_workflow(workflowBuildVersionArn=arn)
    workflow = answer["workflow"]
    assert arn == f"{ARN}:workflow/test/check/1.0.0/1"
    assert workflow.pop("dateCreated").endswith("Z")
    assert workflow == {
        "arn": arn,
        "name": "check",
        "version": "1.0.0",
        "description": "checks",
        "changeDescription": "first",
        "type": "TEST",
        "owner": BUILD,
        "data": WORKFLOW,
        "parameters": [{"name": "waitForActionAtEnd", "type": "boolean", "defaultValue": ["false"]}],
        "tags": {"a": "b"},
    }
    assert answer["latestVersionReferences"]["latestVersionArn"] == f"{ARN}:workflow/test/check/x.x.x"


def test_new_content_of_a_workflow_is_a_new_build(ib: Any) -> None:
    make_workflow()
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        make_workflow()
    second = make_workflow(data=WORKFLOW + "# changed\n")
    assert second == f"{ARN}:workflow/test/check/1.0.0/2"
    newest = ib.get_workflow(workflowBuildVersionArn=f"{ARN}:workflow/test/check/x.x.x")["workflow"]["arn"]
    assert newest == second
    [listed] = ib.list_workflows()["workflowVersionList"]
    assert listed["arn"] == f"{ARN}:workflow/test/check/1.0.0"
    builds = ib.list_workflow_build_versions(workflowVersionArn=listed["arn"])["workflowSummaryList"]
    assert [build["arn"][-1] for build in builds] == ["1", "2"]
    managed = ib.list_workflows(owner="Amazon", filters=[{"name": "type", "values": ["TEST"]}])
    assert [entry["name"] for entry in managed["workflowVersionList"]] == ["test-container", "test-image"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("steps: [", "not valid YAML"),
        ("- a", "must be a map"),
        ("&a [*a]", "not valid YAML"),
        (WORKFLOW.replace("schemaVersion: 1.0\n", ""), "schemaVersion"),
        ("schemaVersion: 1.0\nsteps: []\n", "at least one step"),
        (WORKFLOW.replace("action: LaunchInstance", "action: Launch"), "'Launch' is no step action"),
        (WORKFLOW.replace("name: TerminateTest", "name: LaunchTest"), "is the name of another step"),
        (WORKFLOW.replace("name: LaunchTest", "name: 1Test"), "'1TestInstance' is not allowed"),
        (WORKFLOW.replace("type: boolean", "type: map"), "'map' is not allowed"),
    ],
)
def test_a_workflow_document_that_is_none_is_refused(ib: Any, data: str, problem: str) -> None:
    given = {"name": "check", "type": "TEST", "semanticVersion": "1.0.0", "data": data}
    assert problem in refused("InvalidParameterValueException", ib.create_workflow, **given)


def pipeline_request(*workflows: dict[str, Any]) -> dict[str, Any]:
    recipe = client("imagebuilder").create_image_recipe(
        name="web",
        semanticVersion="1.0.0",
        parentImage=AMAZON_LINUX,
        components=[{"componentArn": make_component(data=DOCUMENT)}],
    )["imageRecipeArn"]
    infrastructure = make_infrastructure(make_profile())
    return {
        "name": "web",
        "imageRecipeArn": recipe,
        "infrastructureConfigurationArn": infrastructure,
        "executionRole": make_publisher(),
        "workflows": list(workflows),
    }


def test_a_pipeline_takes_workflows_and_holds_them(ib: Any) -> None:
    own = make_workflow()
    build = {"workflowArn": f"{MANAGED}:workflow/build/build-image/x.x.x"}
    test = {"workflowArn": own, "parameters": [{"name": "waitForActionAtEnd", "value": ["true"]}]}
    pipeline = ib.create_image_pipeline(**pipeline_request(build, test))["imagePipelineArn"]
    assert ib.get_image_pipeline(imagePipelineArn=pipeline)["imagePipeline"]["workflows"] == [build, test]
    refused("ResourceDependencyException", ib.delete_workflow, workflowBuildVersionArn=own)
    ib.delete_image_pipeline(imagePipelineArn=pipeline)
    ib.delete_workflow(workflowBuildVersionArn=own)
    refused("ResourceNotFoundException", ib.get_workflow, workflowBuildVersionArn=own)


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ({"workflowArn": f"{ARN}:workflow/test/absent/x.x.x"}, "InvalidParameterValueException"),
        ({"workflowArn": f"{ARN}:workflow/build/check/x.x.x"}, "InvalidParameterValueException"),  # it is a test
        ({"workflowArn": f"{MANAGED}:workflow/test/build-image/x.x.x"}, "InvalidParameterValueException"),
        (
            {"workflowArn": f"{ARN}:workflow/test/check/x.x.x", "parameters": [{"name": "b", "value": ["c"]}]},
            "InvalidParameterCombinationException",
        ),
    ],
)
def test_a_pipeline_refuses_workflows_that_do_not_fit(ib: Any, use: dict[str, Any], code: str) -> None:
    make_workflow()
    assert "workflows[0]" in refused(code, ib.create_image_pipeline, **pipeline_request(use))


# Lifecycle policies


def policy_request(**members: Any) -> dict[str, Any]:
    return {
        "name": "Old Images",
        "executionRole": "lifecycle",
        "resourceType": "AMI_IMAGE",
        "policyDetails": [DELETE_OLD],
        "resourceSelection": {"tagMap": {"Team": "images"}},
        **members,
    }


@pytest.fixture
def lifecycle_role() -> None:
    make_role("lifecycle", {"Service": "imagebuilder.amazonaws.com"}, {})


@pytest.mark.usefixtures("lifecycle_role")
def test_a_lifecycle_policy_is_answered_changed_and_deleted(ib: Any) -> None:
    exclusions = {"amis": {"regions": ["eu-central-1"]}}
    details = [{**DELETE_OLD, "exclusionRules": exclusions}]
    given = policy_request(policyDetails=details, tags={"a": "b"})
    arn = ib.create_lifecycle_policy(**given)["lifecyclePolicyArn"]
    assert arn == f"{ARN}:lifecycle-policy/old-images"
    policy = ib.get_lifecycle_policy(lifecyclePolicyArn=arn)["lifecyclePolicy"]
    [detail] = policy["policyDetails"]
    assert (policy["status"], policy["tags"]) == ("ENABLED", {"a": "b"})
    assert detail["action"]["includeResources"] == {"amis": True, "snapshots": True, "containers": False}
    assert detail["exclusionRules"] == {"amis": {"isPublic": False, "regions": ["eu-central-1"]}}

    del given["name"], given["tags"]
    ib.update_lifecycle_policy(lifecyclePolicyArn=arn, **{**given, "status": "DISABLED"})
    [listed] = ib.list_lifecycle_policies()["lifecyclePolicySummaryList"]
    assert (listed["arn"], listed["status"], listed["tags"]) == (arn, "DISABLED", {"a": "b"})
    assert listed["dateUpdated"] >= listed["dateCreated"]
    refused("ResourceAlreadyExistsException", ib.create_lifecycle_policy, **policy_request(name="old-images"))
    ib.delete_lifecycle_policy(lifecyclePolicyArn=arn)
    refused("ResourceNotFoundException", ib.get_lifecycle_policy, lifecyclePolicyArn=arn)


@pytest.mark.usefixtures("lifecycle_role")
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"executionRole": "absent"}, "InvalidParameterValueException"),
        ({"resourceSelection": {}}, "InvalidRequestException"),
        ({"policyDetails": [{**DELETE_OLD, "filter": {"type": "AGE", "value": 6}}]}, "InvalidParameterValueException"),
        (
            {"policyDetails": [{**DELETE_OLD, "filter": {"type": "COUNT", "value": 1001}}]},
            "InvalidParameterValueException",
        ),
    ],
)
def test_a_wrong_lifecycle_policy_is_refused(ib: Any, members: dict[str, Any], code: str) -> None:
    refused(code, ib.create_lifecycle_policy, **policy_request(**members))
    assert ib.list_lifecycle_policies()["lifecyclePolicySummaryList"] == []


# All of them


@pytest.mark.usefixtures("lifecycle_role")
def test_each_bears_tags(ib: Any) -> None:
    policy = ib.create_lifecycle_policy(**policy_request())["lifecyclePolicyArn"]
    for arn in (make_container_recipe(), make_workflow(), policy):
        ib.tag_resource(resourceArn=arn, tags={"a": "b", "c": "d"})
        ib.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert ib.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}


@pytest.mark.usefixtures("lifecycle_role")
def test_a_client_token_makes_one_resource(ib: Any) -> None:
    requests = {
        "create_container_recipe": container_request(make_component()),
        "create_workflow": {"name": "check", "type": "TEST", "semanticVersion": "1.0.0", "data": WORKFLOW},
        "create_lifecycle_policy": policy_request(),
    }
    for operation, request in requests.items():
        call = getattr(ib, operation)
        first, again = call(**request, clientToken="a"), call(**request, clientToken="a")
        assert {key: value for key, value in first.items() if key.endswith("Arn")} == {
            key: value for key, value in again.items() if key.endswith("Arn")
        }
        refused("IdempotentParameterMismatchException", call, **{**request, "name": "other"}, clientToken="a")


def test_a_state_kept_before_these_were_known_has_none_of_them() -> None:
    backend = imagebuilder_backends[BUILD][HOME]
    kept = dict(backend.__dict__)
    del kept["workflows"]
    old = object.__new__(type(backend))
    old.__setstate__(kept)
    assert old.workflows == {}
    assert old.components == backend.components
