"""The step actions of image workflows: the stages they belong to, their time, what they take and what they give.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["BUILD", "TEST", "DISTRIBUTION"]
# texts: a list of them; lists: a mapping of such lists; entries: a list of mappings; some: one mapping, or entries;
# json: text that is JSON; images: what a DistributeImage step gives.
Kind = Literal["text", "texts", "lists", "boolean", "integer", "mapping", "entries", "some", "json", "images"]

MINUTE, HOUR, DAY = 60, 3600, 86400
EVERYWHERE: frozenset[Stage] = frozenset({"BUILD", "TEST", "DISTRIBUTION"})
BUILD_AND_TEST: frozenset[Stage] = frozenset({"BUILD", "TEST"})
TEST: frozenset[Stage] = frozenset({"TEST"})
DISTRIBUTION: frozenset[Stage] = frozenset({"DISTRIBUTION"})


@dataclass(frozen=True)
class Input:
    """`members`: what its mappings hold; empty where that is left to whoever reads them."""

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    members: Mapping[str, Input] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkflowAction:
    """`timeout` and `longest` in seconds: what holds where nothing is said, and the most that may be said."""

    name: str
    timeout: int
    longest: int
    inputs: Mapping[str, Input]
    outputs: tuple[str, ...] = ()
    stages: frozenset[Stage] = EVERYWHERE

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.inputs.items() if each.required)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "architecture": ("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"),
    "bootMode": ("legacy-bios", "uefi", "uefi-preferred"),
    "dataType": ("text", "aws:ec2:image"),
    "diskImageFormat": ("VMDK", "RAW", "VHD"),
    "healthCheck": ("RUNNING", "STATUS_CHECK_PASSED"),
    "imdsSupport": ("v2.0",),
    "tpmSupport": ("v2.0",),
    "virtualizationType": ("hvm", "paravirtual"),
    "waitFor": ("ssmAgent",),
}


def _inputs(words: str, **members: Mapping[str, Input]) -> dict[str, Input]:
    """`region! amiTags:mapping`: names, `!` for required ones, a kind after a colon where it is not text."""
    inputs = {}
    for word in words.split():
        name, _, kind = word.rstrip("!").partition(":")
        inputs[name] = Input(name, kind or "text", word.endswith("!"), _CHOICES.get(name, ()), members.get(name, {}))  # type: ignore[arg-type]
    return inputs


_ON_INSTANCE = _inputs("instanceId!")
_COMMAND = ("runCommandId", "status", "output")
_IMAGES = _inputs("distributedImages:images!")
_DISTRIBUTIONS = _inputs("region! name description targetAccountIds:texts amiTags:mapping kmsKeyId")
_ATTRIBUTES = _inputs(
    "region! launchPermission:mapping",
    launchPermission=_inputs("userIds:texts userGroups:texts organizationArns:texts organizationalUnitArns:texts"),
)
_FAST_LAUNCH = _inputs(
    "enabled:boolean! snapshotConfiguration:mapping maxParallelLaunches:integer launchTemplate:mapping accountId",
    snapshotConfiguration=_inputs("targetResourceCount:integer"),
    launchTemplate=_inputs("launchTemplateId launchTemplateName launchTemplateVersion"),
)
_CONFIGURATIONS = _inputs(
    "region! licenseConfigurationArns:texts launchTemplateConfigurations:some s3ExportConfiguration:some "
    "fastLaunchConfigurations:some ssmParameterConfigurations:some",
    launchTemplateConfigurations=_inputs("launchTemplateId! accountId setDefaultVersion:boolean"),
    s3ExportConfiguration=_inputs("roleName! diskImageFormat! s3Bucket! s3Prefix"),
    fastLaunchConfigurations=_FAST_LAUNCH,
    ssmParameterConfigurations=_inputs("amiAccountId parameterName! dataType"),
)
_REGISTER = _inputs(
    "architecture blockDeviceMapping:entries bootMode description enaSupport:boolean imageLocation imdsSupport "
    "includeSnapshotTags:boolean kernelId ramdiskId rootDeviceName sriovNetSupport tpmSupport uefiData "
    "virtualizationType"
)

_ALL = (
    WorkflowAction(
        "ApplyImageConfigurations",
        6 * HOUR,
        12 * HOUR,
        {**_IMAGES, **_inputs("configurations:entries", configurations=_CONFIGURATIONS)},
        ("configuredImages",),
        DISTRIBUTION,
    ),
    WorkflowAction("BootstrapInstanceForContainer", HOUR, 12 * HOUR, _ON_INSTANCE, _COMMAND),
    WorkflowAction("CollectImageMetadata", 30 * MINUTE, 12 * HOUR, _ON_INSTANCE, ("osVersion", "associationId")),
    WorkflowAction("CollectImageScanFindings", 2 * HOUR, 12 * HOUR, _ON_INSTANCE, _COMMAND, TEST),
    WorkflowAction("CreateImage", 12 * HOUR, 3 * DAY, _ON_INSTANCE, ("imageId",)),
    WorkflowAction("CreateImageFromIso", 12 * HOUR, 12 * HOUR, _ON_INSTANCE, ("amiName", "snapshotId", "architecture")),
    WorkflowAction(
        "DistributeContainerImage",
        2 * HOUR,
        12 * HOUR,
        _ON_INSTANCE,
        ("status", "succeededRegions", "failedRegions"),
        DISTRIBUTION,
    ),
    WorkflowAction(
        "DistributeImage",
        6 * HOUR,
        12 * HOUR,
        _inputs("distributions:entries", distributions=_DISTRIBUTIONS),
        ("distributedImages",),
        DISTRIBUTION,
    ),
    WorkflowAction("ExecuteComponents", 12 * HOUR, DAY, _ON_INSTANCE, _COMMAND, BUILD_AND_TEST),
    WorkflowAction(
        "ExecuteStateMachine", 6 * HOUR, DAY, _inputs("stateMachineArn! input:json"), ("executionArn", "output")
    ),
    WorkflowAction(
        "LaunchInstance",
        75 * MINUTE,
        12 * HOUR,
        _inputs("imageIdOverride instanceTypesOverride:texts waitFor! healthCheck"),
        ("instanceId", "instanceType"),  # the type is in an example of wfdoc-dynamic-vars.html alone
    ),
    WorkflowAction(
        "ModifyImageAttributes",
        2 * HOUR,
        3 * HOUR,
        {**_IMAGES, **_inputs("attributes:entries", attributes=_ATTRIBUTES)},
        ("modifiedImages",),
        DISTRIBUTION,
    ),
    WorkflowAction("RegisterImage", 9 * HOUR, 12 * HOUR, _REGISTER, ("imageId",)),
    WorkflowAction(
        "RunCommand",
        12 * HOUR,
        12 * HOUR,
        _inputs("instanceId! documentName! parameters:lists documentVersion"),
        _COMMAND,
    ),
    WorkflowAction("RunSysPrep", HOUR, 12 * HOUR, _ON_INSTANCE, _COMMAND),
    WorkflowAction("SanitizeInstance", HOUR, 12 * HOUR, _ON_INSTANCE, _COMMAND),
    WorkflowAction("TerminateInstance", 30 * MINUTE, 12 * HOUR, _inputs("instanceId! waitForTermination:boolean")),
    WorkflowAction(
        "WaitForAction", 3 * DAY, 7 * DAY, _inputs("snsTopicArn lambdaFunctionName payload:json"), ("action", "reason")
    ),
    WorkflowAction("WaitForSSMAgent", HOUR, 3 * HOUR, _ON_INSTANCE, ("status",)),
)
ACTIONS: Mapping[str, WorkflowAction] = {action.name: action for action in _ALL}

# A workflow distributes AMIs or a container image, not both.
OF_AMIS = ("DistributeImage", "ModifyImageAttributes", "ApplyImageConfigurations")
OF_CONTAINERS = "DistributeContainerImage"

# What a workflow is likely for, where nothing says so: AWS lets these stand in any stage.
MAKING = frozenset(
    {
        "BootstrapInstanceForContainer",
        "CollectImageMetadata",
        "CreateImage",
        "CreateImageFromIso",
        "RegisterImage",
        "RunSysPrep",
        "SanitizeInstance",
    }
)


def likely_stage(actions: set[str]) -> Stage:
    """The stage that steps with these actions belong to, as far as they tell."""
    for stages, stage in ((DISTRIBUTION, "DISTRIBUTION"), (TEST, "TEST")):
        if any(each in ACTIONS and ACTIONS[each].stages == stages for each in actions):
            return stage  # type: ignore[return-value]
    return "BUILD" if actions & MAKING else "TEST"
