"""The base images that a spec may name, and what is known of each.

Managed names: the Amazon-managed images of EC2 Image Builder (`aws imagebuilder list-images --owner Amazon`).
Root devices: the AMIs behind them. End of support: https://aws.amazon.com/amazon-linux-2/faqs/,
https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html, https://ubuntu.com/about/release-cycle
(standard support), https://learn.microsoft.com/lifecycle (extended end date), https://wiki.debian.org/LTS (end of LTS),
https://access.redhat.com/support/policy/updates/errata (maintenance), https://www.suse.com/lifecycle (general support).
Names of RHEL 10, SLES, Windows and macOS: AmazonManagedImage of https://github.com/aws/aws-cdk
(aws-imagebuilder-alpha), read 2026-11-24. With the SSM Agent: https://docs.aws.amazon.com/systems-manager/latest/userguide/ami-preinstalled-agent.html.
Sizes of snapshots: `aws ec2 describe-images` of the AMIs behind them; where releases differ, the smallest.
Debian and Ubuntu 26.04 have no managed image; Debian's public parameter: https://wiki.debian.org/Cloud/AmazonEC2Image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.spec.model import Platform


@dataclass(frozen=True)
class KnownBase:
    """A base by name: an Amazon-managed image or, where there is none, the public SSM parameter of its vendor."""

    managed_image: str | None
    platform: Platform
    architecture: Literal["x86_64", "arm64"]
    root_device: str
    end_of_support: date | None  # None: its vendor names none
    successor: str | None = None  # another known name
    ssm_parameter: str | None = None
    has_agent: bool = True  # whether the SSM Agent comes with it
    least_volume: int = 8  # GiB of its snapshot at the least: no root volume is smaller


_AL2_END, _AL2023_END = date(2026, 6, 30), date(2029, 6, 30)
_BOOKWORM_END, _TRIXIE_END = date(2028, 6, 30), date(2030, 6, 30)
_RHEL_10_END, _SLES_15_END = date(2035, 5, 31), date(2031, 7, 31)
_WINDOWS_ENDS = {
    "2016": date(2027, 1, 12),
    "2019": date(2029, 1, 9),
    "2022": date(2031, 10, 14),
    "2025": date(2034, 11, 14),
}
_JAMMY_END, _NOBLE_END, _RESOLUTE_END = date(2027, 4, 30), date(2029, 5, 31), date(2031, 5, 31)


def _debian(release: str, cpu: str, end: date, successor: str | None = None) -> KnownBase:
    parameter = f"/aws/service/debian/release/{release}/latest/{cpu}"
    architecture: Literal["x86_64", "arm64"] = "arm64" if cpu == "arm64" else "x86_64"
    return KnownBase(None, "Linux", architecture, "/dev/xvda", end, successor, parameter, has_agent=False)


def _ubuntu(release: str, cpu: str, end: date, successor: str | None = None) -> KnownBase:
    """By the parameter of its vendor: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/."""
    parameter = f"/aws/service/canonical/ubuntu/server/{release}/stable/current/{cpu}/hvm/ebs-gp3/ami-id"
    architecture: Literal["x86_64", "arm64"] = "arm64" if cpu == "arm64" else "x86_64"
    return KnownBase(None, "Linux", architecture, "/dev/sda1", end, successor, parameter)


def _macos(name: str, architecture: Literal["x86_64", "arm64"]) -> KnownBase:
    """Apple names no end of support."""
    suffix = "arm64" if architecture == "arm64" else "x86"
    return KnownBase(f"macos-{name}-{suffix}", "macOS", architecture, "/dev/sda1", None, least_volume=60)


def _windows(year: str, edition: str) -> KnownBase:
    suffix = "-core" if edition == "core" else ""
    successor = None if year == "2025" else f"windows-server-2025{suffix}"
    image = f"windows-server-{year}-english-{edition}-base-x86"
    return KnownBase(image, "Windows", "x86_64", "/dev/sda1", _WINDOWS_ENDS[year], successor, least_volume=30)


KNOWN_BASES: Mapping[str, KnownBase] = {
    "amazon-linux-2": KnownBase("amazon-linux-2-x86", "Linux", "x86_64", "/dev/xvda", _AL2_END, "amazon-linux-2023"),
    "amazon-linux-2-arm64": KnownBase(
        "amazon-linux-2-arm64", "Linux", "arm64", "/dev/xvda", _AL2_END, "amazon-linux-2023-arm64"
    ),
    "amazon-linux-2023": KnownBase("amazon-linux-2023-x86", "Linux", "x86_64", "/dev/xvda", _AL2023_END),
    "amazon-linux-2023-arm64": KnownBase("amazon-linux-2023-arm64", "Linux", "arm64", "/dev/xvda", _AL2023_END),
    "ubuntu-22-04": KnownBase("ubuntu-server-22-lts-x86", "Linux", "x86_64", "/dev/sda1", _JAMMY_END, "ubuntu-24-04"),
    "ubuntu-22-04-arm64": KnownBase(
        "ubuntu-server-22-lts-arm64", "Linux", "arm64", "/dev/sda1", _JAMMY_END, "ubuntu-24-04-arm64"
    ),
    "ubuntu-24-04": KnownBase("ubuntu-server-24-lts-x86", "Linux", "x86_64", "/dev/sda1", _NOBLE_END),
    "ubuntu-24-04-arm64": KnownBase("ubuntu-server-24-lts-arm64", "Linux", "arm64", "/dev/sda1", _NOBLE_END),
    "ubuntu-26-04": _ubuntu("26.04", "amd64", _RESOLUTE_END),
    "ubuntu-26-04-arm64": _ubuntu("26.04", "arm64", _RESOLUTE_END),
    "debian-12": _debian("12", "amd64", _BOOKWORM_END, "debian-13"),
    "debian-12-arm64": _debian("12", "arm64", _BOOKWORM_END, "debian-13-arm64"),
    "debian-13": _debian("13", "amd64", _TRIXIE_END),
    "debian-13-arm64": _debian("13", "arm64", _TRIXIE_END),
    "rhel-10": KnownBase(
        "red-hat-enterprise-linux-10-x86",
        "Linux",
        "x86_64",
        "/dev/sda1",
        _RHEL_10_END,
        has_agent=False,
        least_volume=10,
    ),
    "rhel-10-arm64": KnownBase(
        "red-hat-enterprise-linux-10-arm64",
        "Linux",
        "arm64",
        "/dev/sda1",
        _RHEL_10_END,
        has_agent=False,
        least_volume=10,
    ),
    "sles-15": KnownBase(
        "suse-linux-enterprise-server-15-x86", "Linux", "x86_64", "/dev/sda1", _SLES_15_END, least_volume=10
    ),
    "sles-15-arm64": KnownBase(
        "suse-linux-enterprise-server-15-arm64", "Linux", "arm64", "/dev/sda1", _SLES_15_END, least_volume=10
    ),
    **{f"windows-server-{year}": _windows(year, "full") for year in _WINDOWS_ENDS},
    **{f"windows-server-{year}-core": _windows(year, "core") for year in _WINDOWS_ENDS},
    "macos-14": _macos("sonoma", "x86_64"),
    "macos-14-arm64": _macos("sonoma", "arm64"),
    "macos-15": _macos("sequoia", "x86_64"),
    "macos-15-arm64": _macos("sequoia", "arm64"),
}
