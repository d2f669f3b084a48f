"""One step of a running workflow: how it begins, ends, fails and is rolled back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from generator.emulator.imagebuilder import waiting
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import BuildFailure
from generator.emulator.imagebuilder.faults import take_fault
from generator.emulator.imagebuilder.state import timestamp
from generator.emulator.imagebuilder.step_effects import BEGINNINGS, ENDS, Outputs, Scene
from generator.emulator.imagebuilder.workflow_actions import SECONDS
from generator.emulator.imagebuilder.workflow_conditions import holds
from generator.emulator.imagebuilder.workflow_variables import UnknownVariableError, Variables

# https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html: the others have no rollback.
ROLLED_BACK = ("CollectImageMetadata", "LaunchInstance")


class Faulted(BuildFailure):
    """A fault that was asked for: it fails the image, whatever the step says of failures."""


def begin(scene: Scene, moment: datetime) -> None:
    """The step runs from now on, or is skipped. Raises BuildFailure."""
    step, variables = scene.step, variables_of(scene)
    step.started = moment
    try:
        if step.written.condition is not None and not holds(step.written.condition, variables.value):
            step.status, step.ended = "SKIPPED", moment
            return
        step.status, step.inputs = "RUNNING", variables.inputs(step.written.inputs)
    except UnknownVariableError as error:
        raise BuildFailure(f"The variable {error} has no value.") from None
    except ValueError as error:
        raise BuildFailure(str(error)) from None
    seconds = step.written.timeout if step.is_waiting else SECONDS[step.written.action]
    step.due = moment + timedelta(seconds=min(seconds, step.written.timeout))
    if step.is_waiting:
        waiting.wait(scene)
    elif step.written.action in BEGINNINGS:
        BEGINNINGS[step.written.action](scene)


def end(scene: Scene, moment: datetime) -> None:
    """The time of the step is over. Raises BuildFailure where it fails, or has taken longer than it may."""
    step = scene.step
    if step.is_waiting or SECONDS[step.written.action] > step.written.timeout:
        raise BuildFailure(f"The step timed out after {step.written.timeout} seconds.")
    fault = take_fault(scene.build.stage, scene.image["name"])
    if fault is not None:
        raise Faulted(fault.reason)
    complete(scene, ENDS[step.written.action](scene), moment)


def complete(scene: Scene, outputs: Outputs, moment: datetime) -> None:
    scene.step.status, scene.step.outputs, scene.step.ended = "COMPLETED", outputs, moment


def fail(scene: Scene, message: str, moment: datetime) -> None:
    step = scene.step
    step.status, step.message, step.ended = "FAILED", message[:500], moment


def roll_back(scene: Scene) -> None:
    """Undo a step of a run that failed: instances go, unless the infrastructure configuration keeps them."""
    is_enabled = variables_of(scene).value(scene.step.written.rollback) is not False
    keeps = not scene.image["infrastructureConfiguration"]["terminateInstanceOnFailure"]
    launched = scene.step.written.action == "LaunchInstance"
    if not is_enabled or scene.step.written.action not in ROLLED_BACK or (launched and keeps):
        scene.step.rollback = "SKIPPED"
        return
    if launched and scene.step.outputs.get("instanceId"):
        release(scene, scene.step.outputs["instanceId"])
    scene.step.rollback = "COMPLETED"


def release(scene: Scene, instance_id: str) -> None:
    ec2_of(scene.state).terminate_instances([instance_id])
    if scene.build.instance_id == instance_id:
        scene.build.instance_id = None


def variables_of(scene: Scene) -> Variables:
    use = scene.run.use
    done = {step.written.name: step.outputs for step in scene.run.steps if step.status == "COMPLETED"}
    return Variables(use.parameters if use else {}, done, scene.build.outputs, _system(scene))


def _system(scene: Scene) -> dict[str, Any]:
    """https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-dynamic-vars.html#wfdoc-ib-vars."""
    image, infrastructure = scene.image, scene.image["infrastructureConfiguration"]
    scanning = (image.get("imageScanningConfiguration") or {}).get("imageScanningEnabled")
    return {
        "collectImageMetadata": image["enhancedImageMetadataEnabled"],
        "collectImageScanFindings": scanning is True,
        "dateTime": timestamp(scene.step.started),
        "imageBuildNumber": image["version"].rsplit("/", 1)[1],
        "imageId": scene.build.base_ami,
        "imageName": image["name"],
        "imageType": image["type"],
        "imageVersionNumber": image["version"].split("/", 1)[0],
        "instanceProfileName": infrastructure["instanceProfileName"],
        "platform": image["platform"],
        "securityGroups": infrastructure.get("securityGroupIds"),
        "sourceImageARN": image["arn"],
        "subnetId": infrastructure.get("subnetId"),
        "terminateInstanceOnFailure": infrastructure["terminateInstanceOnFailure"],
        "workflowPhase": scene.run.kind.capitalize(),
    }
