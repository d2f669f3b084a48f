"""Components: documents under a name, a version and a build number."""

from __future__ import annotations

from collections.abc import Mapping

from generator.emulator.imagebuilder import documents, marketplace
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
    ResourceAlreadyExists,
    ResourceDependency,
    ResourceNotFound,
)
from generator.emulator.imagebuilder.listing import check_by_name, page, plain
from generator.emulator.imagebuilder.s3_documents import given_document
from generator.emulator.imagebuilder.sharing import is_shared, shared, shared_with
from generator.emulator.imagebuilder.state import (
    Record,
    Request,
    State,
    chosen,
    end_dry_run,
    find,
    timestamp,
)
from generator.spec.managed_components import MANAGED_COMPONENTS

SHOWN = ("name", "description", "changeDescription", "platform", "supportedOsVersions", "kmsKeyId")


class ComponentOperations(State):
    def create_component(self, request: Request) -> Record:
        arn = self.once("CreateComponent", request, lambda: self.new_component(request))
        return {"componentBuildVersionArn": arn, "latestVersionReferences": latest_references(arn)}

    def new_component(self, request: Request) -> str:
        """Keep another build of a component; returns its ARN."""
        version = request["semanticVersion"]
        check_version(version)
        data = given_document(self, request, "data", "uri")
        document = documents.parse(data, request["platform"], "data" if "data" in request else "uri")
        version_arn = self.arn("component", request["name"], version)
        self._refuse_identical(version_arn, data, request)
        record = {
            **chosen(request, *SHOWN),
            "version": version,
            "type": document.kind,
            "parameters": list(document.parameters),
            "owner": self.account_id,
            "data": data,
            "encrypted": True,
            "state": {"status": "ACTIVE"},
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        end_dry_run(request)
        arn = str(self.arn("component", request["name"], version, self.next_build(str(version_arn))))
        self.components[arn] = {"arn": arn, **record}
        return arn

    def _refuse_identical(self, version_arn: Arn, data: str, request: Request) -> None:
        """A new build of a version needs new content: CreateComponentRequest.name in the model."""
        latest = self._newest_component(version_arn.slug, version_arn.version or "x.x.x")
        if latest and latest["data"] == data and latest["platform"] == request["platform"]:
            raise ResourceAlreadyExists(latest["arn"])

    def _newest_component(self, slug: str, version: str) -> Record | None:
        arns = [Arn.parse(arn) for arn in self.components]
        best = newest(arn for arn in arns if arn and arn.slug == slug and is_match(version, arn.version or ""))
        return self.components[str(best)] if best else None

    def get_component(self, request: Request) -> Record:
        component = self.resolve_component(request["componentBuildVersionArn"])
        return {"component": component, "latestVersionReferences": latest_references(component["arn"])}

    def resolve_component(self, text: str) -> Record:
        """The component that a build, version or wildcard ARN means. Raises ResourceNotFound."""
        arn = Arn.parse(text)
        if arn is None or arn.version is None or arn.region != self.region_name:
            raise ResourceNotFound(text)
        check_wildcards(arn.version)
        if arn.owner == AMAZON:
            return _managed(arn)
        if arn.owner == marketplace.OWNER:
            return marketplace.component(arn)
        if arn.owner != self.account_id and arn.owner.isdigit():
            return shared(self, "components", arn)
        if arn.build is not None:
            return find(self.components, text)
        found = self._newest_component(arn.slug, arn.version) if arn.owner == self.account_id else None
        if found is None:
            raise ResourceNotFound(text)
        return found

    def list_components(self, request: Request) -> Record:
        check_by_name(request)
        versions = self._versions_of(request.get("owner") or "Self")
        if request.get("byName"):
            versions = list({record["name"]: _by_name(record) for record in versions}.values())
        filters = {
            **plain("description", "name", "platform", "type", "version", "status"),
            "supportedOsVersion": lambda record: record.get("supportedOsVersions") or [],
            "productCodes": lambda record: [code["productCodeId"] for code in record.get("productCodes") or []],
        }
        return page("componentVersionList", versions, request, filters)

    def _versions_of(self, owner: str) -> list[Record]:
        if owner == "Amazon":
            return self._managed_versions()
        known = {"Self": self.components, "Shared": shared_with(self, "components")}
        return self._versions(known.get(owner, {}))

    def _versions(self, known: Mapping[str, Record]) -> list[Record]:
        """One entry for each version, made from its newest build; oldest version first."""
        newest_builds = {record["arn"].rsplit("/", 1)[0]: record for record in known.values()}
        return [_as_version(arn, record) for arn, record in sorted(newest_builds.items())]

    def _managed_versions(self) -> list[Record]:
        arns = [
            Arn(self.partition, self.region_name, AMAZON, "component", name, MANAGED_VERSION)
            for name in MANAGED_COMPONENTS
        ]
        return [_as_version(str(arn), _managed(arn)) for arn in arns]

    def list_component_build_versions(self, request: Request) -> Record:
        wanted = request.get("componentVersionArn")
        builds = [
            record for record in self.components.values() if wanted is None or record["arn"].rsplit("/", 1)[0] == wanted
        ]
        return page("componentSummaryList", builds, request, {})

    def delete_component(self, request: Request) -> Record:
        arn = request["componentBuildVersionArn"]
        find(self.components, arn)
        recipes = [*self.recipes.values(), *self.container_recipes.values()]
        if is_shared(self, arn) or any(self._needs(recipe, arn) for recipe in recipes):
            raise ResourceDependency(arn)
        del self.components[arn]
        self.resource_policies.pop(arn, None)
        return {"componentBuildVersionArn": arn}

    def _needs(self, recipe: Record, arn: str) -> bool:
        """Whether a recipe means this very build: by its ARN, or by a version or wildcard that no other build fits."""
        for use in recipe["components"]:
            used = Arn.parse(use["componentArn"])
            own = Arn.parse(arn)
            if use["componentArn"] == arn:
                return True
            if used is None or own is None or used.build is not None or used.owner != self.account_id:
                continue
            fits = [
                other
                for other in map(Arn.parse, self.components)
                if other and other.slug == used.slug and is_match(used.version or "", other.version or "")
            ]
            if [str(other) for other in fits] == [arn]:
                return True
        return False


def _managed(arn: Arn) -> Record:
    component = MANAGED_COMPONENTS.get(arn.slug)
    if component is None:
        raise ResourceNotFound(str(arn))
    version = MANAGED_VERSION if "x" in (arn.version or "x") else arn.version
    exact = Arn(arn.partition, arn.region, AMAZON, "component", arn.slug, version, arn.build or 1)
    return {
        "arn": str(exact),
        "name": component.name,
        "version": version,
        "type": component.kind,
        "platform": component.platform,
        "owner": "Amazon",
        "encrypted": True,
        "state": {"status": "ACTIVE"},
        "dateCreated": "2020-01-01T00:00:00.000Z",
        "tags": {},
    }


def _as_version(version_arn: str, record: Record) -> Record:
    names = (
        "name",
        "version",
        "description",
        "platform",
        "supportedOsVersions",
        "type",
        "owner",
        "dateCreated",
    )
    return {"arn": version_arn, **chosen(record, *names), "status": "ACTIVE"}


def _by_name(record: Record) -> Record:
    return {**record, "arn": record["arn"].rsplit("/", 1)[0] + "/x.x.x"}
