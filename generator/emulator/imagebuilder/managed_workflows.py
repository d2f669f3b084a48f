"""The documents of the workflows that Amazon publishes, as far as they are known: stages, steps, conditions, outputs.

Names of workflows: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html. Steps are
those that a build through the defaults lists in ListWorkflowStepExecutions. The texts are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ManagedWorkflow:
    """`steps`: YAML of the document's steps and outputs."""

    kind: str
    description: str
    steps: str

    @property
    def data(self) -> str:
        return f"description: {self.description}\nschemaVersion: 1.0\nsteps:\n{self.steps}"


def _on(instance: str) -> str:
    return f"inputs: {{instanceId.$: $.stepOutputs.{instance}.instanceId}}"


def _launch(name: str) -> str:
    return f"  - {{name: {name}, action: LaunchInstance, onFailure: Abort, inputs: {{waitFor: ssmAgent}}}}\n"


def _step(name: str, action: str, instance: str, *conditions: str, on_failure: str = "Abort") -> str:
    condition = f"if: {{and: [{', '.join(conditions)}]}}, " if conditions else ""
    return f"  - {{name: {name}, action: {action}, onFailure: {on_failure}, {condition}{_on(instance)}}}\n"


def _is(value: str, variable: str) -> str:
    return f"{{stringEquals: {value}, value: $.imagebuilder.{variable}}}"


def _wanted(variable: str) -> str:
    return f"{{booleanEquals: true, value: $.imagebuilder.{variable}}}"


BUILT, TESTED = "LaunchBuildInstance", "LaunchTestInstance"
AMI = _is("AMI", "imageType")
DOCKER = _is("DOCKER", "imageType")
DISTRIBUTED = "inputs: {distributedImages.$: $.stepOutputs.DistributeImage.distributedImages}"

MANAGED_WORKFLOWS: Mapping[str, ManagedWorkflow] = {
    "build-image": ManagedWorkflow(
        "BUILD",
        "Builds an AMI",
        _launch(BUILT)
        + _step("ApplyBuildComponents", "ExecuteComponents", BUILT)
        + _step("InventoryCollection", "CollectImageMetadata", BUILT, AMI, _wanted("collectImageMetadata"))
        + _step("RunSanitizeScript", "SanitizeInstance", BUILT, AMI, _is("Linux", "platform"))
        + _step("RunSysPrepScript", "RunSysPrep", BUILT, AMI, _is("Windows", "platform"))
        + _step("CreateOutputAMI", "CreateImage", BUILT, AMI)
        + _step("TerminateBuildInstance", "TerminateInstance", BUILT, on_failure="Continue")
        + "outputs:\n  - {name: ImageId, value: $.stepOutputs.CreateOutputAMI.imageId}\n",
    ),
    "build-container": ManagedWorkflow(
        "BUILD",
        "Builds a container image",
        _launch(BUILT)
        + _step("BootstrapBuildInstance", "BootstrapInstanceForContainer", BUILT, DOCKER)
        + _step("ApplyBuildComponents", "ExecuteComponents", BUILT)
        + f"outputs:\n  - {{name: InstanceId, value: $.stepOutputs.{BUILT}.instanceId}}\n",
    ),
    "test-image": ManagedWorkflow(
        "TEST",
        "Tests an AMI",
        _launch(TESTED)
        + _step(
            "CollectImageScanFindings",
            "CollectImageScanFindings",
            TESTED,
            _wanted("collectImageScanFindings"),
            on_failure="Continue",
        )
        + _step("ApplyTestComponents", "ExecuteComponents", TESTED)
        + _step("TerminateTestInstance", "TerminateInstance", TESTED, on_failure="Continue"),
    ),
    "test-container": ManagedWorkflow(
        "TEST",
        "Tests a container image",
        _launch(TESTED)
        + _step("BootstrapTestInstance", "BootstrapInstanceForContainer", TESTED, DOCKER)
        + _step("ApplyTestComponents", "ExecuteComponents", TESTED)
        + _step("TerminateTestInstance", "TerminateInstance", TESTED, on_failure="Continue"),
    ),
    "distribute-image": ManagedWorkflow(
        "DISTRIBUTION",
        "Distributes an AMI",
        "  - {name: DistributeImage, action: DistributeImage, onFailure: Abort}\n"
        f"  - {{name: ModifyImageAttributes, action: ModifyImageAttributes, onFailure: Abort, {DISTRIBUTED}}}\n"
        f"  - {{name: ConfigureImage, action: ApplyImageConfigurations, onFailure: Abort, {DISTRIBUTED}}}\n",
    ),
    "distribute-container": ManagedWorkflow(
        "DISTRIBUTION",
        "Distributes a container image",
        "  - {name: DistributeImage, action: DistributeImage, onFailure: Abort}\n",
    ),
}
