"""The base images that a spec may name, and what is known of each.

Managed names: the Amazon-managed images of EC2 Image Builder (`aws imagebuilder list-images --owner Amazon`).
Root devices: the AMIs behind them. End of support: https://aws.amazon.com/amazon-linux-2/faqs/,
https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html, https://ubuntu.com/about/release-cycle
(standard support), https://learn.microsoft.com/lifecycle (extended end date).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.spec.model import Platform


@dataclass(frozen=True)
class KnownBase:
    managed_image: str
    platform: Platform
    architecture: Literal["x86_64", "arm64"]
    root_device: str
    end_of_support: date
    successor: str | None = None  # another known name


_AL2_END, _AL2023_END = date(2026, 6, 30), date(2029, 6, 30)
_JAMMY_END, _NOBLE_END = date(2027, 4, 30), date(2029, 5, 31)

KNOWN_BASES: Mapping[str, KnownBase] = {
    "amazon-linux-2": KnownBase("amazon-linux-2-x86", "Linux", "x86_64", "/dev/xvda", _AL2_END, "amazon-linux-2023"),
    "amazon-linux-2-arm64": KnownBase(
        "amazon-linux-2-arm64", "Linux", "arm64", "/dev/xvda", _AL2_END, "amazon-linux-2023-arm64"
    ),
    "amazon-linux-2023": KnownBase("amazon-linux-2023-x86", "Linux", "x86_64", "/dev/xvda", _AL2023_END),
    "amazon-linux-2023-arm64": KnownBase("amazon-linux-2023-arm64", "Linux", "arm64", "/dev/xvda", _AL2023_END),
    "ubuntu-22-04": KnownBase("ubuntu-server-22-lts-x86", "Linux", "x86_64", "/dev/sda1", _JAMMY_END, "ubuntu-24-04"),
    "ubuntu-24-04": KnownBase("ubuntu-server-24-lts-x86", "Linux", "x86_64", "/dev/sda1", _NOBLE_END),
    "ubuntu-24-04-arm64": KnownBase("ubuntu-server-24-lts-arm64", "Linux", "arm64", "/dev/sda1", _NOBLE_END),
    "windows-server-2022": KnownBase(
        "windows-server-2022-english-full-base-x86", "Windows", "x86_64", "/dev/sda1", date(2031, 10, 14)
    ),
}

KNOWN_MANAGED_IMAGES: Mapping[str, KnownBase] = {base.managed_image: base for base in KNOWN_BASES.values()}
