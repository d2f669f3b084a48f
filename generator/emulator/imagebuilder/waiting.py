"""Steps that wait until somebody resumes or stops them: WaitForAction of a workflow, and who is told.

Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html#wfdoc-step-action-waitfor and
https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-eventbridge.html. A Lambda function is looked up and not
run: nothing runs code here.
"""

from __future__ import annotations

import json
from typing import Any

from generator.emulator.imagebuilder import keys
from generator.emulator.imagebuilder.builds import BuildFailure
from generator.emulator.imagebuilder.state import Record
from generator.emulator.imagebuilder.step_effects import Scene

STEP_WAITING = "EC2 Image Builder Workflow Step Waiting"
TO_PUBLISH = ("kms:GenerateDataKey", "kms:Decrypt")


def wait(scene: Scene) -> None:
    """Tell of the step. Raises BuildFailure where the execution role may not tell whom the step names.

    EventBridge is told at best effort: nothing that waits for its events holds up the build.
    """
    _put_event(scene)
    if scene.inputs.get("snsTopicArn"):
        _publish(scene, str(scene.inputs["snsTopicArn"]))
    if scene.inputs.get("lambdaFunctionName"):
        _invoke(scene, str(scene.inputs["lambdaFunctionName"]))


def _put_event(scene: Scene) -> None:
    from moto.events.models import events_backends

    state = scene.state
    detail = {
        "workflow-execution-id": scene.run.id,
        "workflow-step-execution-id": scene.step.id,
        "workflow-step-name": scene.step.written.name,
    }
    event = {
        "Source": "aws.imagebuilder",
        "DetailType": STEP_WAITING,
        "Resources": [scene.image["arn"]],
        "Detail": json.dumps(detail),
    }
    events_backends[state.account_id][state.region_name].put_events([event])


def _message(scene: Scene) -> Record:
    """The keys are ours: AWS publishes no example of what it tells."""
    message = {
        "imageBuildVersionArn": scene.image["arn"],
        "workflowExecutionId": scene.run.id,
        "workflowStepExecutionId": scene.step.id,
        "workflowStepName": scene.step.written.name,
    }
    payload = scene.inputs.get("payload")
    return message if payload is None else {**message, "payload": _payload(payload, scene)}


def _payload(written: Any, scene: Scene) -> Any:
    """JSON, or for a topic a sentence: https://github.com/aws-samples/amazon-ec2-image-builder-samples has one."""
    try:
        return json.loads(written) if isinstance(written, str) else written
    except json.JSONDecodeError:
        if scene.inputs.get("lambdaFunctionName") or written.lstrip()[:1] in ("{", "["):
            raise BuildFailure("The input 'payload' must be valid JSON.") from None
        return written


def _publish(scene: Scene, topic_arn: str) -> None:
    from moto.sns.models import sns_backends

    scene.require("sns:Publish", topic_arn)
    parts = topic_arn.split(":", 5)
    backend: Any = sns_backends[parts[4]][parts[3]] if len(parts) == 6 else None
    topic = backend.topics.get(topic_arn) if backend else None
    if topic is None:
        raise BuildFailure(f"Topic does not exist: {topic_arn} (Service: Sns, Status Code: 404)")
    key = keys.find_key(topic.kms_master_key_id, parts[4], parts[3]) if topic.kms_master_key_id else None
    refusal = keys.refusal(key, scene.execution_role, TO_PUBLISH, parts[3], "sns") if key is not None else None
    if refusal is not None:
        raise BuildFailure(f"{refusal.message} (Service: Sns, Status Code: 400)")
    backend.publish(json.dumps(_message(scene)), topic_arn)


def _invoke(scene: Scene, name: str) -> None:
    from moto.awslambda.exceptions import UnknownFunctionException
    from moto.awslambda.models import lambda_backends

    state = scene.state
    arn = f"arn:{state.partition}:lambda:{state.region_name}:{state.account_id}:function:{name}"
    scene.require("lambda:InvokeFunction", name if name.startswith("arn:") else arn)
    try:
        lambda_backends[state.account_id][state.region_name].get_function(name)
    except UnknownFunctionException as error:
        raise BuildFailure(f"Function not found: {error.message}") from None
