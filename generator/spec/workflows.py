"""The workflows of a pipeline: as an image lists them, and what that means in an environment.

Where an image lists workflows, they take the place of the ones that Image Builder runs otherwise: with no test workflow
in the list no test runs. What AWS takes: botocore imagebuilder WorkflowConfiguration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model_pipeline import Workflow, WorkflowKind, WorkflowParameter, WorkflowUse
from generator.spec.shape import Written, text_or
from generator.spec.workflow_documents import ParameterDeclared, WorkflowDocument

# https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html#use-managed-workflows and
# `aws imagebuilder list-workflows --owner Amazon`. What a name begins with is the stage that it is for.
MANAGED = (
    "build-container",
    "build-image",
    "build-image-with-update-ssm-agent",
    "distribute-container",
    "distribute-image",
    "test-container",
    "test-image",
)
TOPIC = {"from": "notify"}  # as a value: the ARN of the environment's notification topic
NEWEST = "x.x.x"
# In a pipeline: https://docs.aws.amazon.com/imagebuilder/latest/userguide/pipeline-workflows.html
MAX_WORKFLOWS: Mapping[WorkflowKind, int] = {"BUILD": 1, "TEST": 10}

_KINDS: Mapping[str, WorkflowKind] = {"build": "BUILD", "test": "TEST", "distribute": "DISTRIBUTION"}
_FAILURES: Mapping[str, Literal["CONTINUE", "ABORT"]] = {"continue": "CONTINUE", "abort": "ABORT"}


def _parameter_values(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if isinstance(value, list):
            raise v.problem(f"{name} is a list; the Terraform provider passes one value for a parameter. Write text.")
        if not isinstance(value, str | bool | int) and value != TOPIC:
            raise v.problem(f"{name} is not allowed; text, a whole number, true or false is, or {{from: notify}}.")
    return values


ManagedWorkflow = Annotated[
    str,
    v.matching(
        r"^(build|test|distribute)-[a-z0-9-]{1,100}$",
        f"Amazon's workflows are {quoted(MANAGED, 'and')}",
    ),
]
ParallelGroup = Annotated[
    str,
    v.matching(r"^[A-Za-z0-9][A-Za-z0-9-_+#]{0,99}$", "up to 100 letters, digits and - _ + # are, the first no sign"),
]


class WorkflowUseWritten(Written):
    """A workflow at its place in an image: exactly one of `aws` and `workflow`."""

    aws: ManagedWorkflow | None = Field(default=None, description=f"one of Amazon's: {quoted(MANAGED)}")
    workflow: str | None = Field(default=None, description="name of a workflow of `workflows/`")
    version: v.ManagedVersion | None = Field(
        default=None, description="version of Amazon's workflow [default: the newest when the image is built]"
    )
    parameters: Annotated[dict[str, Any], AfterValidator(_parameter_values)] | None = Field(
        default=None,
        description="values for the workflow's parameters; `{from: notify}` is the ARN of the environment's topic",
    )
    parallel_group: ParallelGroup | None = Field(
        default=None,
        description="test workflows of one group run at the same time: five at once, further ones as these end",
    )
    on_failure: Literal["abort", "continue"] | None = Field(
        default=None, description="what a failed test workflow does to the build [default: abort]"
    )


WorkflowValue = text_or(WorkflowUseWritten)


@dataclass(frozen=True)
class WorkflowPlace:
    """Where an image lists its workflows, and what there is to list."""

    document: Document
    environment: str
    has_topic: bool  # whether the environment notifies anyone
    has_tests: bool  # whether the image has test components
    names: frozenset[str]  # of all workflows that have a file
    documents: Mapping[str, WorkflowDocument]
    workflows: Mapping[str, Workflow]


def resolve_workflows(
    written: Sequence[str | WorkflowUseWritten], place: WorkflowPlace, report: Report
) -> tuple[tuple[WorkflowUse, ...], frozenset[str]]:
    """The uses, and the ARNs of topics of others that they tell; what is wrong is reported."""
    resolver = _Resolver(place, report)
    found = [resolver.use(index, each) for index, each in enumerate(written)]
    uses = tuple(use for use in found if use)
    kinds = {use.kind for use in uses}
    if len(uses) == len(written):
        if "BUILD" not in kinds:
            message = "has no build workflow, so nothing would be built. Add `{aws: build-image}` or one of yours."
            report.error(place.document, ("workflows",), message)
        for kind, most in MAX_WORKFLOWS.items():
            count = sum(use.kind == kind for use in uses)
            if count > most:
                message = (
                    f"has {count} {kind.lower()} workflows; EC2 Image Builder takes {most} in a pipeline. Merge some."
                )
                report.error(place.document, ("workflows",), message, code="G312")
        if "TEST" not in kinds and place.has_tests:
            message = "has no test workflow, so the tests of the image do not run. Add `{aws: test-image}`."
            report.warning(place.document, ("workflows",), message, "G102")
    return uses, frozenset(arn for use in uses for arn in resolver.topics(use))


@dataclass(frozen=True)
class _Resolver:
    place: WorkflowPlace
    report: Report

    def use(self, index: int, written: str | WorkflowUseWritten) -> WorkflowUse | None:
        path: Path = ("workflows", index)
        long = WorkflowUseWritten(workflow=written) if isinstance(written, str) else written
        if (long.aws is None) == (long.workflow is None):
            self._error(path, "must have either aws or workflow, and not both.")
            return None
        found = self._managed(path, long) if long.aws else self._own(path, long, isinstance(written, str))
        if found and found.kind != "TEST":
            for key in ("parallel_group", "on_failure"):
                if getattr(long, key) is not None:
                    message = f"is for test workflows only; {found.name} is for {found.kind.lower()}. Remove it."
                    self._error((*path, key), message)
        return found

    def topics(self, use: WorkflowUse) -> set[str]:
        """ARNs in the document, and those that parameters hold; the environment's own topic is not among them."""
        document = self.place.documents.get(use.name) if use.owner == "self" else None
        if document is None:
            return set()
        given = {parameter.name: parameter.value for parameter in use.parameters}
        defaults = {name: declared.default for name, declared in document.parameters.items()}
        held = {
            given.get(name, defaults.get(name))
            for name in document.topic_parameters
            if name in given or defaults.get(name)
        }
        return {*document.topic_arns, *(arn for arn in held if arn)}

    def _managed(self, path: Path, written: WorkflowUseWritten) -> WorkflowUse:
        name = written.aws or ""
        if name not in MANAGED:
            message = f"{name} is not known here; Amazon's are {quoted(MANAGED, 'and')}.{did_you_mean(name, MANAGED)}"
            self.report.warning(self.place.document, (*path, "aws"), message, "G205")
        return self._used(path, written, name, _KINDS[name.split("-")[0]], written.version or NEWEST, "aws")

    def _own(self, path: Path, written: WorkflowUseWritten, is_short: bool) -> WorkflowUse | None:
        name, names = written.workflow or "", self.place.names
        name_path = path if is_short else (*path, "workflow")
        if written.version is not None:
            message = "is not allowed for a workflow of the spec; its version comes from the lock. Remove it."
            self.report.error(self.place.document, (*path, "version"), message, code="G319")
        if name not in names:
            hint = did_you_mean(name, names) or (" One of Amazon's is written {aws: NAME}." if name else "")
            self._error(name_path, f"there is no workflow {shown(name)} in workflows/.{hint}")
            return None
        document, workflow = self.place.documents.get(name), self.place.workflows.get(name)
        if document is None or workflow is None:
            return None  # its file is wrong, and has been reported
        self._check_parameters(path, name, document.parameters, written.parameters or {})
        return self._used(path, written, name, document.kind, workflow.version, "self")

    def _used(
        self,
        path: Path,
        written: WorkflowUseWritten,
        name: str,
        kind: WorkflowKind,
        version: str,
        owner: Literal["self", "aws"],
    ) -> WorkflowUse:
        values = written.parameters or {}
        for parameter, value in values.items():
            if value == TOPIC and not self.place.has_topic:
                message = f"{self.place.environment} notifies nobody, so there is no topic. Add notify to its file."
                self._error((*path, "parameters", parameter), message)
        parameters = tuple(WorkflowParameter(each, _text(values[each])) for each in sorted(values))
        on_failure = _FAILURES[written.on_failure] if written.on_failure else None
        return WorkflowUse(name, owner, kind, version, parameters, written.parallel_group, on_failure)

    def _check_parameters(
        self, path: Path, name: str, declared: Mapping[str, ParameterDeclared], given: Mapping[str, Any]
    ) -> None:
        for parameter, value in given.items():
            place = (*path, "parameters", parameter)
            if parameter not in declared:
                allowed = f"it has {quoted(declared, 'and')}" if declared else "it has none"
                message = f"{name} has no such parameter; {allowed}.{did_you_mean(parameter, declared)}"
                self.report.error(self.place.document, place, message, at_key=True)
            elif not _fits(declared[parameter], value):
                self._error(
                    place, f"{shown(value)} is not allowed; the parameter is of type {declared[parameter].type}."
                )
        missing = [each for each, declaration in declared.items() if declaration.is_required and each not in given]
        if missing:
            self._error(path, f"{name} needs a value for {quoted(missing, 'and')}. Add it under parameters.")

    def _error(self, path: Path, message: str) -> None:
        self.report.error(self.place.document, path, message)


def _fits(declared: ParameterDeclared, value: object) -> bool:
    text = _text(value)
    if declared.type == "boolean":
        return text in ("true", "false")
    if declared.type == "integer":
        return text is not None and text.removeprefix("-").isdigit()
    return text is None or isinstance(value, str)


def _text(value: object) -> str | None:
    """A value as AWS takes it; None for the environment's topic."""
    if value == TOPIC:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
