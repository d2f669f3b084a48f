"""Launch templates and fast launch, each at the accounts and Regions that it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.source.report import Report, quoted
from generator.source.yaml import Document, Path
from generator.spec.files import Sources
from generator.spec.launching import FastLaunchWritten, LaunchTemplateWritten
from generator.spec.model import Account, Environment
from generator.spec.model_distribution import FastLaunch, LaunchTemplate, NewTemplate
from generator.spec.owners import Owners
from generator.spec.template_ids import TEMPLATE_IDS_FILE, TemplateIds

MAX_TEMPLATES = 100  # in a Region: botocore imagebuilder LaunchTemplateConfigurationList
MAX_FAST_LAUNCHES = 1000  # in a Region: botocore imagebuilder FastLaunchConfigurationList
NEW_KEYS = ("name", "instance_type", "instance_profile", "security_groups")


@dataclass(frozen=True)
class TemplatePlace:
    """Where launch templates are written, and the ids that are on record."""

    document: Document
    path: Path
    ids: TemplateIds


def resolve_launch_templates(
    written: Sequence[LaunchTemplateWritten], owners: Owners, place: TemplatePlace
) -> tuple[LaunchTemplate, ...]:
    """What is wrong is reported; so, as a warning, is a template whose id is not on record yet."""
    found: dict[tuple[str, str, str], LaunchTemplate] = {}
    for index, each in enumerate(written):
        where: Path = (*place.path, index)
        places = owners.named(place.document, where, each.accounts, each.regions)
        _check_form(each, places, owners, place.document, where)
        for account, region in places:
            template = _template(each, account, region, owners, place.ids)
            key = (account.name, region, template.new.name if template.new else str(each.id))
            if key in found:
                message = f"stands for {account.name} in {region} in an earlier entry already. Remove one."
                owners.report.error(place.document, where, message)
            elif template.id is None:
                _warn_of_missing_id(template, owners, place.document, where)
            found[key] = template
    _check_number(found.values(), MAX_TEMPLATES, "launch templates", owners, place.document, place.path)
    return tuple(found[key] for key in sorted(found))


def resolve_fast_launch(
    written: Sequence[FastLaunchWritten], owners: Owners, platform: str, document: Document, path: Path
) -> tuple[FastLaunch, ...]:
    """https://docs.aws.amazon.com/AWSEC2/latest/WindowsGuide/win-ami-config-fast-launch.html: Windows alone."""
    if written and platform != "Windows":
        message = f"is for Windows images, and {owners.image} is {platform}: EC2 would refuse it. Remove it."
        owners.report.error(document, path, message)
        return ()
    found: dict[tuple[str, str], FastLaunch] = {}
    for index, each in enumerate(written):
        where: Path = (*path, index)
        _check_template_of_fast_launch(each, owners, document, where)
        for account, region in owners.named(document, where, each.accounts, each.regions):
            if (account.name, region) in found:
                message = f"stands for {account.name} in {region} in an earlier entry already. Remove one."
                owners.report.error(document, where, message)
            found[account.name, region] = _fast_launch(each, account, region)
    _check_number(found.values(), MAX_FAST_LAUNCHES, "fast launches", owners, document, path)
    return tuple(found[key] for key in sorted(found))


def _check_form(
    written: LaunchTemplateWritten,
    places: Sequence[tuple[Account, str]],
    owners: Owners,
    document: Document,
    path: Path,
) -> None:
    if written.id is None:
        return
    for key in NEW_KEYS:
        if getattr(written, key) is not None:
            message = "is for a template that is made, and id names one that is there. Remove one of them."
            owners.report.error(document, (*path, key), message)
    if len(places) > 1:
        named = [f"{account.name} in {region}" for account, region in places]
        message = f"is of one account and Region, and the entry is for {quoted(named, 'and')}. Name its place."
        owners.report.error(document, (*path, "id"), message)


def _template(
    written: LaunchTemplateWritten, account: Account, region: str, owners: Owners, ids: TemplateIds
) -> LaunchTemplate:
    becomes_default = written.default is not False
    if written.id is not None:
        return LaunchTemplate(account, region, written.id, becomes_default, None)
    environment = owners.environment.name
    name = written.name or f"{environment}-{owners.image}"
    security_groups = tuple(written.security_groups or ())
    new = NewTemplate(name, written.instance_type, written.instance_profile, security_groups)
    recorded = ids.get(f"{environment}/{account.name}/{region}", {}).get(name)
    return LaunchTemplate(account, region, recorded, becomes_default, new)


def _warn_of_missing_id(template: LaunchTemplate, owners: Owners, document: Document, path: Path) -> None:
    environment, name = owners.environment.name, template.new.name if template.new else ""
    message = (
        f"AWS gives the launch template {name} of {template.account.name} in {template.region} an id, which is not in "
        f"{TEMPLATE_IDS_FILE} yet; until then it gets no AMIs. Run: goldsmith apply {environment} (which writes it "
        f"down), then goldsmith render, and goldsmith apply {environment} again."
    )
    owners.report.warning(document, path, message, "G203")


def _check_template_of_fast_launch(written: FastLaunchWritten, owners: Owners, document: Document, path: Path) -> None:
    template = written.launch_template
    if template is not None and (template.id is None) == (template.name is None):
        message = "must have either id or name, and not both."
        owners.report.error(document, (*path, "launch_template"), message)


def _fast_launch(written: FastLaunchWritten, account: Account, region: str) -> FastLaunch:
    template: tuple[tuple[str, str], ...] = ()
    given = written.launch_template
    if given is not None:
        named = ("id", given.id) if given.id is not None else ("name", given.name or "")
        template = (named, ("version", given.version or "$Default"))
    enabled = written.enabled is not False
    return FastLaunch(account, region, enabled, written.max_parallel_launches, written.snapshots, template)


def _check_number(
    found: Iterable[LaunchTemplate | FastLaunch], most: int, what: str, owners: Owners, document: Document, path: Path
) -> None:
    for region, count in sorted(Counter(each.region for each in found).items()):
        if count > most:
            message = f"{count} {what} are for {region}; EC2 Image Builder takes {most} in a Region. Remove some."
            owners.report.error(document, path, message, code="G312")


def check_templates_across(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """A template launches one image: two images that have the same one would take turns."""
    users: dict[tuple[str, str, str], str] = {}
    for environment in environments.values():
        for image in environment.images:
            for each in image.delivery.launch_templates:
                name, user = each.new.name if each.new else str(each.id), f"{environment.name}/{image.name}"
                key = (each.account.name, each.region, name)
                if key in users:
                    message = (
                        f"the launch template {name} of {each.account.name} in {each.region} is for {users[key]} and "
                        f"for {user}; it launches one image. Give them different ones."
                    )
                    report.error(sources.environments[environment.name].document, ("images",), message)
                users.setdefault(key, user)
