"""Where and how an image's instances run, beyond instance types and network: as written, and as resolved.

Shapes, patterns and bounds: botocore imagebuilder CreateInfrastructureConfiguration (Placement,
InstanceMetadataOptions, SnsTopicArn).
"""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import Field

from generator.source.report import Report, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model_infrastructure import NOTIFY, HostPlacement, Infrastructure
from generator.spec.shape import Written

# botocore imagebuilder InstanceMetadataOptions: where tokens are required, a container's build needs two hops.
CONTAINER_HOPS = 2


TopicValue = Annotated[
    str,
    v.matching(
        rf"^({NOTIFY}|arn:aws[^:]*:sns:[a-z0-9-]+:[0-9]{{12}}:[a-zA-Z0-9_-]{{1,256}})$",
        f"allowed are {NOTIFY} and the ARN of a standard topic, which reads like "
        "arn:aws:sns:us-east-1:111111111111:image-builds",
    ),
]
LogPrefix = Annotated[
    str,
    v.matching(r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", "letters, digits and _ . - are, in parts with / between them"),
    Field(max_length=256),
]


class PlacementWritten(Written):
    """On which hardware: an Availability Zone, and shared or dedicated hosts."""

    availability_zone: v.AvailabilityZone | None = Field(
        default=None, description="Availability Zone of the instances; the one of the subnet"
    )
    tenancy: Literal["default", "dedicated", "host"] | None = Field(
        default=None, description="`dedicated`: hardware of one's own; `host`: a Dedicated Host (macOS needs one)"
    )
    host_id: v.HostId | None = Field(default=None, description="the Dedicated Host, where tenancy is host")
    host_resource_group_arn: v.ResourceGroupArn | None = Field(
        default=None, description="a group of Dedicated Hosts instead of one host, where tenancy is host"
    )


class MetadataWritten(Written):
    """The instance metadata service (IMDS) of the instances."""

    tokens: Literal["required", "optional"] | None = Field(
        default=None, description="`optional` lets IMDSv1 answer too, which `check` warns of [default: required]"
    )
    hop_limit: Annotated[int, Field(ge=1, le=64)] | None = Field(
        default=None,
        description="network hops of an answer; containers on the instance need 2 [default: 1; container images: 2]",
    )


class InfrastructureWritten(Written):
    """What is rarely needed of the build and test instances."""

    key_pair: v.KeyPair | None = Field(
        default=None, description="EC2 key pair for SSH [default: none; Session Manager needs none]"
    )
    sns_topic: TopicValue | None = Field(
        default=None,
        description="ARN of the SNS topic that Image Builder tells how builds end, or `notify` for the environment's "
        "[default: none]",
    )
    log_prefix: LogPrefix | None = Field(
        default=None,
        description="what the names of build logs begin with in the bucket [default: the image's name]",
    )
    terminate_on_failure: bool | None = Field(
        default=None, description="false keeps (and pays for) the instance of a failed build [default: true]"
    )
    metadata: MetadataWritten | None = Field(default=None, description="the instance metadata service")
    placement: PlacementWritten | None = Field(default=None, description="Availability Zone, tenancy, host")


class _HasInfrastructure(Protocol):
    @property
    def infrastructure(self) -> InfrastructureWritten | None: ...


def resolve_infrastructure(
    image: _HasInfrastructure, use: _HasInfrastructure, *, is_container: bool = False
) -> Infrastructure:
    """What an image says, with each key that its place in an environment says too replaced by that."""
    merged = _keys(image.infrastructure) | _keys(use.infrastructure)
    written = InfrastructureWritten.model_validate(merged)
    metadata = written.metadata or MetadataWritten()
    return Infrastructure(
        key_pair=written.key_pair,
        sns_topic=written.sns_topic,
        log_prefix=written.log_prefix,
        terminate_on_failure=True if written.terminate_on_failure is None else written.terminate_on_failure,
        tokens=metadata.tokens or "required",
        hop_limit=metadata.hop_limit or (CONTAINER_HOPS if is_container else 1),
        placement=_placement(written.placement),
    )


def _keys(written: InfrastructureWritten | None) -> dict[str, object]:
    return written.model_dump(exclude_unset=True) if written else {}


def _placement(written: PlacementWritten | None) -> HostPlacement | None:
    if written is None or not written.model_fields_set:
        return None
    return HostPlacement(written.availability_zone, written.tenancy, written.host_id, written.host_resource_group_arn)


def check_infrastructure(document: Document, path: Path, written: InfrastructureWritten | None, report: Report) -> None:
    """Report a placement that EC2 has no room for, and warn of IMDSv1."""
    if written is None:
        return
    if written.metadata and written.metadata.tokens == "optional":
        message = (
            "lets IMDSv1 answer, by which a forged request on the instance reads the role's credentials. "
            "Leave it out unless a program in the build knows no IMDSv2."
        )
        report.warning(document, (*path, "metadata", "tokens"), message, "G201")
    placement = written.placement
    if placement is None:
        return
    hosts = [name for name in ("host_id", "host_resource_group_arn") if getattr(placement, name)]
    if len(hosts) > 1:
        message = "has both host_id and host_resource_group_arn; at most one is allowed. Remove one."
        report.error(document, (*path, "placement"), message)
    elif hosts and placement.tenancy != "host":
        message = (
            f"needs the tenancy host, not {shown(placement.tenancy or 'default')}. "
            f"Add `tenancy: host`, or remove {hosts[0]}."
        )
        report.error(document, (*path, "placement", hosts[0]), message)


def check_zone(document: Document, image: str, infrastructure: Infrastructure, region: str, report: Report) -> None:
    """Report an Availability Zone that is not one of the Region that builds."""
    zone = infrastructure.placement.availability_zone if infrastructure.placement else None
    if zone and not zone.startswith(region):
        message = (
            f"the image {image} is placed in the Availability Zone {zone}, and built in {region}. "
            "Give it a zone of that Region here, under the image's `infrastructure`."
        )
        report.error(document, ("images",), message)


def check_topic(
    document: Document, image: str, infrastructure: Infrastructure, has_topic: bool, report: Report
) -> None:
    """Report an image that tells the environment's topic where there is none. Its Region: regional.py."""
    if infrastructure.sns_topic == NOTIFY and not has_topic:
        message = (
            f"is missing: the image {image} tells the environment's topic, by `sns_topic: {NOTIFY}`. Add `notify: own`."
        )
        report.error(document, ("notify",), message)
