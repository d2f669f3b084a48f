"""KMS keys of a team's own that encrypt images, one for each Region, in place of those that Goldsmith makes.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html: a key in every Region where images
are built or go to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import Field

from generator.source.report import Report, quoted
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.accounts import check_region
from generator.spec.model import Organization, Placement, Target
from generator.spec.model_distribution import Audience

KeyArn = Annotated[
    str,
    v.matching(
        r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})|alias/[A-Za-z0-9/_-]{1,250})$",
        "the ARN of a key reads like arn:aws:kms:us-east-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef, "
        "that of an alias like arn:aws:kms:us-east-1:111111111111:alias/images",
    ),
]
Keys = Annotated[dict[v.Region, KeyArn], Field(min_length=1)]


def resolve_keys(
    written: Mapping[str, str] | None,
    document: Document,
    organization: Organization,
    build: Placement,
    receivers: tuple[tuple[Target, ...], tuple[Audience, ...]],
    report: Report,
) -> dict[str, str]:
    """Region -> ARN; empty where Goldsmith makes the keys. What is wrong is reported."""
    if written is None:
        return {}
    targets, audiences = receivers
    regions = {target.region for target in targets}
    for region, arn in written.items():
        _check_key(document, region, arn, organization, report)
        if region in regions and _is_aws_managed(arn):
            _check_no_others(document, region, _others(build, targets, audiences), report)
    _check_complete(document, written, regions, report)
    return dict(sorted(written.items()))


def _check_key(document: Document, region: str, arn: str, organization: Organization, report: Report) -> None:
    path: Path = ("keys", region)
    _, partition, _, place, *_ = arn.split(":")
    check_region(document, path, region, organization.partition, report)
    if partition != organization.partition:
        report.error(document, path, f"is of the partition {partition}; {organization.partition} is needed. Change it.")
    elif place != region:
        message = f"is a key of {place}; a key encrypts in its own Region. Give one of {region}."
        report.error(document, path, message)


def _check_complete(document: Document, keys: Collection[str], regions: Collection[str], report: Report) -> None:
    missing = sorted(set(regions) - set(keys))
    if missing:
        message = (
            f"has no key for {quoted(missing, 'and')}, where images are built or go to, and an encrypted AMI needs one "
            "in each Region. Add it, or remove keys: Goldsmith then makes one in each."
        )
        report.error(document, ("keys",), message)
    for region in sorted(set(keys) - set(regions)):
        message = f"no image is built in {region} or goes there. Remove it, or add the Region to distribute."
        report.error(document, ("keys", region), message, at_key=True)


def _is_aws_managed(arn: str) -> bool:
    """By its alias; a key's own id does not tell."""
    return ":alias/aws/" in arn


def _others(build: Placement, targets: Collection[Target], audiences: Collection[Audience]) -> list[str]:
    """Who of others receives."""
    names = {target.account.name for target in targets} - {build.account.name}
    kinds = {"organizations": "organizations", "organizational_units": "organizational units"}
    return sorted(names) + [word for key, word in kinds.items() if any(getattr(each, key) for each in audiences)]


def _check_no_others(document: Document, region: str, others: list[str], report: Report) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html"""
    if others:
        message = (
            "is a key that AWS manages, which no other account can use: an AMI that it encrypts cannot be shared with "
            f"or copied to {quoted(others, 'and')}. Give a key of your own, or remove keys: Goldsmith then makes them."
        )
        report.error(document, ("keys", region), message, code="G307")


def build_keys(environments: Mapping[str, tuple[str, Mapping[str, str] | None]]) -> dict[str, str]:
    """What a recipe holds of the keys: by environment, the one of the Region that it builds in, where it is given.

    `environments`: its Region and keys, by name. A recipe is immutable and has one version everywhere, so a key of any
    environment is part of its content.
    """
    return {name: keys[region] for name, (region, keys) in sorted(environments.items()) if keys and region in keys}
