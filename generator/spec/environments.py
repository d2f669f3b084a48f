"""Environments: where images are built, what differs there, and who receives them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from generator.spec.files import Source, Sources
from generator.spec.infrastructure import check_infrastructure, check_zone, resolve_infrastructure
from generator.spec.model import (
    Account,
    Component,
    Environment,
    Image,
    Organization,
    Placement,
    Schedule,
    Target,
)
from generator.spec.recipes import Recipe
from generator.spec.regional import check_regional
from generator.spec.regions import regions_of
from generator.spec.report import Report, did_you_mean, quoted, shown
from generator.spec.schedule import (
    DEFAULT_SCHEDULE,
    DEFAULT_START_CONDITION,
    DEFAULT_TIMEZONE,
    MANUAL,
    check_timezone,
    expression_of,
)
from generator.spec.written import (
    DistributeWritten,
    EnvironmentWritten,
    ImageUseWritten,
    ImageWritten,
    ScheduleWritten,
)
from generator.spec.yaml import Document, Path

DEFAULT_INSTANCE_TYPES = {"x86_64": ("t3.medium",), "arm64": ("t4g.medium",)}
MAX_BUCKET_NAME = 63


@dataclass(frozen=True)
class Shared:
    """What environments draw on: the organization, and what has been resolved of images and components."""

    sources: Sources
    organization: Organization
    recipes: Mapping[str, Recipe]
    recipe_versions: Mapping[str, str]
    components: Mapping[str, Component]


def resolve_environment(source: Source[EnvironmentWritten], shared: Shared, report: Report) -> Environment | None:
    """The environment, or None after what is wrong has been reported."""
    written, document = source.written, source.document
    organization = shared.organization
    account = find_account(document, ("build", "account"), written.build.account, organization, report)
    check_region(document, ("build", "region"), written.build.region, organization.partition, report)
    images = _resolve_images(source, shared, report)
    for image in images:
        check_zone(document, image.name, image.infrastructure, written.build.region, report)
        check_regional(document, _place_of(written, image.name), image, written.build.region, report)
    warn_of_tags(document, written.tags or {}, report)
    if account is None:
        return None
    build = Placement(account, written.build.region, written.build.subnet, tuple(written.build.security_groups))
    _check_bucket_name(source, organization, build, report)
    targets = _resolve_targets(source, organization, build, report)
    used = {use.name for image in images for use in (*image.components, *image.tests) if use.owner == "self"}
    components = tuple(shared.components[name] for name in sorted(used) if name in shared.components)
    return Environment(written.environment, build, images, components, targets, dict(written.tags or {}))


def _place_of(written: EnvironmentWritten, name: str) -> Path:
    names = [each if isinstance(each, str) else each.image for each in written.images]
    return ("images", names.index(name))


def find_account(
    document: Document, path: Path, name: str, organization: Organization, report: Report
) -> Account | None:
    """The account of a name, or None after it has been reported as unknown."""
    accounts = organization.accounts
    if name in accounts:
        return accounts[name]
    hint = did_you_mean(name, accounts)
    if name.isdigit():
        hint = " Accounts go by name; ids stand in organization.yaml only."
    message = f"there is no account {shown(name)}; organization.yaml names {quoted(sorted(accounts), 'and')}.{hint}"
    report.error(document, path, message)
    return None


def check_region(document: Document, path: Path, region: str, partition: str, report: Report) -> None:
    """Report a Region that AWS does not have in the partition."""
    known = regions_of(partition)
    if region not in known:
        message = f"AWS has no Region {shown(region)} in the partition {partition}.{did_you_mean(region, known)}"
        report.error(document, path, message)


def warn_of_tags(document: Document, tags: Mapping[str, str], report: Report) -> None:
    """Tags of an organization or environment go to IAM roles too, and IAM takes fewer characters than EC2.

    botocore iam tagValueType: letters, separators, numbers and _ . : / = + - @
    """
    for key, value in tags.items():
        odd = sorted({each for each in value if unicodedata.category(each)[0] not in "LZN" and each not in "_.:/=+-@"})
        if odd:
            found = shown("".join(odd))
            message = f"IAM refuses {found} in a tag's value; roles are made with this tag. Leave it out."
            report.warning(document, ("tags", key), message)


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
        schedule = resolve_schedule(source.document, ("schedule",), written.schedule or DEFAULT_SCHEDULE, Report())
    return Image(
        name=use.image,
        description=recipe.description,
        version=version,
        base=recipe.base,
        components=recipe.components,
        tests=recipe.tests,
        instance_types=_instance_types(use, written, recipe),
        volume=recipe.volume,
        schedule=schedule,
        tags=(written.tags or {}) | (use.tags or {}),
        infrastructure=resolve_infrastructure(written, use),
        devices=recipe.devices,
        settings=recipe.settings,
    )


def _instance_types(use: ImageUseWritten, written: ImageWritten, recipe: Recipe) -> tuple[str, ...]:
    given = use.instance_types or written.instance_types
    if given:
        return tuple(given)
    return DEFAULT_INSTANCE_TYPES[recipe.known.architecture if recipe.known else "x86_64"]


def resolve_schedule(document: Document, path: Path, written: str | ScheduleWritten, report: Report) -> Schedule | None:
    """The schedule, or None for a manual one and after what is wrong has been reported."""
    if written == MANUAL:
        return None
    long = written if isinstance(written, ScheduleWritten) else ScheduleWritten(cron=str(written))
    timezone = long.timezone or DEFAULT_TIMEZONE
    try:
        expression = expression_of(long.cron)
    except ValueError as error:
        place = (*path, "cron") if isinstance(written, ScheduleWritten) else path
        report.error(document, place, str(error))
        return None
    try:
        check_timezone(timezone)
    except ValueError as error:
        report.error(document, (*path, "timezone"), str(error))
        return None
    return Schedule(expression, timezone, long.start or DEFAULT_START_CONDITION)


def _resolve_targets(
    source: Source[EnvironmentWritten], organization: Organization, build: Placement, report: Report
) -> tuple[Target, ...]:
    """Everyone who receives, the build account in its Region first.

    What is shared is the build account's AMI of that Region, so the build account receives a copy there too.
    """
    home = Target(build.account, build.region, "copy")
    found: dict[tuple[str, str], Target] = {}
    for index, written in enumerate(source.written.distribute or []):
        for target, path in _targets_of(source, ("distribute", index), written, organization, report):
            _add_target(source.document, path, target, build, found, report)
    for target in list(found.values()):
        if target.mode == "share":
            found.setdefault((build.account.name, target.region), Target(build.account, target.region, "copy"))
    found.pop((build.account.name, build.region), None)
    return (home, *(found[key] for key in sorted(found)))


def _targets_of(
    source: Source[EnvironmentWritten],
    path: Path,
    written: DistributeWritten,
    organization: Organization,
    report: Report,
) -> list[tuple[Target, Path]]:
    for index, region in enumerate(written.regions):
        check_region(source.document, (*path, "regions", index), region, organization.partition, report)
    accounts = [
        (find_account(source.document, (*path, "accounts", index), name, organization, report), index)
        for index, name in enumerate(written.accounts)
    ]
    return [
        (Target(account, region, written.mode or "copy"), (*path, "accounts", index))
        for account, index in accounts
        if account
        for region in written.regions
    ]


def _add_target(
    document: Document,
    path: Path,
    target: Target,
    build: Placement,
    found: dict[tuple[str, str], Target],
    report: Report,
) -> None:
    key = (target.account.name, target.region)
    if target.mode == "share" and target.account == build.account:
        name = target.account.name
        message = f"{name} builds the images, so it owns them and they cannot be shared with it. Remove it."
    elif key in found:
        message = (
            f"{target.account.name} receives in {target.region} by {found[key].mode} already; an account "
            "receives once in each Region. Remove one."
        )
    else:
        found[key] = target
        return
    report.error(document, path, message)
