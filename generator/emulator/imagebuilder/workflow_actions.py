"""What is allowed of each action of a workflow document: the stages it belongs to, its inputs and its time.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html (stages, timeouts, inputs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86400
EVERYWHERE = ("BUILD", "TEST", "DISTRIBUTION")
BUILD_AND_TEST, TEST, DISTRIBUTION = ("BUILD", "TEST"), ("TEST",), ("DISTRIBUTION",)
INSTANCE = ("instanceId",)


@dataclass(frozen=True)
class ActionRule:
    """`seconds`: how long it takes here, unless something waits; `timeout` and `longest`, in seconds, are AWS's."""

    seconds: int
    timeout: int
    longest: int
    required: tuple[str, ...] = ()
    stages: tuple[str, ...] = EVERYWHERE


RULES: Mapping[str, ActionRule] = {
    "ApplyImageConfigurations": ActionRule(30, 6 * HOUR, 12 * HOUR, ("distributedImages",), DISTRIBUTION),
    "BootstrapInstanceForContainer": ActionRule(60, HOUR, 12 * HOUR, INSTANCE),
    "CollectImageMetadata": ActionRule(60, 30 * MINUTE, 12 * HOUR, INSTANCE),
    "CollectImageScanFindings": ActionRule(60, 2 * HOUR, 12 * HOUR, INSTANCE, TEST),
    "CreateImage": ActionRule(180, 12 * HOUR, 3 * DAY, INSTANCE),
    "DistributeImage": ActionRule(240, 6 * HOUR, 12 * HOUR, (), DISTRIBUTION),
    "ExecuteComponents": ActionRule(180, 12 * HOUR, DAY, INSTANCE, BUILD_AND_TEST),
    "ExecuteStateMachine": ActionRule(60, 6 * HOUR, DAY, ("stateMachineArn",)),
    "LaunchInstance": ActionRule(90, 75 * MINUTE, 12 * HOUR, ("waitFor",)),
    "ModifyImageAttributes": ActionRule(30, 2 * HOUR, 3 * HOUR, ("distributedImages",), DISTRIBUTION),
    "RegisterImage": ActionRule(60, 9 * HOUR, 12 * HOUR),
    "RunCommand": ActionRule(60, 12 * HOUR, 12 * HOUR, ("instanceId", "documentName")),
    "RunSysPrep": ActionRule(60, HOUR, 12 * HOUR, INSTANCE),
    "SanitizeInstance": ActionRule(30, HOUR, 12 * HOUR, INSTANCE),
    "TerminateInstance": ActionRule(10, 30 * MINUTE, 12 * HOUR, INSTANCE),
    "WaitForAction": ActionRule(0, 3 * DAY, 7 * DAY),
    "WaitForSSMAgent": ActionRule(30, HOUR, 3 * HOUR, INSTANCE),
}
