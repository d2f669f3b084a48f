"""How an environment's pipelines run: what each image says, what differs at its place, and what all share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.spec.environments import Shared, check_region, find_account
from generator.spec.files import Source
from generator.spec.lifecycle import MAX_RECIPE_VERSIONS, LifecyclePlace, LifecycleWritten, resolve_lifecycle
from generator.spec.model import Environment
from generator.spec.model_lifecycle import Lifecycle
from generator.spec.model_pipeline import PipelineSettings
from generator.spec.report import Report
from generator.spec.versions import parse_version
from generator.spec.written import EnvironmentWritten, ImageUseWritten, ImageWritten
from generator.spec.yaml import Document, Path


def with_operations(
    environment: Environment, source: Source[EnvironmentWritten], shared: Shared, report: Report
) -> Environment:
    """The environment with the settings of its pipelines; what is wrong with them is reported."""
    settings = {place.image.written.image: _settings(place, shared, report) for place in _places(source, shared)}
    images = tuple(replace(image, pipeline=settings.get(image.name, image.pipeline)) for image in environment.images)
    return replace(environment, images=images)


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


def _settings(place: _Place, shared: Shared, report: Report) -> PipelineSettings:
    return PipelineSettings(lifecycle=_lifecycle(place, shared, report))


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


def _resolved_lifecycle(
    place: _Place, document: Document, path: Path, written: LifecycleWritten, shared: Shared, report: Report
) -> Lifecycle | None:
    name = place.image.written.image
    versions = _locked_versions(name, shared)
    if len(versions) > MAX_RECIPE_VERSIONS and not written.select_tags:
        message = (
            f"{name} has {len(versions)} versions in the lock, and a policy reaches {MAX_RECIPE_VERSIONS}: images "
            "of the oldest stay. Delete them by hand."
        )
        report.warning(document, path, message)
    partition = shared.organization.partition

    def account_id(document: Document, path: Path, name: str) -> str | None:
        account = find_account(document, path, name, shared.organization, report)
        return account.id if account else None

    def region(document: Document, path: Path, region: str) -> None:
        check_region(document, path, region, partition, report)

    where = LifecyclePlace(document, path, _is_container(place.image.written), versions, account_id, region)
    return resolve_lifecycle(written, where, report)


def _locked_versions(image: str, shared: Shared) -> tuple[str, ...]:
    """Every version that the image's recipe ever had; the provider takes no wildcard for them."""
    lock = shared.sources.lock
    locked = lock.recipes.get(image, {}) if lock else {}
    return tuple(sorted({*locked, shared.recipe_versions[image]}, key=parse_version))


def _is_container(image: ImageWritten) -> bool:
    return getattr(image, "container", None) is not None
