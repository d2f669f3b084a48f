"""The frozen model of how an image's pipeline runs: tests, scans, workflows, what becomes of its images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from generator.spec.model_documents import DocumentSettings
from generator.spec.model_lifecycle import Lifecycle
from generator.spec.model_vm import Export, Import

WorkflowKind = Literal["BUILD", "TEST", "DISTRIBUTION"]
Event = Literal["success", "failure", "findings", "waiting"]
Severity = Literal["critical", "high", "medium"]
InspectorType = Literal["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]


@dataclass(frozen=True)
class Workflow:
    """A workflow of ours: a document under the version that the lock gives its content."""

    name: str
    version: str
    kind: WorkflowKind
    description: str
    document: str  # canonical, as a component's
    settings: DocumentSettings = field(default_factory=DocumentSettings)


@dataclass(frozen=True)
class WorkflowParameter:
    """A value for a workflow's parameter: text, or the ARN of the environment's notification topic."""

    name: str
    value: str | None  # None: the topic's ARN


@dataclass(frozen=True)
class WorkflowUse:
    """A workflow at its place in a pipeline: one of ours, or one that Amazon manages (`owner` "aws")."""

    name: str
    owner: Literal["self", "aws"]
    kind: WorkflowKind
    version: str  # exact for ours; "x.x.x" (the newest at build time) for Amazon's unless pinned
    parameters: tuple[WorkflowParameter, ...] = ()
    parallel_group: str | None = None
    on_failure: Literal["CONTINUE", "ABORT"] | None = None


@dataclass(frozen=True)
class Scanning:
    """Scans by Amazon Inspector. The repository and tags are for container images."""

    repository: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PipelineSettings:
    """What a pipeline does besides building. As it stands: what Image Builder does unless it is told otherwise."""

    enabled: bool = True
    run_tests: bool = True
    tests_timeout: int | None = None  # minutes
    collect_metadata: bool = True
    scanning: Scanning | None = None
    workflows: tuple[WorkflowUse, ...] = ()
    waits_on: tuple[str, ...] = ()  # ARNs of topics of others that a waiting step of its workflows tells
    build_timeout: int | None = None  # minutes that an apply waits for an image; None: applying builds none
    lifecycle: Lifecycle | None = None
    export: Export | None = None


@dataclass(frozen=True)
class Notifications:
    """Whom an environment tells what its pipelines do."""

    topic_arn: str | None  # None: a topic of its own
    events: tuple[Event, ...]  # sorted
    severity: Severity = "medium"  # the least of findings that are told


@dataclass(frozen=True)
class RegistryScanning:
    """How the registry of the build account scans what is pushed to it, in the build Region."""

    is_enhanced: bool
    on_push: tuple[str, ...]  # sorted filters of repositories' names
    continuous: tuple[str, ...]


@dataclass(frozen=True)
class Operations:
    """What an environment has besides its images."""

    workflows: tuple[Workflow, ...] = ()  # those of ours that its images use, by name
    notifications: Notifications | None = None
    inspector_types: tuple[InspectorType, ...] = ()  # sorted; what Inspector is activated for
    registry: RegistryScanning | None = None
    execution_policies: tuple[str, ...] = ()  # names of policies of the build account
    imports: tuple[Import, ...] = ()  # those that its images are based on, by name
