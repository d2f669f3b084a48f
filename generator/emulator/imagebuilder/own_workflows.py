"""Workflows that builds may be made of: documents under a type, a name, a version and a build number.

`workflow_runs` runs them. Amazon publishes six of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.emulator.imagebuilder.arns import (
    AMAZON,
    Arn,
    check_version,
    check_wildcards,
    is_match,
    latest_references,
    newest,
)
from generator.emulator.imagebuilder.catalogue import MANAGED_VERSION
from generator.emulator.imagebuilder.errors import (
    InvalidParameterValue,
    ResourceAlreadyExists,
    ResourceDependency,
    ResourceNotFound,
)
from generator.emulator.imagebuilder.listing import check_by_name, page, plain
from generator.emulator.imagebuilder.managed_workflows import MANAGED_WORKFLOWS
from generator.emulator.imagebuilder.parameters_given import check_parameters
from generator.emulator.imagebuilder.s3_documents import given_document
from generator.emulator.imagebuilder.state import Record, Request, State, chosen, end_dry_run, find, timestamp
from generator.emulator.imagebuilder.workflow_documents import parse_workflow
from generator.emulator.imagebuilder.workflow_uses import check_types

IN_LISTS = ("name", "version", "description", "type", "owner", "dateCreated")


class WorkflowOperations(State):
    def create_workflow(self, request: Request) -> Record:
        arn = self.once("CreateWorkflow", request, lambda: self._new_workflow(request))
        return {"workflowBuildVersionArn": arn, "latestVersionReferences": latest_references(arn)}

    def _new_workflow(self, request: Request) -> str:
        version, kind = request["semanticVersion"], f"workflow/{request['type'].lower()}"
        check_version(version)
        data = given_document(self, request, "data", "uri")
        document = parse_workflow(data, request["type"], "data" if "data" in request else "uri")
        version_arn = self.arn(kind, request["name"], version)
        self._refuse_same_content(version_arn, data)
        record = {
            **chosen(request, "name", "description", "changeDescription", "type", "kmsKeyId"),
            "version": version,
            "owner": self.account_id,
            "data": data,
            "parameters": list(document.parameters),
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        end_dry_run(request)
        arn = str(self.arn(kind, request["name"], version, self.next_build(str(version_arn))))
        self.workflows[arn] = {"arn": arn, **record}
        return arn

    def _refuse_same_content(self, version_arn: Arn, data: str) -> None:
        """A new build of a version needs new content: CreateWorkflowRequest.name in the model."""
        latest = newest(self._fitting_workflows(version_arn))
        if latest and self.workflows[str(latest)]["data"] == data:
            raise ResourceAlreadyExists(str(latest))

    def _fitting_workflows(self, wanted: Arn) -> list[Arn]:
        return [
            arn
            for arn in map(Arn.parse, self.workflows)
            if arn and (arn.kind, arn.slug) == (wanted.kind, wanted.slug) and _fits(wanted, arn)
        ]

    def resolve_workflow(self, text: str) -> Record:
        """The workflow that a build, version or wildcard ARN means. Raises ResourceNotFound."""
        arn = Arn.parse(text)
        if arn is None or arn.version is None or arn.region != self.region_name:
            raise ResourceNotFound(text)
        check_wildcards(arn.version)
        if arn.owner == AMAZON:
            return _managed(arn)
        best = newest(self._fitting_workflows(arn)) if arn.owner == self.account_id else None
        if best is None:
            raise ResourceNotFound(text)
        return self.workflows[str(best)]

    def check_workflows(self, uses: Iterable[Mapping[str, Any]]) -> None:
        """Refuses workflows of a pipeline or image that do not exist or get parameters that they do not have."""
        for index, use in enumerate(uses):
            try:
                workflow = self.resolve_workflow(use["workflowArn"])
            except ResourceNotFound as error:
                raise InvalidParameterValue(f"workflows[{index}].workflowArn", str(error.message)) from None
            if "parameters" in workflow:  # of some of Amazon's workflows they are not known
                place = f"workflows[{index}].parameters"
                check_parameters(place, "workflow", workflow["parameters"], use.get("parameters") or [])
                check_types(place, workflow["parameters"], use.get("parameters") or [])

    def get_workflow(self, request: Request) -> Record:
        workflow = self.resolve_workflow(request["workflowBuildVersionArn"])
        return {"workflow": workflow, "latestVersionReferences": latest_references(workflow["arn"])}

    def list_workflows(self, request: Request) -> Record:
        """One entry for each version, made from its newest build."""
        check_by_name(request)
        owner = request.get("owner") or "Self"
        builds = self._managed_workflows() if owner == "Amazon" else self.workflows.values() if owner == "Self" else []
        stems = {record["arn"].rsplit("/", 1)[0]: record for record in builds}
        versions = [{"arn": arn, **chosen(record, *IN_LISTS)} for arn, record in sorted(stems.items())]
        if request.get("byName"):
            names = {record["arn"].rsplit("/", 1)[0]: record for record in versions}
            versions = [{**record, "arn": f"{stem}/x.x.x"} for stem, record in names.items()]
        return page("workflowVersionList", versions, request, plain("name", "description", "type", "version"))

    def _managed_workflows(self) -> list[Record]:
        return [
            _managed(
                Arn(self.partition, self.region_name, AMAZON, f"workflow/{each.kind.lower()}", name, MANAGED_VERSION)
            )
            for name, each in MANAGED_WORKFLOWS.items()
        ]

    def list_workflow_build_versions(self, request: Request) -> Record:
        wanted = Arn.parse(request.get("workflowVersionArn") or "")
        arns = self.workflows if wanted is None else map(str, self._fitting_workflows(wanted))
        shown = (*IN_LISTS, "changeDescription", "tags")
        builds = [{"arn": arn, **chosen(self.workflows[arn], *shown)} for arn in arns]
        return page("workflowSummaryList", builds, request, {})

    def delete_workflow(self, request: Request) -> Record:
        arn = request["workflowBuildVersionArn"]
        find(self.workflows, arn)
        uses = [use["workflowArn"] for pipeline in self.pipelines.values() for use in pipeline.get("workflows") or []]
        if any(self._means_only(used, arn) for used in uses):
            raise ResourceDependency(arn)
        del self.workflows[arn]
        return {"workflowBuildVersionArn": arn}

    def _means_only(self, used: str, arn: str) -> bool:
        """Whether a reference means this very build, or a version or wildcard that no other build fits."""
        wanted = Arn.parse(used)
        if wanted is None or wanted.owner != self.account_id:
            return False
        return list(map(str, self._fitting_workflows(wanted))) == [arn]


def _fits(wanted: Arn, arn: Arn) -> bool:
    if wanted.build is not None and wanted.build != arn.build:
        return False
    return is_match(wanted.version or "x.x.x", arn.version or "")


def _managed(arn: Arn) -> Record:
    workflow = MANAGED_WORKFLOWS.get(arn.slug)
    if workflow is None or arn.kind != f"workflow/{workflow.kind.lower()}":
        raise ResourceNotFound(str(arn))
    version = MANAGED_VERSION if "x" in (arn.version or "x") else arn.version
    exact = Arn(arn.partition, arn.region, AMAZON, arn.kind, arn.slug, version, arn.build or 1)
    return {
        "arn": str(exact),
        "name": arn.slug,
        "version": version,
        "type": workflow.kind,
        "description": workflow.description,
        "owner": "Amazon",
        "dateCreated": "2023-12-01T00:00:00.000Z",
        "tags": {},
        "data": workflow.data,
        "parameters": [],
    }
