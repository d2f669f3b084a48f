"""A file beside what Goldsmith renders of a root: the organization's own Terraform. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExtraFile:
    account: str  # its name; with the Region, the root that the file goes to
    region: str
    path: str  # in the root, with slashes: extra_alarms.tf, extra/policy.json
    source: str  # in the spec: extra/prod/build/alarms.tf
    text: str
