"""Builds that run workflow documents: what their steps do, wait for, skip, undo and tell."""

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
    HOUR,
    STRANGER,
    allow,
    client,
    image,
    make_component,
    make_distribution,
    make_infrastructure,
    make_profile,
    make_recipe,
    make_role,
    network,
    reason,
    region_block,
    without,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.emulator.corrections import service_names
from generator.emulator.imagebuilder import inject_fault, step_effects

MANAGED = f"arn:aws:imagebuilder:{HOME}:aws:workflow"
BUILD_IMAGE = {"workflowArn": f"{MANAGED}/build/build-image/x.x.x"}
TEST_IMAGE = {"workflowArn": f"{MANAGED}/test/test-image/x.x.x"}
TOPIC = f"arn:aws:sns:{HOME}:{BUILD}:approvals"
DAY = 24 * HOUR
LAUNCH = "{name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}"
END = "{name: End, action: TerminateInstance, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}"
WAIT = "{name: Approve, action: WaitForAction, inputs: {snsTopicArn.$: $.parameters.topic}}"
ASKING = f"parameters: [{{name: topic, type: string}}]\nsteps:\n- {WAIT}\n"

COPIED = "inputs: {distributedImages.$: $.stepOutputs.Copy.distributedImages}"
ROLE = {
    "topic": allow("sns:Publish", resource=TOPIC),
    "function": allow("lambda:InvokeFunction"),
    "machine": allow("states:StartExecution", "states:DescribeExecution"),
    "documents": allow("ssm:SendCommand", resource="arn:aws:ssm:*:*:document/AWS-RunShellScript"),
    "snapshots": allow("ec2:DescribeSnapshots"),
}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def workflow(body: str, kind: str = "TEST", name: str = "own", **members: Any) -> dict[str, Any]:
    """A workflow of a document with these steps, as an image uses it."""
    data = body if "steps:" in body else f"steps:\n{body}"
    made = client("imagebuilder").create_workflow(
        name=name, type=kind, semanticVersion="1.0.0", data=f"schemaVersion: 1.0\n{data}"
    )
    return {"workflowArn": made["workflowBuildVersionArn"], **members}


def steps(*lines: str) -> str:
    return "".join(f"- {line}\n" for line in lines)


def create(
    *workflows: Mapping[str, Any], statements: Mapping[str, Any] = ROLE, infrastructure: Any = None, **members: Any
) -> str:
    role = make_role("execution", {"Service": "imagebuilder.amazonaws.com"}, statements)
    given = {
        "imageRecipeArn": make_recipe(make_component()),
        "infrastructureConfigurationArn": make_infrastructure(make_profile(), **network(), **(infrastructure or {})),
        "executionRole": role,
        "workflows": list(workflows),
        **members,
    }
    return str(client("imagebuilder").create_image(**given)["imageBuildVersionArn"])


def built(*workflows: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    arn = create(*workflows, **members)
    CLOCK.advance(HOUR)
    return image(arn)


def runs_of(arn: str) -> list[dict[str, Any]]:
    found = client("imagebuilder").list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"]
    return sorted(found, key=lambda run: str(run.get("startTime", "~")))


def steps_of(arn: str, kind: str = "TEST") -> dict[str, dict[str, Any]]:
    run = next(run for run in runs_of(arn) if run["type"] == kind)
    listed = client("imagebuilder").list_workflow_step_executions(workflowExecutionId=run["workflowExecutionId"])
    return {step["name"]: step for step in listed["steps"]}


def statuses(arn: str, kind: str = "TEST") -> dict[str, str]:
    return {name: step["status"] for name, step in steps_of(arn, kind).items()}


def instances() -> list[str]:
    found = client("ec2").describe_instances()["Reservations"]
    return [instance["State"]["Name"] for reservation in found for instance in reservation["Instances"]]


def waiting() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("imagebuilder").list_waiting_workflow_steps()["steps"]
    return found


def answer(action: str, **members: str) -> None:
    [step] = waiting()
    client("imagebuilder").send_workflow_step_action(
        stepExecutionId=step["stepExecutionId"],
        imageBuildVersionArn=step["imageBuildVersionArn"],
        action=action,
        **members,
    )


def queue_of_topic() -> str:
    sns, sqs = client("sns"), client("sqs")
    sns.create_topic(Name="approvals")
    url = str(sqs.create_queue(QueueName="told")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    return url


def messages(url: str) -> list[dict[str, Any]]:
    found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in found]


def asking(**members: Any) -> dict[str, Any]:
    return workflow(ASKING, parameters=[{"name": "topic", "value": [TOPIC]}], **members)


# What is run


def test_amazons_own_workflows_build_and_test_an_image_when_they_are_listed() -> None:
    finished = built(BUILD_IMAGE, TEST_IMAGE)
    assert finished["state"] == {"status": "AVAILABLE"}
    assert [(run["type"], run["status"]) for run in runs_of(finished["arn"])] == [
        ("BUILD", "COMPLETED"),
        ("TEST", "COMPLETED"),
        ("DISTRIBUTION", "COMPLETED"),
    ]
    assert statuses(finished["arn"], "BUILD") == {
        "LaunchBuildInstance": "COMPLETED",
        "ApplyBuildComponents": "COMPLETED",
        "InventoryCollection": "COMPLETED",
        "RunSanitizeScript": "COMPLETED",
        "RunSysPrepScript": "SKIPPED",
        "CreateOutputAMI": "COMPLETED",
        "TerminateBuildInstance": "COMPLETED",
    }
    [ami] = finished["outputResources"]["amis"]
    assert steps_of(finished["arn"], "BUILD")["CreateOutputAMI"]["outputs"] == json.dumps({"imageId": ami["image"]})
    assert set(instances()) == {"terminated"}


def test_a_distribution_workflow_copies_shares_and_configures() -> None:
    document = steps(
        "{name: Copy, action: DistributeImage}",
        f"{{name: Share, action: ModifyImageAttributes, {COPIED}}}",
        f"{{name: Apply, action: ApplyImageConfigurations, {COPIED}}}",
    )
    ec2 = client("ec2", BUILD, ABROAD)
    template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "m5.large"})
    template_id = template["LaunchTemplate"]["LaunchTemplateId"]
    block = region_block(
        ABROAD, share_with=[STRANGER], launchTemplateConfigurations=[{"launchTemplateId": template_id}]
    )
    finished = built(
        BUILD_IMAGE,
        workflow(document, "DISTRIBUTION"),
        distributionConfigurationArn=make_distribution(block),
        imageTestsConfiguration={"imageTestsEnabled": False},
    )
    assert finished["state"] == {"status": "AVAILABLE"}
    amis = {ami["region"]: ami["image"] for ami in finished["outputResources"]["amis"]}
    assert set(amis) == {HOME, ABROAD}
    shared = ec2.describe_image_attribute(ImageId=amis[ABROAD], Attribute="launchPermission")["LaunchPermissions"]
    assert shared == [{"UserId": STRANGER}]
    [_, newest] = ec2.describe_launch_template_versions(LaunchTemplateId=template_id)["LaunchTemplateVersions"]
    assert newest["LaunchTemplateData"]["ImageId"] == amis[ABROAD]


def test_copies_are_shared_by_their_own_step_alone() -> None:
    document = steps(
        "{name: Copy, action: DistributeImage, inputs: {distributions: [{region: us-east-1, name: web-1}]}}"
    )
    block = region_block(HOME, share_with=[STRANGER])
    finished = built(
        BUILD_IMAGE, workflow(document, "DISTRIBUTION"), distributionConfigurationArn=make_distribution(block)
    )
    [ami] = finished["outputResources"]["amis"]
    found = client("ec2").describe_image_attribute(ImageId=ami["image"], Attribute="launchPermission")
    assert found["LaunchPermissions"] == []


def test_an_image_is_registered_from_snapshots() -> None:
    volume = client("ec2").create_volume(Size=12, AvailabilityZone=f"{HOME}a")["VolumeId"]
    snapshot = client("ec2").create_snapshot(VolumeId=volume)["SnapshotId"]
    client("ec2").create_tags(Resources=[snapshot], Tags=[{"Key": "Team", "Value": "disks"}])
    mapping = f"[{{DeviceName: /dev/xvda, Ebs: {{SnapshotId: {snapshot}}}}}]"
    inputs = f"{{blockDeviceMapping: {mapping}, includeSnapshotTags: true}}"
    document = steps(f"{{name: Register, action: RegisterImage, inputs: {inputs}}}")
    finished = built(workflow(document, "BUILD"))
    [ami] = finished["outputResources"]["amis"]
    [found] = client("ec2").describe_images(ImageIds=[ami["image"]])["Images"]
    assert found["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 12
    assert {"Key": "Team", "Value": "disks"} in found["Tags"]


def test_no_instance_holds_an_iso() -> None:
    iso = "{name: Make, action: CreateImageFromIso, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}"
    assert "holds no ISO disk image." in reason(built(workflow(steps(LAUNCH, iso), "BUILD")))


def test_an_ami_is_not_distributed_as_a_container() -> None:
    push = "{name: Push, action: DistributeContainerImage, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}"
    failed = built(BUILD_IMAGE, workflow(steps(LAUNCH, push), "DISTRIBUTION"))
    assert "The image is no container image." in reason(failed)


def test_a_build_workflow_has_to_create_an_image() -> None:
    failed = built(workflow(steps(LAUNCH, END), "BUILD"))
    assert reason(failed) == "The build workflows created no image."


def test_the_documents_are_those_of_the_time_when_the_image_was_created() -> None:
    own = workflow(steps(LAUNCH, END))
    latest = own["workflowArn"].replace("/1.0.0/1", "/x.x.x")
    arn = create(BUILD_IMAGE, {"workflowArn": latest})
    workflow(steps("{name: Other, action: WaitForAction}"))
    CLOCK.advance(HOUR)
    assert statuses(arn) == {"Launch": "COMPLETED", "End": "COMPLETED"}
    assert [run["workflowBuildVersionArn"] for run in runs_of(arn) if run["type"] == "TEST"] == [own["workflowArn"]]


def test_inputs_hold_outputs_of_steps_and_of_workflows_that_ran() -> None:
    first = workflow(
        "parameters: [{name: types, type: stringList}, {name: hours, type: integer, default: 2}]\n"
        "steps:\n"
        f"- {LAUNCH.replace('ssmAgent', 'ssmAgent, instanceTypesOverride.$: $.parameters.types')}\n"
        "- {name: Late, action: WaitForSSMAgent, inputs: {instanceId: i-1},\n"
        "   if: {numberGreaterThan: 3, value: $.parameters.hours}}\n"
        f"- {END}\n"
        "outputs:\n- {name: tested, value: $.stepOutputs.Launch.instanceId}\n",
        parameters=[{"name": "types", "value": ["c5.large"]}],
    )
    note = '\'{"tested": "{{ $.workflowOutputs.tested }}", "of": "{{ $.imagebuilder.imageName }}"}\''
    second = workflow(steps(f"{{name: Approve, action: WaitForAction, inputs: {{payload: {note}}}}}"), name="second")
    arn = built(BUILD_IMAGE, first, second)["arn"]
    reservations = client("ec2").describe_instances()["Reservations"]
    tested = reservations[-1]["Instances"][0]
    assert tested["InstanceType"] == "c5.large"
    service, [step] = client("imagebuilder"), waiting()
    told = service.get_workflow_step_execution(stepExecutionId=step["stepExecutionId"])
    assert json.loads(json.loads(told["inputs"])["payload"]) == {"tested": tested["InstanceId"], "of": "web"}
    assert (told["status"], told["onFailure"], told["timeoutSeconds"]) == ("RUNNING", "Abort", 3 * 24 * 3600)
    assert statuses(arn) == {"Launch": "COMPLETED", "Late": "SKIPPED", "End": "COMPLETED"}


def test_a_variable_without_a_value_fails_its_step() -> None:
    failed = built(
        BUILD_IMAGE, workflow(steps("{name: Odd, action: WaitForAction, inputs: {payload.$: $.stepOutputs.No.id}}"))
    )
    assert "failed with reason: The variable $.stepOutputs.No.id has no value." in reason(failed)


# Waiting


def test_a_step_waits_tells_its_topic_and_goes_on_when_it_is_resumed() -> None:
    told = queue_of_topic()
    arn = create(BUILD_IMAGE, asking())
    CLOCK.advance(DAY)
    assert image(arn)["state"]["status"] == "TESTING"
    [step] = waiting()
    [message] = messages(told)
    assert (step["imageBuildVersionArn"], step["name"], step["action"]) == (arn, "Approve", "WaitForAction")
    assert (message["workflowStepExecutionId"], message["imageBuildVersionArn"]) == (step["stepExecutionId"], arn)
    answer("RESUME", reason="looked at it")
    assert json.loads(steps_of(arn)["Approve"]["outputs"]) == {"action": "RESUME", "reason": "looked at it"}
    assert (image(arn)["state"]["status"], waiting()) == ("DISTRIBUTING", [])
    CLOCK.advance(HOUR)
    assert image(arn)["state"]["status"] == "AVAILABLE"


def test_a_step_that_is_stopped_fails_the_image() -> None:
    queue_of_topic()
    arn = create(BUILD_IMAGE, asking())
    CLOCK.advance(HOUR)
    answer("STOP", reason="not this one")
    failed = image(arn)
    assert "failed with reason: The step was stopped. not this one" in reason(failed)
    context = failed["state"]["failureContext"]
    assert (context["imageStatus"], context["failedStep"]) == ("TESTING", "Approve")
    assert statuses(arn) == {"Approve": "FAILED"}


def test_a_step_that_is_stopped_and_may_fail_lets_the_build_go_on() -> None:
    arn = create(BUILD_IMAGE, workflow(steps("{name: Ask, action: WaitForAction, onFailure: Continue}")))
    CLOCK.advance(HOUR)
    answer("STOP")
    CLOCK.advance(HOUR)
    assert image(arn)["state"]["status"] == "AVAILABLE"
    [run] = [run for run in runs_of(arn) if run["type"] == "TEST"]
    assert (run["status"], run["totalStepsFailed"]) == ("COMPLETED", 1)


def test_nobody_is_waited_for_longer_than_the_step_says() -> None:
    arn = create(BUILD_IMAGE, workflow(steps("{name: Ask, action: WaitForAction, timeoutSeconds: 7200}")))
    CLOCK.advance(HOUR)
    assert len(waiting()) == 1
    CLOCK.advance(2 * HOUR)
    assert "The step timed out after 7200 seconds." in reason(image(arn))


def test_only_a_step_that_waits_takes_an_action() -> None:
    arn = create(BUILD_IMAGE, workflow(steps("{name: Ask, action: WaitForAction}")))
    CLOCK.advance(HOUR)
    [step] = waiting()
    send = client("imagebuilder").send_workflow_step_action
    given = {"stepExecutionId": step["stepExecutionId"], "action": "RESUME"}
    with pytest.raises(ClientError, match="does not run the step"):
        send(imageBuildVersionArn=arn.replace("/web/", "/other/"), **given)
    send(imageBuildVersionArn=arn, clientToken="once", **given)
    send(imageBuildVersionArn=arn, clientToken="once", **given)
    with pytest.raises(ClientError, match="is not waiting for an action"):
        send(imageBuildVersionArn=arn, **given)
    absent = "step-00000000-0000-0000-0000-000000000000"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        send(imageBuildVersionArn=arn, stepExecutionId=absent, action="STOP")


def test_a_step_that_waits_is_an_event() -> None:
    url = str(client("sqs").create_queue(QueueName="told")["QueueUrl"])
    queue = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events = client("events")
    pattern = {"detail-type": ["EC2 Image Builder Workflow Step Waiting"], "source": ["aws.imagebuilder"]}
    events.put_rule(Name="waiting", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="waiting", Targets=[{"Id": "queue", "Arn": queue}])
    arn = create(BUILD_IMAGE, workflow(steps("{name: Ask, action: WaitForAction}")))
    CLOCK.advance(HOUR)
    [step] = waiting()
    [message] = client("sqs").receive_message(QueueUrl=url)["Messages"]
    event = json.loads(message["Body"])
    assert event["resources"] == [arn]
    assert event["detail"] == {
        "workflow-execution-id": step["workflowExecutionId"],
        "workflow-step-execution-id": step["stepExecutionId"],
        "workflow-step-name": "Ask",
    }


FUNCTION = "{name: Ask, action: WaitForAction, inputs: {lambdaFunctionName: checks}}"
MACHINE_ARN = f"arn:aws:states:{HOME}:{BUILD}:stateMachine:checks"
MACHINE = f"{{name: Check, action: ExecuteStateMachine, inputs: {{stateMachineArn: '{MACHINE_ARN}'}}}}"
COMMAND = (
    "{name: Run, action: RunCommand, inputs: {documentName: AWS-RunShellScript, "
    "instanceId.$: $.stepOutputs.Launch.instanceId}}"
)


@pytest.mark.parametrize(
    ("missing", "document", "action"),
    [
        ("topic", steps(f"{{name: Ask, action: WaitForAction, inputs: {{snsTopicArn: '{TOPIC}'}}}}"), "sns:Publish"),
        ("function", steps(FUNCTION), "lambda:InvokeFunction"),
        ("machine", steps(MACHINE), "states:StartExecution"),
        ("documents", steps(LAUNCH, COMMAND), "ssm:SendCommand"),
    ],
)
def test_the_execution_role_needs_the_right_of_each_step(missing: str, document: str, action: str) -> None:
    queue_of_topic()
    failed = built(BUILD_IMAGE, workflow(document), statements=without(ROLE, missing))
    assert f"/execution/ImageBuilder is not authorized to perform: {action} on resource: " in reason(failed)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (steps(FUNCTION), "Function not found"),
        (steps(MACHINE), "The state machine could not be started"),
        (steps(f"{{name: Ask, action: WaitForAction, inputs: {{snsTopicArn: '{TOPIC}'}}}}"), "Topic does not exist"),
        (steps("{name: Ask, action: WaitForAction, inputs: {payload: '{'}}"), None),
        (steps("{name: End, action: TerminateInstance, inputs: {instanceId: i-0123456789abcdef0}}"), "does not exist"),
        (steps("{name: Tidy, action: SanitizeInstance, inputs: {instanceId: i-0123456789abcdef0}}"), "is not running"),
    ],
)
def test_what_a_step_names_has_to_be_there(document: str, problem: str | None) -> None:
    failed = built(BUILD_IMAGE, workflow(document))
    assert failed["state"]["status"] == ("TESTING" if problem is None else "FAILED")
    assert problem is None or problem in reason(failed)


def test_a_topic_under_a_key_needs_rights_on_the_key() -> None:
    queue_of_topic()
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("sns").set_topic_attributes(TopicArn=TOPIC, AttributeName="KmsMasterKeyId", AttributeValue=key)
    failed = built(BUILD_IMAGE, asking())
    assert "is not authorized to perform: kms:GenerateDataKey" in reason(failed)


def test_commands_run_with_the_right_on_their_document() -> None:
    finished = built(BUILD_IMAGE, workflow(steps(LAUNCH, COMMAND, END)))
    assert json.loads(steps_of(finished["arn"])["Run"]["outputs"])["status"] == "Success"


# Failing


def test_a_step_that_may_fail_does_not_end_its_workflow() -> None:
    document = steps(
        "{name: Gone, action: TerminateInstance, onFailure: Continue, inputs: {instanceId: i-0123456789abcdef0}}",
        LAUNCH,
        END,
    )
    finished = built(BUILD_IMAGE, workflow(document))
    assert finished["state"] == {"status": "AVAILABLE"}
    assert statuses(finished["arn"]) == {"Gone": "FAILED", "Launch": "COMPLETED", "End": "COMPLETED"}


@pytest.mark.parametrize(
    ("keep", "rollback", "left", "status"),
    [
        (False, "true", "terminated", "ROLLBACK_COMPLETED"),
        (True, "true", "running", "FAILED"),
        (False, "false", "running", "FAILED"),
    ],
)
def test_instances_of_a_workflow_that_fails_are_rolled_back(keep: bool, rollback: str, left: str, status: str) -> None:
    launch = LAUNCH.replace("{name", f"{{rollbackEnabled: {rollback}, name")
    document = steps(launch, "{name: Bad, action: WaitForSSMAgent, inputs: {instanceId: i-0123456789abcdef0}}", END)
    failed = built(
        BUILD_IMAGE,
        workflow(document),
        infrastructure={"terminateInstanceOnFailure": not keep},
    )
    assert failed["state"]["status"] == "FAILED"
    assert instances() == ["terminated", left]
    assert statuses(failed["arn"]) == {"Launch": "COMPLETED", "Bad": "FAILED", "End": "PENDING"}
    [run] = [run for run in runs_of(failed["arn"]) if run["type"] == "TEST"]
    assert run["status"] == status


def test_a_workflow_that_may_fail_lets_the_next_one_run() -> None:
    bad = steps("{name: Bad, action: WaitForSSMAgent, inputs: {instanceId: i-0123456789abcdef0}}")
    finished = built(BUILD_IMAGE, workflow(bad, onFailure="CONTINUE"), workflow(steps(LAUNCH, END), name="next"))
    assert finished["state"] == {"status": "AVAILABLE"}
    assert [run["status"] for run in runs_of(finished["arn"]) if run["type"] == "TEST"] == ["FAILED", "COMPLETED"]


def test_workflows_of_a_group_run_at_once_and_others_after_them() -> None:
    ask = steps("{name: Ask, action: WaitForAction, timeoutSeconds: 3600}")
    uses = [workflow(ask, name=name, parallelGroup="checks", onFailure="CONTINUE") for name in ("one", "two")]
    arn = create(BUILD_IMAGE, *uses, workflow(ask, name="three"))
    CLOCK.advance(HOUR)
    assert len(waiting()) == 2
    groups = {run["status"]: run.get("parallelGroup") for run in runs_of(arn) if run["type"] == "TEST"}
    assert groups == {"RUNNING": "checks", "PENDING": None}
    CLOCK.advance(HOUR)
    [last] = waiting()
    assert "/three/" in last["workflowBuildVersionArn"]


def test_a_workflow_that_fails_ends_the_others_of_its_group() -> None:
    ask = workflow(steps("{name: Ask, action: WaitForAction}"), name="ask", parallelGroup="checks")
    bad = steps(LAUNCH, "{name: Bad, action: WaitForSSMAgent, inputs: {instanceId: i-0123456789abcdef0}}")
    failed = built(BUILD_IMAGE, ask, workflow(bad, parallelGroup="checks"))
    assert sorted(run["status"] for run in runs_of(failed["arn"]) if run["type"] == "TEST") == [
        "CANCELLED",
        "ROLLBACK_COMPLETED",
    ]
    assert waiting() == []


def test_a_cancelled_build_leaves_no_instance_and_nothing_that_waits() -> None:
    arn = create(BUILD_IMAGE, workflow(steps(LAUNCH, "{name: Ask, action: WaitForAction}", END)))
    CLOCK.advance(HOUR)
    client("imagebuilder").cancel_image_creation(imageBuildVersionArn=arn)
    assert (waiting(), set(instances())) == ([], {"terminated"})
    assert statuses(arn) == {"Launch": "COMPLETED", "Ask": "CANCELLED", "End": "PENDING"}


def test_a_failed_test_stage_is_retried_from_its_first_step() -> None:
    arn = create(BUILD_IMAGE, workflow(steps("{name: Ask, action: WaitForAction}")))
    CLOCK.advance(HOUR)
    answer("STOP")
    client("imagebuilder").retry_image(imageBuildVersionArn=arn)
    answer("RESUME")
    CLOCK.advance(HOUR)
    assert image(arn)["state"]["status"] == "AVAILABLE"


def test_a_fault_strikes_in_a_workflow_too() -> None:
    inject_fault("TESTING", "No space left on device")
    failed = built(BUILD_IMAGE, workflow(steps(LAUNCH, END)))
    assert reason(failed) == "No space left on device"


def test_the_execution_role_has_to_trust_image_builder() -> None:
    role = make_role("other", {"Service": "ec2.amazonaws.com"}, ROLE)
    assert "sts:AssumeRole" in reason(built(BUILD_IMAGE, TEST_IMAGE, executionRole=role))


def test_the_service_linked_role_is_there_without_being_made() -> None:
    service_names.apply()
    role = f"arn:aws:iam::{BUILD}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"
    assert built(BUILD_IMAGE, TEST_IMAGE, executionRole=role)["state"] == {"status": "AVAILABLE"}


# Documents


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (
            "{name: Copy, action: DistributeImage}",
            "DistributeImage belongs into a distribution workflow; this one is for test.",
        ),
        ("{name: Launch, action: LaunchInstance}", "LaunchInstance needs them with waitFor"),
        (
            "{name: Ask, action: WaitForAction, inputs: [a]}",
            "steps[0].inputs: is a list; WaitForAction takes one mapping.",
        ),
        ("{name: Ask, action: WaitForAction, timeoutSeconds: 604801}", "1 to 604800 seconds are for WaitForAction"),
        ("{name: Ask, action: WaitForAction, timeoutSeconds: 0}", "1 to 604800 seconds are for WaitForAction"),
        ("{name: Ask, action: WaitForAction, inputs: {topic: a}}", "WaitForAction takes no topic"),
        ("{name: Ask, action: WaitForAction, onFailure: Ignore}", "allowed are Abort and Continue"),
        ("{name: Ask, action: WaitForAction, if: {stringEquals: a}}", "stringEquals compares with one"),
        ("{name: Ask, action: WaitForAction, if: {equals: a, value: b}}", "there is no such operator"),
        ("{name: Ask, action: WaitForAction, if: {and: []}}", "1 to 10 are allowed under `and`"),
        ("{name: Ask, action: WaitForAction, if: [a, b]}", "one statement such as"),
        (
            "{name: Ask, action: WaitForAction, if: {not: {not: {not: {not: {stringEquals: a, value: b}}}}}}",
            "4 levels deep",
        ),
    ],
)
def test_a_document_that_could_not_run_is_refused(step: str, problem: str) -> None:
    with pytest.raises(ClientError) as caught:
        workflow(steps(step))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("{stringEquals: Linux, value: $.imagebuilder.Platform}", "COMPLETED"),
        ("[{booleanEquals: true, value: $.imagebuilder.collectImageScanFindings}]", "SKIPPED"),
        (
            "{and: [{stringEquals: Test, value: $.imagebuilder.workflowPhase},"
            " {booleanEquals: true, value: $.imagebuilder.terminateInstanceOnFailure},"
            " {stringEquals: 1.0.0, value: $.imagebuilder.imageVersionNumber}]}",
            "COMPLETED",
        ),
        ("{not: {stringEquals: AMI, value: $.imagebuilder.imageType}}", "SKIPPED"),
        ("{or: [{numberLessThan: 1, value: 2}, {numberEquals: '1', value: 1}]}", "COMPLETED"),
        ("{and: [{numberGreaterThanEquals: 1, value: 1}, {numberLessThanEquals: 1, value: 2}]}", "SKIPPED"),
        ("{numberEquals: one, value: 1}", "FAILED"),
    ],
)
def test_a_step_runs_where_its_condition_holds(condition: str, status: str) -> None:
    document = steps(LAUNCH, END.replace("{name", f"{{if: {condition}, name"))
    arn = built(BUILD_IMAGE, workflow(document))["arn"]
    assert statuses(arn)["End"] == status


@pytest.mark.parametrize(("kind", "value"), [("boolean", ["maybe"]), ("integer", ["two"]), ("string", ["a", "b"])])
def test_a_parameter_has_the_type_that_its_document_says(kind: str, value: list[str]) -> None:
    body = f"parameters: [{{name: p, type: {kind}}}]\nsteps:\n- {{name: Ask, action: WaitForAction}}\n"
    with pytest.raises(ClientError, match=f"'p' must be one value of type {kind}"):
        create(BUILD_IMAGE, workflow(body, parameters=[{"name": "p", "value": value}]))


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("build-image", "name: CreateOutputAMI, action: CreateImage"),
        ("build-container", "name: BootstrapBuildInstance, action: BootstrapInstanceForContainer"),
    ],
)
def test_the_documents_of_amazons_workflows_are_answered(name: str, step: str) -> None:
    told = client("imagebuilder").get_workflow(workflowBuildVersionArn=f"{MANAGED}/build/{name}/1.0.0/1")["workflow"]
    assert step in told["data"]


def test_a_failed_image_leaves_nothing_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends a build: here a defect of the emulation in a step beside one that waits."""
    ask = workflow(steps("{name: Ask, action: WaitForAction}"), name="ask", parallelGroup="checks")
    document = steps(
        LAUNCH, "{name: Look, action: WaitForSSMAgent, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}"
    )
    monkeypatch.setitem(step_effects.ENDS, "WaitForSSMAgent", lambda _: {}["absent"])
    failed = built(BUILD_IMAGE, ask, workflow(document, parallelGroup="checks"))
    assert "The embedded AWS failed: KeyError" in reason(failed)
    assert (waiting(), set(instances())) == ([], {"terminated"})


def test_a_failure_without_a_step_names_none() -> None:
    failed = built(workflow(steps(LAUNCH, END), "BUILD"))
    assert "failedStep" not in failed["state"]["failureContext"]
