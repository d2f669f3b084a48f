"""What is remembered of an image's build beyond what the service answers about the image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from generator.emulator.imagebuilder.workflow_documents import DocumentStep, WorkflowDocument

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


@dataclass(frozen=True)
class WorkflowUse:
    """A workflow as an image is built with it: the build version that its ARN meant when the image was created."""

    arn: str
    kind: WorkflowKind
    document: WorkflowDocument
    parameters: Mapping[str, Any]  # of the types that the document says
    group: str = ""
    goes_on: bool = False  # the image does not fail with it


@dataclass
class StepRun:
    """The run of one step of a document. `inputs` are None until it has begun."""

    id: str
    written: DocumentStep
    status: str = "PENDING"  # SKIPPED, RUNNING, COMPLETED, FAILED, CANCELLED
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    rollback: str = ""  # COMPLETED, SKIPPED
    started: datetime | None = None
    ended: datetime | None = None
    due: datetime | None = None  # when it is done, or has waited too long

    @property
    def is_waiting(self) -> bool:
        return self.status == "RUNNING" and self.written.action == "WaitForAction"


@dataclass
class Workflow:
    """The run of a workflow: of a document where `use` is one, else of build-image, test-image or distribute-image."""

    id: str
    kind: WorkflowKind
    started: datetime
    status: str = "RUNNING"  # COMPLETED, FAILED, CANCELLED, ROLLBACK_COMPLETED
    ended: datetime | None = None
    message: str = ""
    failed_step: str = ""
    use: WorkflowUse | None = None
    steps: tuple[StepRun, ...] = ()
    instances: tuple[str, ...] = ()  # that its steps launched
    is_container: bool = False  # of an image of that kind


@dataclass
class Build:
    """`due`: when the stage ends; None once the image is ready, failed or cancelled."""

    image_arn: str
    stage: Stage
    due: datetime | None
    base_ami: str = ""
    instance_id: str | None = None
    ami_id: str = ""  # of the build account and Region, once BUILDING has ended; of a container's test instance
    workflows: list[Workflow] = field(default_factory=list)
    uses: tuple[WorkflowUse, ...] = ()  # the workflows that the image lists; without any, AWS's own
    outputs: dict[str, Any] = field(default_factory=dict)  # of workflows that have run, by name
    is_container: bool = False
    sources: tuple[str, ...] = ()  # what its recipe meant when it began: see build_sources
