"""Who receives the images of an environment: accounts by name, organizations and their units, everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.accounts import check_region
from generator.spec.distribute import DistributeWritten
from generator.spec.files import Source
from generator.spec.model import Organization, Placement, Target
from generator.spec.model_distribution import Audience
from generator.spec.receivers import receivers
from generator.spec.written import EnvironmentWritten

MAX_ACCOUNTS = 1536  # of each mode in a Region: botocore imagebuilder AccountList
MAX_ARNS = 25  # in a Region: botocore imagebuilder OrganizationArnList, OrganizationalUnitArnList

AUDIENCES = ("organizations", "organizational_units", "public")


def resolve_targets(
    source: Source[EnvironmentWritten], organization: Organization, build: Placement, report: Report
) -> tuple[tuple[Target, ...], tuple[Audience, ...]]:
    """Every account that receives, the build account in its Region first, and whoever else may launch.

    What is shared is the build account's AMI of that Region, so the build account receives a copy there too.
    """
    entries = [(("distribute", index), written) for index, written in enumerate(source.written.distribute or [])]
    for path, written in entries:
        _check_entry(source.document, path, written, organization, report)
    targets = _accounts(source, entries, organization, build, report)
    audiences = _audiences(source.document, entries, report)
    home = Target(build.account, build.region, "copy")
    found = {(target.account.name, target.region): target for target in targets}
    shared = [target.region for target in targets if target.mode == "share"] + [each.region for each in audiences]
    for region in shared:
        found.setdefault((build.account.name, region), Target(build.account, region, "copy"))
    found.pop((build.account.name, build.region), None)
    everyone = (home, *(found[key] for key in sorted(found)))
    _check_numbers(source.document, everyone, report)
    return everyone, audiences


def mode_of(written: DistributeWritten) -> Literal["copy", "share"]:
    """As written, else copy; those who are no accounts can only be shared with."""
    return written.mode or ("share" if _audience_keys(written) else "copy")


def _audience_keys(written: DistributeWritten) -> list[str]:
    return [key for key in AUDIENCES if getattr(written, key)]


def _check_entry(
    document: Document, path: Path, written: DistributeWritten, organization: Organization, report: Report
) -> None:
    partition = organization.partition
    for index, region in enumerate(written.regions):
        check_region(document, (*path, "regions", index), region, partition, report)
    others = _audience_keys(written)
    if not others and not written.accounts:
        message = "names nobody; accounts, organizations, organizational_units or public is needed. Add one."
        report.error(document, path, message, code="G305")
    if others and written.mode == "copy":
        message = (
            f"is not for {others[0]}, which cannot own an AMI; the accounts of an organization launch the build "
            "account's. Remove it, or give copies to accounts in an entry of their own."
        )
        report.error(document, (*path, "mode"), message)
    for key in ("organizations", "organizational_units"):
        for index, arn in enumerate(getattr(written, key) or []):
            if arn.split(":")[1] != partition:
                message = f"is of the partition {arn.split(':')[1]}, and images of {partition} stay in it."
                report.error(document, (*path, key, index), message)


def _accounts(
    source: Source[EnvironmentWritten],
    entries: Iterable[tuple[Path, DistributeWritten]],
    organization: Organization,
    build: Placement,
    report: Report,
) -> list[Target]:
    found: dict[tuple[str, str], Target] = {}
    for path, written in entries:
        named = receivers(
            source.document, (*path, "accounts"), written.accounts, organization, build.account.name, report
        )
        for place, account in named:
            for region in written.regions:
                _add_target(source.document, place, Target(account, region, mode_of(written)), build, found, report)
    return list(found.values())


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
        report.error(document, path, message)
    elif key in found:
        message = (
            f"{target.account.name} receives in {target.region} by {found[key].mode} already; an account "
            "receives once in each Region. Remove one."
        )
        report.error(document, path, message, code="G304")
    else:
        found[key] = target


def _audiences(
    document: Document, entries: Iterable[tuple[Path, DistributeWritten]], report: Report
) -> tuple[Audience, ...]:
    """By Region, what all entries say together."""
    found: dict[str, dict[str, list[str]]] = {}
    for path, written in entries:
        for key in _audience_keys(written):
            given: list[str] = ["all"] if key == "public" else getattr(written, key)
            for region in written.regions:
                named = found.setdefault(region, {}).setdefault(key, [])
                _check_not_named_before(document, (*path, key), given, named, region, report)
                named += given
    _check_arns(document, found, report)
    return tuple(
        Audience(
            region,
            organizations=tuple(sorted(set(named.get("organizations", ())))),
            organizational_units=tuple(sorted(set(named.get("organizational_units", ())))),
            public="public" in named,
        )
        for region, named in sorted(found.items())
    )


def _check_not_named_before(
    document: Document, path: Path, given: list[str], named: list[str], region: str, report: Report
) -> None:
    for index, arn in enumerate(given):
        if arn in named:
            place = path if path[-1] == "public" else (*path, index)
            message = f"stands for {region} in an earlier entry already. Remove one."
            report.error(document, place, message, code="G304")


def _check_arns(document: Document, found: dict[str, dict[str, list[str]]], report: Report) -> None:
    for region, named in found.items():
        for key in ("organizations", "organizational_units"):
            count = len(set(named.get(key, ())))
            if count > MAX_ARNS:
                message = f"{count} {key} receive in {region}; EC2 Image Builder takes {MAX_ARNS} in a Region."
                report.error(document, ("distribute",), message, code="G312")


def _check_numbers(document: Document, targets: Iterable[Target], report: Report) -> None:
    """Accounts, however few words name them, may be more than a Region of a configuration holds."""
    for (region, mode), count in sorted(Counter((each.region, each.mode) for each in targets).items()):
        if count > MAX_ACCOUNTS:
            message = (
                f"{count} accounts receive in {region} by {mode}; EC2 Image Builder takes {MAX_ACCOUNTS} in a Region. "
                "Share with an organization or its units instead."
            )
            report.error(document, ("distribute",), message, code="G312")
