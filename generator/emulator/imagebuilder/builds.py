"""What is remembered of an image's build beyond what the service answers about the image."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Stage = Literal["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"]
WorkflowKind = Literal["BUILD", "TEST", "DISTRIBUTION"]
STAGES: tuple[Stage, ...] = ("PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING")


class BuildFailure(Exception):
    """An image fails. `str()` is the reason as AWS phrases it; `regions` say where a distribution failed."""

    def __init__(self, reason: str, step: str = "", regions: tuple[RegionFailure, ...] = ()) -> None:
        super().__init__(reason)
        self.step = step
        self.regions = regions


@dataclass(frozen=True)
class RegionFailure:
    region: str
    account_id: str
    message: str
    configuration_step: str | None = None  # PUT_SSM_PARAMETERS, for what comes after the copy


@dataclass
class Workflow:
    """The run of one of AWS's workflows: build-image, test-image, distribute-image."""

    id: str
    kind: WorkflowKind
    started: datetime
    status: str = "RUNNING"  # COMPLETED, FAILED, CANCELLED
    ended: datetime | None = None
    message: str = ""
    failed_step: str = ""


@dataclass
class Build:
    """`due`: when the stage ends; None once the image is ready, failed or cancelled."""

    image_arn: str
    stage: Stage
    due: datetime | None
    base_ami: str = ""
    instance_id: str | None = None
    ami_id: str = ""  # of the build account and Region, once BUILDING has ended
    workflows: list[Workflow] = field(default_factory=list)
