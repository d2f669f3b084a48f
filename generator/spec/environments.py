"""Environments: where images are built, what differs there, and who receives them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from generator.source.report import Report, did_you_mean, shown
from generator.source.yaml import Document, Path
from generator.spec.accounts import check_region, find_account
from generator.spec.chains import check_bases, default_schedule
from generator.spec.container_places import check_container_place
from generator.spec.files import Source, Sources
from generator.spec.infrastructure import check_infrastructure, check_topic, check_zone, resolve_infrastructure
from generator.spec.keys import resolve_keys
from generator.spec.model import (
    Component,
    Environment,
    Image,
    Organization,
    Placement,
    Platform,
)
from generator.spec.model_vm import Import
from generator.spec.network import check_images_in_network, resolve_network
from generator.spec.platforms import DEFAULT_INSTANCE_TYPES, check_names, check_platform, used_components
from generator.spec.recipes import Recipe
from generator.spec.regional import Home, check_regional
from generator.spec.scheduling import resolve_schedule
from generator.spec.targets import resolve_targets
from generator.spec.written import (
    EnvironmentWritten,
    ImageUseWritten,
    ImageWritten,
)

MAX_BUCKET_NAME = 63
OWN_TAGS = ("Environment", "ManagedBy")  # Goldsmith's, on all that it makes


@dataclass(frozen=True)
class Shared:
    """What environments draw on: the organization, and what has been resolved of images and components."""

    sources: Sources
    organization: Organization
    recipes: Mapping[str, Recipe]
    recipe_versions: Mapping[str, str]
    components: Mapping[tuple[str, Platform], Component]  # by name and platform
    imports: Mapping[str, Import] = field(default_factory=dict)


def resolve_environment(source: Source[EnvironmentWritten], shared: Shared, report: Report) -> Environment | None:
    """The environment, or None after what is wrong has been reported."""
    written, document = source.written, source.document
    organization = shared.organization
    account = find_account(document, ("build", "account"), written.build.account, organization, report)
    check_region(document, ("build", "region"), written.build.region, organization.partition, report)
    images = _resolve_images(source, shared, report)
    for image in images:
        check_zone(document, image.name, image.infrastructure, written.build.region, report)
        check_topic(document, image.name, image.infrastructure, written.notify is not None, report)
        place, recipe = _place_of(written, image.name), shared.recipes[image.name]
        check_regional(document, place, image, Home(organization.partition, written.build.region), report)
        check_platform(document, place, image, recipe.known, report)
    places = {name: _place_of(written, name) for name in _names(written)}
    check_bases(document, places, images, report)
    network = resolve_network(document, written.build, report)
    check_images_in_network(document, network, images, report)
    warn_of_tags(document, written.tags or {}, report)
    check_tag_keys(document, (*OWN_TAGS, *organization.tags), written.tags or {}, report)
    if account is None:
        return None
    groups = tuple(written.build.security_groups or ())
    build = Placement(account, written.build.region, written.build.subnet, groups, network)
    _check_bucket_name(source, organization, build, report)
    targets, audiences = resolve_targets(source, organization, build, report)
    keys = resolve_keys(written.keys, document, organization, build, (targets, audiences), report)
    components = used_components(images, shared.components)
    check_names(document, components, report)
    tags = dict(written.tags or {})
    return Environment(written.environment, build, images, components, targets, tags, audiences=audiences, keys=keys)


def _names(written: EnvironmentWritten) -> list[str]:
    return [each if isinstance(each, str) else each.image for each in written.images]


def _place_of(written: EnvironmentWritten, name: str) -> Path:
    return ("images", _names(written).index(name))


def warn_of_tags(document: Document, tags: Mapping[str, str], report: Report) -> None:
    """Tags of an organization or environment go to IAM roles too, and IAM takes fewer characters than EC2.

    botocore iam tagValueType: letters, separators, numbers and _ . : / = + - @
    """
    for key, value in tags.items():
        odd = sorted({each for each in value if unicodedata.category(each)[0] not in "LZN" and each not in "_.:/=+-@"})
        if odd:
            found = shown("".join(odd))
            message = f"IAM refuses {found} in a tag's value; roles are made with this tag. Leave it out."
            report.warning(document, ("tags", key), message, "G207")


def check_tag_keys(document: Document, earlier: Iterable[str], tags: Mapping[str, str], report: Report) -> None:
    """Report tags that IAM takes for one that is there already; the very same key replaces the other's value.

    Tag keys of roles do not differ by case alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html.
    """
    keys = {key.lower(): key for key in earlier}
    for key in tags:
        other = keys.setdefault(key.lower(), key)
        if other != key:
            message = (
                f"IAM takes {key} and {other} for one tag, since its keys do not differ by case, and refuses roles "
                f"with both. Write {other}, or remove it."
            )
            report.error(document, ("tags", key), message, at_key=True, code="G313")


def _check_bucket_name(
    source: Source[EnvironmentWritten], organization: Organization, build: Placement, report: Report
) -> None:
    environment = source.written.environment
    name = f"{organization.name}-{environment}-imagebuilder-logs-{build.account.id}-{build.region}"
    if len(name) > MAX_BUCKET_NAME:
        message = (
            f"makes the log bucket's name {len(name)} characters long ({name}); S3 takes {MAX_BUCKET_NAME}. "
            "Shorten the environment's or the organization's name."
        )
        report.error(source.document, ("environment",), message)


def _resolve_images(source: Source[EnvironmentWritten], shared: Shared, report: Report) -> tuple[Image, ...]:
    images: dict[str, Image | None] = {}
    for index, written in enumerate(source.written.images):
        use = written if isinstance(written, ImageUseWritten) else _plain_use(written)
        path: Path = ("images", index) if isinstance(written, str) else ("images", index, "image")
        known = shared.sources.names["images"]
        if use.image not in known:
            message = f"there is no image {shown(use.image)} in images/.{did_you_mean(use.image, known)}"
            report.error(source.document, path, message)
        elif use.image in images:
            report.error(source.document, path, f"the image {use.image} stands twice. Remove one.")
        else:
            images[use.image] = _resolve_image(source.document, ("images", index), use, shared, report)
    return tuple(image for image in images.values() if image)


def _plain_use(name: str) -> ImageUseWritten:
    return ImageUseWritten(image=name)


def _resolve_image(
    document: Document, path: Path, use: ImageUseWritten, shared: Shared, report: Report
) -> Image | None:
    """The image as this environment has it; None when it, or its version, has been reported already."""
    source, recipe = shared.sources.images.get(use.image), shared.recipes.get(use.image)
    version = shared.recipe_versions.get(use.image)
    if source is None or recipe is None or version is None:
        return None
    written = source.written
    check_infrastructure(document, (*path, "infrastructure"), use.infrastructure, report)
    if use.schedule is not None:
        schedule = resolve_schedule(document, (*path, "schedule"), use.schedule, report)
    else:
        weekly = default_schedule(use.image, shared.sources.images)
        schedule = resolve_schedule(source.document, ("schedule",), written.schedule or weekly, Report())
    image = Image(
        name=use.image,
        version=version,
        instance_types=instance_types(use, written, recipe),
        schedule=schedule,
        tags=(written.tags or {}) | (use.tags or {}),
        infrastructure=resolve_infrastructure(written, use, is_container=recipe.container_recipe is not None),
        container=recipe.container_settings,
        **recipe.members,
    )
    if image.is_container:
        check_container_place(document, path, source, use, image, report)
    return image


def instance_types(use: ImageUseWritten, written: ImageWritten, recipe: Recipe) -> tuple[str, ...]:
    """The types to build on: those of the place, else the image's, else what the base's architecture asks for."""
    given = use.instance_types or written.instance_types
    if given:
        return tuple(given)
    defaults = DEFAULT_INSTANCE_TYPES[recipe.base.platform == "macOS"]
    return defaults[recipe.known.architecture if recipe.known else "x86_64"]
