"""How an environment's pipelines run: what each image says, what differs at its place, and what all share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.accounts import check_region, find_account
from generator.spec.building import DEFAULT_BUILD_TIMEOUT, TestingWritten
from generator.spec.chains import inherited_volumes
from generator.spec.container_places import check_managed_workflows
from generator.spec.environments import Shared
from generator.spec.exports import ExportPlace, ExportWritten, check_export_bucket, resolve_export
from generator.spec.files import Source, Sources
from generator.spec.imports import imports_of
from generator.spec.lifecycle import MAX_RECIPE_VERSIONS, LifecyclePlace, LifecycleWritten, resolve_lifecycle
from generator.spec.model import Environment
from generator.spec.model_lifecycle import Lifecycle
from generator.spec.model_pipeline import Operations, PipelineSettings, Scanning, Workflow, WorkflowUse
from generator.spec.model_recipe import Device
from generator.spec.model_vm import Export
from generator.spec.notifications import resolve_notify
from generator.spec.recipes import Recipe
from generator.spec.scanning import resolve_inspector, resolve_registry
from generator.spec.versions import parse_version
from generator.spec.workflows import WorkflowPlace, resolve_workflows
from generator.spec.written import EnvironmentWritten, ImageUseWritten, ImageWritten


def with_operations(
    environment: Environment,
    source: Source[EnvironmentWritten],
    shared: Shared,
    workflows: Mapping[str, Workflow],
    report: Report,
) -> Environment:
    """The environment with the settings of its pipelines; what is wrong with them is reported."""
    settings = {
        place.image.written.image: _settings(place, shared, workflows, report) for place in _places(source, shared)
    }
    images = tuple(replace(image, pipeline=settings.get(image.name, image.pipeline)) for image in environment.images)
    check_export_bucket(shared.organization, environment, images, source.document, report)
    used = {use.name for image in images for use in image.pipeline.workflows if use.owner == "self"}
    notify, scanning = source.written.notify, source.written.scanning
    region = environment.build.region
    operations = Operations(
        workflows=tuple(workflows[name] for name in sorted(used)),
        notifications=resolve_notify(notify, source.document, region, report) if notify is not None else None,
        inspector_types=resolve_inspector(scanning, images, source.document, report),
        registry=resolve_registry(scanning, source.document, report),
        execution_policies=tuple(sorted(source.written.execution_policies or ())),
        imports=imports_of(environment, shared.imports, shared.sources.imports, report),
    )
    return replace(environment, images=images, operations=operations)


def check_inspector(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """One state may hold an account's Inspector and registry in a Region: whoever takes it down does so for all."""
    owners: dict[tuple[str, str, str], str] = {}
    for name, environment in environments.items():
        operations, build = environment.operations, environment.build
        keys = {"enable_inspector": operations.inspector_types, "registry": operations.registry}
        for key, setting in keys.items():
            if not setting:
                continue
            place = (key, build.account.name, build.region)
            if place in owners:
                does = "activates it" if key == "enable_inspector" else "sets it"
                message = (
                    f"{owners[place]} {does} in {place[1]} and {place[2]} already, and one environment can. "
                    "Remove it from one."
                )
                report.error(sources.environments[name].document, ("scanning", key), message)
            owners.setdefault(place, name)


@dataclass(frozen=True)
class _Place:
    """An image at its place in an environment."""

    environment: Source[EnvironmentWritten]
    image: Source[ImageWritten]
    use: ImageUseWritten
    path: Path  # of the place, in the environment's file


def _places(source: Source[EnvironmentWritten], shared: Shared) -> Iterator[_Place]:
    for index, written in enumerate(source.written.images):
        use = written if isinstance(written, ImageUseWritten) else ImageUseWritten(image=str(written))
        image = shared.sources.images.get(use.image)
        if image is not None:
            yield _Place(source, image, use, ("images", index))


def _settings(place: _Place, shared: Shared, workflows: Mapping[str, Workflow], report: Report) -> PipelineSettings:
    image, use = place.image.written, place.use
    testing = image.testing or TestingWritten()
    run_tests = testing.enabled is not False
    uses, topics = _workflow_uses(place, shared, workflows, report)
    return PipelineSettings(
        enabled=use.enabled is not False,
        run_tests=run_tests,
        tests_timeout=testing.timeout,
        collect_metadata=image.metadata is not False,
        scanning=_scanning(place, run_tests, report),
        workflows=uses,
        waits_on=tuple(sorted(topics)),
        build_timeout=_build_timeout(use),
        lifecycle=_lifecycle(place, shared, report),
        export=_export(place, shared, report),
    )


def _build_timeout(use: ImageUseWritten) -> int | None:
    written = use.build_on_apply
    if written is None or written.enabled is False:
        return None
    return written.timeout or DEFAULT_BUILD_TIMEOUT


def _workflow_uses(
    place: _Place, shared: Shared, workflows: Mapping[str, Workflow], report: Report
) -> tuple[tuple[WorkflowUse, ...], frozenset[str]]:
    image, sources = place.image, shared.sources
    if image.written.workflows is None:
        return (), frozenset()
    check_managed_workflows(image, report)
    environment = place.environment.written
    where = WorkflowPlace(
        document=image.document,
        environment=environment.environment,
        has_topic=environment.notify is not None,
        has_tests=bool(image.written.tests),
        names=sources.names["workflows"],
        documents=sources.workflows,
        workflows=workflows,
    )
    return resolve_workflows(image.written.workflows, where, report)


def _scanning(place: _Place, run_tests: bool, report: Report) -> Scanning | None:
    written, document = place.image.written.scanning, place.image.document
    if written is None or written.enabled is False:
        return None
    if not run_tests:
        message = "needs tests; images are scanned on their test instance. Remove `enabled: false` of testing."
        report.error(document, ("scanning",), message)
    for key in ("repository", "tags"):
        if getattr(written, key) is not None and not _is_container(place.image.written):
            report.error(document, ("scanning", key), "is for container images only. Remove it.")
    if written.tags is not None and written.repository is None and _is_container(place.image.written):
        message = (
            "needs a repository; without one the Terraform provider sends an empty name, which AWS refuses. Add one."
        )
        report.error(document, ("scanning", "tags"), message)
    return Scanning(written.repository, tuple(sorted(written.tags or ())))


def _lifecycle(place: _Place, shared: Shared, report: Report) -> Lifecycle | None:
    """The nearest counts: that of the place, else the image's, else the environment's."""
    candidates: tuple[tuple[Document, Path, object], ...] = (
        (place.environment.document, (*place.path, "lifecycle"), place.use.lifecycle),
        (place.image.document, ("lifecycle",), place.image.written.lifecycle),
        (place.environment.document, ("lifecycle",), place.environment.written.lifecycle),
    )
    for document, path, written in candidates:
        if isinstance(written, LifecycleWritten):
            return _resolved_lifecycle(place, document, path, written, shared, report)
        if written is not None:  # none
            return None
    return None


def _export(place: _Place, shared: Shared, report: Report) -> Export | None:
    """That of the place, else the image's."""
    name = place.image.written.image
    recipe = shared.recipes.get(name)
    at_place = place.use.export is not None
    written = cast("str | ExportWritten | None", place.use.export if at_place else place.image.written.export)
    if written is None or recipe is None:
        return None
    where = ExportPlace(
        document=place.environment.document if at_place else place.image.document,
        path=(*place.path, "export") if at_place else ("export",),
        image=name,
        is_container=_is_container(place.image.written),
        base=_chain(recipe, shared)[0].base,
        volumes=(*([recipe.volume] if recipe.volume else []), *_volumes(recipe, shared)),
    )
    return resolve_export(written, where, report)


def _chain(recipe: Recipe, shared: Shared) -> list[Recipe]:
    """The recipe and those below it, the lowest first; circles have been reported, and have no recipes."""
    chain = [recipe]
    while chain[0].base.image in shared.recipes:
        chain.insert(0, shared.recipes[str(chain[0].base.image)])
    return chain


def _volumes(recipe: Recipe, shared: Shared) -> tuple[Device, ...]:
    """Those besides the root, with what images below it have."""
    return inherited_volumes(each.devices for each in _chain(recipe, shared))


def _resolved_lifecycle(
    place: _Place, document: Document, path: Path, written: LifecycleWritten, shared: Shared, report: Report
) -> Lifecycle | None:
    name = place.image.written.image
    versions = _locked_versions(name, place.use.version, shared)
    if len(versions) > MAX_RECIPE_VERSIONS and not written.select_tags:
        message = (
            f"{name} has {len(versions)} versions in the lock, and a policy reaches {MAX_RECIPE_VERSIONS}: images "
            "of the oldest stay. Delete them by hand."
        )
        report.warning(document, path, message, "G206")
    partition = shared.organization.partition

    def account_id(document: Document, path: Path, name: str) -> str | None:
        account = find_account(document, path, name, shared.organization, report)
        return account.id if account else None

    def region(document: Document, path: Path, region: str) -> None:
        check_region(document, path, region, partition, report)

    where = LifecyclePlace(document, path, _is_container(place.image.written), versions, account_id, region)
    return resolve_lifecycle(written, where, report)


def _locked_versions(image: str, pin: str | None, shared: Shared) -> tuple[str, ...]:
    """Every version that the image's recipe ever had; the provider takes no wildcard for them.

    The one that the place builds by is among those that a policy reaches, however old it is.
    """
    lock = shared.sources.lock
    locked = lock.recipes.get(image, {}) if lock else {}
    newest = shared.recipe_versions.get(image)  # None where the image is wrong, which has been reported
    versions = tuple(sorted({*locked, *([newest] if newest else [])}, key=parse_version))
    if pin not in versions[:-MAX_RECIPE_VERSIONS]:
        return versions
    rest, first = [version for version in versions if version != pin], 1 - MAX_RECIPE_VERSIONS
    return (*rest[:first], pin, *rest[first:])


def _is_container(image: ImageWritten) -> bool:
    return getattr(image, "container", None) is not None
