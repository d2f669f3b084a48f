"""Where and how an image's instances run, beyond instance types and network. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass

NOTIFY = "notify"  # in the place of a topic's ARN: the environment's own notifications


@dataclass(frozen=True)
class HostPlacement:
    availability_zone: str | None
    tenancy: str | None  # default, dedicated, host; None leaves it to the subnet's VPC
    host_id: str | None
    host_resource_group_arn: str | None


@dataclass(frozen=True)
class Infrastructure:
    key_pair: str | None = None
    sns_topic: str | None = None  # an ARN, or NOTIFY
    terminate_on_failure: bool = True
    tokens: str = "required"
    hop_limit: int = 1
    placement: HostPlacement | None = None
    log_prefix: str | None = None  # None: the image's name
