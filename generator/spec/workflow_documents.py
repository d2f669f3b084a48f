"""Workflow documents under `workflows/`: what is read of them, and the form in which they go to AWS.

Document: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html
Actions and stages: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html

The stage that a workflow is for is no part of AWS's document: it is an argument of CreateWorkflow. Here it stands in
the document under `type`, which does not go to AWS; where it is missing, the actions tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from generator.spec.document_settings import digest_with
from generator.spec.documents import canonical_text, check_size, digest_of
from generator.spec.model_documents import DocumentSettings
from generator.spec.model_pipeline import WorkflowKind
from generator.spec.report import Report, did_you_mean, quoted, shown
from generator.spec.yaml import Document, Path

MAX_STEPS = 15
TYPE_KEY = "type"
KINDS: Mapping[str, WorkflowKind] = {"build": "BUILD", "test": "TEST", "distribution": "DISTRIBUTION"}
PARAMETER_TYPES = ("string", "integer", "boolean", "stringList")

_OF_BUILDS = frozenset(
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
_OF_DISTRIBUTIONS = frozenset(
    {"ApplyImageConfigurations", "DistributeContainerImage", "DistributeImage", "ModifyImageAttributes"}
)
_ANYWHERE = frozenset(
    {
        "ExecuteStateMachine",
        "LaunchInstance",
        "RunCommand",
        "TerminateInstance",
        "WaitForAction",
        "WaitForSSMAgent",
    }
)
_STAGES: Mapping[str, frozenset[WorkflowKind]] = {
    **dict.fromkeys(_OF_DISTRIBUTIONS, frozenset[WorkflowKind]({"DISTRIBUTION"})),
    "CollectImageScanFindings": frozenset({"TEST"}),
    "ExecuteComponents": frozenset({"BUILD", "TEST"}),
}
ACTIONS = tuple(sorted(_OF_BUILDS | _ANYWHERE | _STAGES.keys()))

_STEP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,99}\Z")  # botocore imagebuilder WorkflowStepName
_TOPIC_ARN = re.compile(r"arn:aws[^:]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}\Z")
_PARAMETER = re.compile(r"(?:\{\{\s*)?\$\.parameters\.([A-Za-z0-9_-]+)(?:\s*\}\})?\Z")


@dataclass(frozen=True)
class ParameterDeclared:
    type: Literal["string", "integer", "boolean", "stringList"]
    is_required: bool
    default: str | None = None


@dataclass(frozen=True)
class WorkflowDocument:
    name: str
    source: Document
    text: str  # canonical
    digest: str  # of its meaning: sha256:...
    kind: WorkflowKind
    description: str
    parameters: Mapping[str, ParameterDeclared]
    topic_arns: frozenset[str]  # of the topics that its waiting steps tell
    topic_parameters: frozenset[str]  # the parameters that name such a topic
    settings: DocumentSettings = field(default_factory=DocumentSettings)

    def with_settings(self, settings: DocumentSettings) -> WorkflowDocument:
        """As a component's."""
        return replace(self, settings=settings, digest=digest_with(self.digest, settings))


def workflow_document(name: str, document: Document, report: Report) -> WorkflowDocument | None:
    """Read a workflow's document; None after what is wrong has been reported."""
    findings = len(report.diagnostics)
    data = document.data
    if not isinstance(data, dict):
        report.error(document, (), "is not a workflow document; a mapping with schemaVersion and steps is.")
        return None
    _check_head(document, data, report)
    steps = _checked_steps(document, data, report)
    parameters = _parameters(document, data, report)
    kind = _kind(document, data, steps, report)
    topics, topic_parameters = _topics(document, steps, parameters, report)
    text = canonical_text(document, TYPE_KEY)
    check_size(document, text, "workflow", report)
    if len(report.diagnostics) > findings:
        return None
    return WorkflowDocument(
        name=name,
        source=document,
        text=text,
        digest=digest_of(document),
        kind=kind,
        description=str(data.get("description") or name),
        parameters=parameters,
        topic_arns=topics,
        topic_parameters=topic_parameters,
    )


def _check_head(document: Document, data: Mapping[str, object], report: Report) -> None:
    if "schemaVersion" not in data:
        report.error(document, ("schemaVersion",), "is missing. Add `schemaVersion: 1.0`.")
    elif str(data["schemaVersion"]) not in ("1", "1.0"):
        report.error(document, ("schemaVersion",), f"{shown(data['schemaVersion'])} is not allowed; 1.0 is.")
    description = data.get("description")
    if description is not None and not (isinstance(description, str) and 1 <= len(description) <= 1024):
        report.error(document, ("description",), "is not allowed; text of 1 to 1024 characters is.")
    for path, scalar in document.scalars.items():
        if "\x00" in scalar.text:
            report.error(document, path, "holds the character U+0000, which AWS refuses in a document. Remove it.")


Step = Mapping[str, object]


def _checked_steps(document: Document, data: Mapping[str, object], report: Report) -> list[tuple[int, Step]]:
    """The steps that are steps, with their places in the list."""
    steps = data.get("steps")
    if not isinstance(steps, list) or not steps:
        report.error(document, ("steps",), "must be a list with at least one step.")
        return []
    if len(steps) > MAX_STEPS:
        report.error(document, ("steps",), f"has {len(steps)} steps; AWS takes {MAX_STEPS}. Split the workflow in two.")
    names: set[str] = set()
    return [(index, step) for index, step in enumerate(steps) if _is_step(document, index, step, names, report)]


def _is_step(document: Document, index: int, step: object, names: set[str], report: Report) -> bool:
    path: Path = ("steps", index)
    if not isinstance(step, dict):
        report.error(document, path, "is not allowed; a mapping with name and action is.")
        return False
    name, action = step.get("name"), step.get("action")
    if not isinstance(name, str) or not _STEP_NAME.match(name):
        message = f"{shown(name)} is not allowed; 2 to 100 letters, digits, - and _ are, with a letter first."
        report.error(document, (*path, "name"), message)
    elif name in names:
        report.error(document, (*path, "name"), f"{name} is the name of another step already. Rename one.")
    names.add(str(name))
    if action not in ACTIONS:
        hint = did_you_mean(str(action), ACTIONS)
        message = f"{shown(action)} is no step action of Image Builder; known are {', '.join(ACTIONS)}.{hint}"
        report.error(document, (*path, "action"), message)
    return action in ACTIONS


def _kind(
    document: Document, data: Mapping[str, object], steps: Sequence[tuple[int, Step]], report: Report
) -> WorkflowKind:
    written = data.get(TYPE_KEY)
    if written is not None and written not in KINDS:
        hint = did_you_mean(str(written), KINDS)
        report.error(document, (TYPE_KEY,), f"{shown(written)} is not allowed; {quoted(KINDS)} is.{hint}")
    kind = KINDS.get(str(written)) or _kind_of({str(step["action"]) for _, step in steps})
    for index, step in steps:
        allowed = _STAGES.get(str(step["action"]))
        if allowed and kind not in allowed:
            stages = quoted(sorted(each.lower() for each in allowed))
            message = f"{step['action']} belongs into a {stages} workflow; this one is for {kind.lower()}."
            report.error(document, ("steps", index, "action"), message)
    return kind


def _kind_of(actions: set[str]) -> WorkflowKind:
    if actions & _OF_DISTRIBUTIONS:
        return "DISTRIBUTION"
    return "BUILD" if actions & _OF_BUILDS else "TEST"


def _parameters(document: Document, data: Mapping[str, object], report: Report) -> dict[str, ParameterDeclared]:
    """Declared as a flat list, unlike a component's: `- {name: x, type: string, default: y}`."""
    written = data.get("parameters", [])
    declared: dict[str, ParameterDeclared] = {}
    if not isinstance(written, list):
        report.error(document, ("parameters",), "is not allowed; a list of mappings with name and type is.")
        return declared
    for index, item in enumerate(written):
        name, kind = (item.get("name"), item.get("type")) if isinstance(item, dict) else (None, None)
        if not isinstance(item, dict) or not isinstance(name, str) or kind not in PARAMETER_TYPES:
            message = f"is no parameter; a mapping with name, and with type {quoted(PARAMETER_TYPES)}, is."
            report.error(document, ("parameters", index), message)
        elif name in declared:
            report.error(document, ("parameters", index, "name"), f"{name} is declared already. Remove one.")
        else:
            default = item.get("default")
            declared[name] = ParameterDeclared(
                kind, "default" not in item, default if isinstance(default, str) else None
            )
    return declared


def _topics(
    document: Document,
    steps: Sequence[tuple[int, Step]],
    parameters: Mapping[str, ParameterDeclared],
    report: Report,
) -> tuple[frozenset[str], frozenset[str]]:
    """The topics of WaitForAction steps: ARNs in the document, and parameters that name one."""
    arns, named = set(), set()
    for index, step in steps:
        inputs = step.get("inputs")
        if step["action"] != "WaitForAction" or not isinstance(inputs, dict):
            continue
        for key in ("snsTopicArn", "snsTopicArn.$"):
            topic = inputs.get(key)
            if topic is None:
                continue
            parameter = _PARAMETER.match(str(topic))
            path: Path = ("steps", index, "inputs", key)
            if parameter is None:
                arns.add(str(topic))
                _check_topic(document, path, str(topic), report)
            elif parameter.group(1) in parameters:
                named.add(parameter.group(1))
            else:
                report.error(
                    document, path, f"there is no parameter {parameter.group(1)}. Declare it under parameters."
                )
    return frozenset(arns), frozenset(named)


def _check_topic(document: Document, path: Path, topic: str, report: Report) -> None:
    if not _TOPIC_ARN.match(topic):
        message = f"{shown(topic)} is not allowed; the ARN of a topic is, or a parameter such as $.parameters.topic."
        report.error(document, path, message)
