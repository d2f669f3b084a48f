"""The network that a build root makes for its instances. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """A VPC with private subnets and the endpoints that builds need."""

    cidr: str  # 10.0.0.0/22
    zones: tuple[str, ...]  # sorted; empty: one subnet, in a zone that AWS chooses
    endpoints: tuple[str, ...]  # sorted; services besides those that every build needs
    read_buckets: tuple[str, ...]  # sorted; of other accounts
    nat: bool
    flow_logs: int | None  # days that they are kept; None: none are written
