"""Workflow documents under `workflows/`: what is read of them, and the form in which they go to AWS.

What Image Builder makes of them is checked in `generator.documents`. The key `type` does not go to AWS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generator.documents.workflow import MAX_DESCRIPTION, TYPE_KEY, check_workflow, stage_of
from generator.source.report import Report, shown
from generator.source.yaml import Document, Path
from generator.spec.document_settings import digest_with
from generator.spec.documents import canonical_text, check_size, digest_of
from generator.spec.model_documents import DocumentSettings
from generator.spec.model_pipeline import WorkflowKind

_PARAMETER = re.compile(r"(?:\{\{\s*)?\$\.parameters\.([A-Za-z0-9_-]+)(?:\s*\}\})?\Z")

Steps = Sequence[Mapping[str, Any]]


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
    errors = report.errors
    check_workflow(document, report)
    _check_what_aws_refuses(document, report)
    data = document.data
    if not isinstance(data, dict) or report.errors > errors:
        return None
    _check_topics(document, data["steps"], report)
    text = canonical_text(document, TYPE_KEY)
    check_size(document, text, "workflow", report)
    return _read(name, document, data, text) if report.errors == errors else None


def _read(name: str, document: Document, data: Mapping[str, Any], text: str) -> WorkflowDocument:
    """A workflow's document that has been checked."""
    topics, topic_parameters = _topics(data["steps"])
    return WorkflowDocument(
        name=name,
        source=document,
        text=text,
        digest=digest_of(document),
        kind=stage_of(data),
        description=str(data.get("description") or name),
        parameters={item["name"]: _parameter(item) for item in data.get("parameters") or []},
        topic_arns=topics,
        topic_parameters=topic_parameters,
    )


def _check_what_aws_refuses(document: Document, report: Report) -> None:
    """What CreateWorkflow does not take besides: the description is told to it, too."""
    description = document.data.get("description") if isinstance(document.data, dict) else None
    if description is not None and not (isinstance(description, str) and 1 <= len(description) <= MAX_DESCRIPTION):
        report.error(document, ("description",), f"is not allowed; text of 1 to {MAX_DESCRIPTION} characters is.")
    for path, scalar in document.scalars.items():
        if "\x00" in scalar.text:
            report.error(document, path, "holds the character U+0000, which AWS refuses in a document. Remove it.")


def _parameter(item: Mapping[str, Any]) -> ParameterDeclared:
    default = item.get("default")
    is_text = isinstance(default, str)
    return ParameterDeclared(item.get("type", "string"), "default" not in item, default if is_text else None)


def _topics(steps: Steps) -> tuple[frozenset[str], frozenset[str]]:
    """The topics of WaitForAction steps: ARNs in the document, and parameters that name one."""
    arns, named = set(), set()
    for _, topic in _topics_written(steps):
        parameter = _PARAMETER.match(topic)
        if parameter:
            named.add(parameter.group(1))
        else:
            arns.add(topic)
    return frozenset(arns), frozenset(named)


def _check_topics(document: Document, steps: Steps, report: Report) -> None:
    """A topic has to be known before a build runs: the role of the pipeline may publish to it alone."""
    for path, topic in _topics_written(steps):
        if not _PARAMETER.match(topic) and not topic.startswith("arn:"):
            message = (
                f"{shown(topic)} is not allowed; the ARN of a topic is, or a parameter such as $.parameters.topic."
            )
            report.error(document, path, message)


def _topics_written(steps: Steps) -> Iterator[tuple[Path, str]]:
    for index, step in enumerate(steps):
        inputs = step.get("inputs") or {}
        for key in ("snsTopicArn", "snsTopicArn.$"):
            if step["action"] == "WaitForAction" and key in inputs:
                yield ("steps", index, "inputs", key), str(inputs[key])
