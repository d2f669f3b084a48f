"""How long the actions of workflow steps take here, in seconds, unless something waits.

What they are, and how long they may take in AWS: `generator.documents.workflow_actions`.
"""

from __future__ import annotations

from collections.abc import Mapping

SECONDS: Mapping[str, int] = {
    "ApplyImageConfigurations": 30,
    "BootstrapInstanceForContainer": 60,
    "CollectImageMetadata": 60,
    "CollectImageScanFindings": 60,
    "CreateImage": 180,
    "CreateImageFromIso": 240,
    "DistributeContainerImage": 240,
    "DistributeImage": 240,
    "ExecuteComponents": 180,
    "ExecuteStateMachine": 60,
    "LaunchInstance": 90,
    "ModifyImageAttributes": 30,
    "RegisterImage": 60,
    "RunCommand": 60,
    "RunSysPrep": 60,
    "SanitizeInstance": 30,
    "TerminateInstance": 10,
    "WaitForAction": 0,
    "WaitForSSMAgent": 30,
}
