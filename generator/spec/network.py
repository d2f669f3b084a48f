"""The network that images are built in: given by the ids of a subnet and security groups, or made.

What AWS takes: a VPC's range is a /16 to a /28, https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html;
the module network gives an eighth of it to each subnet, of which the smallest is a /28. Retention of logs: botocore
logs RetentionInDays. Docker's own network: https://docs.docker.com/engine/network/drivers/bridge/.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import AfterValidator, Field

from generator.source.report import Report, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model import Image
from generator.spec.model_network import Network
from generator.spec.shape import Written, text_or

OWN = "own"
DEFAULT_CIDR = "10.0.0.0/22"
DOCKER_RANGE = ipaddress.IPv4Network("172.17.0.0/16")
PRIVATE_RANGES = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
ZONE_LETTERS = "abcdef"  # of which the module gives each a range of its own

_SERVICE_RULE = "a service goes by the end of its endpoint's name, such as secretsmanager; S3 is reached in any case"


def _cidr(text: str) -> str:
    try:
        network = ipaddress.IPv4Interface(text).network
    except ValueError as error:
        raise v.problem(
            f"{shown(text)} is not allowed; a range of IPv4 addresses such as {DEFAULT_CIDR} is."
        ) from error
    if str(network) != text:
        raise v.problem(f"{shown(text)} is not allowed; a range is written from its first address: {network}.")
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        raise v.problem(f"{shown(text)} is not private; ranges of {quoted(map(str, PRIVATE_RANGES), 'and')} are.")
    if not 16 <= network.prefixlen <= 25:
        raise v.problem(f"{shown(text)} is not allowed; a /16 to a /25 is, of which each subnet gets an eighth.")
    return text


def _days(days: int) -> int:
    if days not in RETENTION_DAYS:
        raise v.problem(f"{days} is not allowed; CloudWatch Logs keeps for {', '.join(map(str, RETENTION_DAYS))} days.")
    return days


def _lettered(zone: str) -> str:
    if zone[-1] not in ZONE_LETTERS:
        raise v.problem(f"{shown(zone)} is not allowed; zones a to f have a range in the network.")
    return zone


Service = Annotated[str, v.matching(r"^(?!s3$|com\.|cn\.)[a-z0-9][a-z0-9.-]{1,62}$", _SERVICE_RULE)]


class NetworkWritten(Written):
    """A network that is made for the builds of an environment."""

    cidr: Annotated[str, AfterValidator(_cidr)] | None = Field(
        default=None, description="private IPv4 range, /16 to /25 [default: 10.0.0.0/22]"
    )
    zones: (
        Annotated[
            list[Annotated[v.AvailabilityZone, AfterValidator(_lettered)]],
            Field(min_length=1),
            AfterValidator(v.unique("zones")),
        ]
        | None
    ) = Field(
        default=None,
        description="Availability Zones with a subnet; images are built in the first by name, or in the one of their "
        "`infrastructure.placement` [default: one, which AWS chooses]",
    )
    endpoints: Annotated[list[Service], AfterValidator(v.unique("endpoints"))] | None = Field(
        default=None,
        description="AWS services that components call, besides those that every build needs, such as `secretsmanager` "
        "[default: none]",
    )
    read_buckets: Annotated[list[v.BucketName], AfterValidator(v.unique("buckets"))] | None = Field(
        default=None, description="S3 buckets of other accounts, in the Region, that components read [default: none]"
    )
    nat: bool | None = Field(
        default=None,
        description="whether instances reach package repositories outside of AWS, through a NAT gateway "
        "[default: false]",
    )
    flow_logs: Annotated[int, AfterValidator(_days)] | None = Field(
        default=None, description="days that records of all connections are kept [default: none are written]"
    )


OwnNetwork = Annotated[str, v.matching(f"^{OWN}$", f"`{OWN}`, or a mapping, is")]
NetworkValue = text_or(NetworkWritten, OwnNetwork)


class _Build(Protocol):
    @property
    def subnet(self) -> str | None: ...
    @property
    def security_groups(self) -> Sequence[str] | None: ...
    @property
    def network(self) -> str | NetworkWritten | None: ...
    @property
    def region(self) -> str: ...


def resolve_network(document: Document, build: _Build, report: Report) -> Network | None:
    """The network to make, or None where one is given; neither, both, and half of one are reported."""
    if build.network is None:
        _check_given(document, build, report)
        return None
    given = [name for name in ("subnet", "security_groups") if getattr(build, name) is not None]
    if given:
        message = f"stands beside {quoted(given, 'and')}; a network is made, or given. Remove one."
        report.error(document, ("build", "network"), message, at_key=True)
    written = NetworkWritten() if isinstance(build.network, str) else build.network
    _check_zones(document, written, build.region, report)
    _warn_of_docker(document, written, report)
    return Network(
        cidr=written.cidr or DEFAULT_CIDR,
        zones=tuple(sorted(written.zones or ())),
        endpoints=tuple(sorted(written.endpoints or ())),
        read_buckets=tuple(sorted(written.read_buckets or ())),
        nat=bool(written.nat),
        flow_logs=written.flow_logs,
    )


def _check_given(document: Document, build: _Build, report: Report) -> None:
    missing = [name for name in ("subnet", "security_groups") if getattr(build, name) is None]
    if len(missing) == 2:
        message = f"needs subnet and security_groups, or `network: {OWN}`, which makes both. Add one or the other."
        report.error(document, ("build",), message, at_key=True)
    elif missing:
        message = f"needs {missing[0]}: EC2 Image Builder takes a subnet and its security groups together. Add it."
        report.error(document, ("build",), message, at_key=True, code="G310")


def _check_zones(document: Document, written: NetworkWritten, region: str, report: Report) -> None:
    for index, zone in enumerate(written.zones or ()):
        if zone[:-1] != region:
            message = f"{shown(zone)} is no Availability Zone of {region}, where images are built."
            report.error(document, ("build", "network", "zones", index), message)


def _warn_of_docker(document: Document, written: NetworkWritten, report: Report) -> None:
    if written.cidr and ipaddress.IPv4Network(written.cidr).overlaps(DOCKER_RANGE):
        message = (
            f"overlaps {DOCKER_RANGE}, which Docker on an instance takes for itself: a build that starts Docker loses "
            "what is behind it. Choose another range."
        )
        report.warning(document, ("build", "network", "cidr"), message, "G210")


def check_images_in_network(
    document: Document, network: Network | None, images: Sequence[Image], report: Report
) -> None:
    """Report images that are placed in a zone where the network has no subnet, and warn of packages out of reach."""
    if network is None:
        return
    for image in images:
        placement = image.infrastructure.placement
        zone = placement.availability_zone if placement else None
        if zone and zone not in network.zones:
            there = f"has subnets in {quoted(network.zones, 'and')}" if network.zones else "names no zones"
            message = (
                f"the image {image.name} is placed in {zone}; the network of `build` {there}. Add it to its zones."
            )
            report.error(document, ("images",), message)
    outside = [image.name for image in images if needs_internet(image)]
    if outside and not network.nat:
        path: Path = ("build", "network")
        message = (
            f"has no way out of AWS, where the bases of {quoted(outside, 'and')} have their packages or registry; "
            "of the known ones, only Amazon Linux finds all in S3. Add `nat: true`, or let components install from S3."
        )
        report.warning(document, path, message, "G211")


def needs_internet(image: Image) -> bool:
    """Whether a base comes from a public registry, or a known one finds its packages outside of AWS.

    Of other bases nothing is known.
    """
    registry = image.base.container.reference if image.base.container else None
    if registry is not None:
        return ".dkr.ecr." not in registry
    return image.base.name.startswith(("debian-", "rhel-", "sles-", "ubuntu-", "windows-server-"))
