"""What Amazon publishes in every account: managed images by name, and of which version it is with components.

Names as public documentation, samples and modules show them. The list is not whole: a name that is missing here is
refused, and belongs here once `aws imagebuilder list-images --owner Amazon` shows it. The components are those of
`generator.spec.managed_components`, of which the same holds. Versions change by the week and are not known here: any
version of a known name is taken to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MANAGED_VERSION = "1.0.0"


@dataclass(frozen=True)
class ManagedImage:
    """`ami_names`: patterns of the names of the AMIs behind it, the preferred one first; `owner` publishes them.

    `name` is that of ARNs; `title` is what the service answers as the name, such as "Amazon Linux 2 x86", which the
    provider's acceptance tests expect.
    """

    name: str
    platform: str
    os_version: str
    architecture: str
    root_device: str
    ami_names: tuple[str, ...]
    owner: str

    @property
    def title(self) -> str:
        words = (word if word in ("x86", "arm64") else word.capitalize() for word in self.name.split("-"))
        return " ".join("LTS" if word == "Lts" else word for word in words)


MACOS_AMIS = "amzn-ec2-macos"  # what their names begin with

_AMAZON, _CANONICAL, _DEBIAN, _MACOS, _MICROSOFT, _RED_HAT, _SUSE = (
    "137112412989",
    "099720109477",
    "136693071363",
    "628277914472",
    "801119661308",
    "309956199498",
    "013907871322",
)


def _linux(name: str, system: str, root: str, owner: str, *patterns: str) -> ManagedImage:
    architecture = "arm64" if name.endswith("-arm64") else "x86_64"
    return ManagedImage(name, "Linux", system, architecture, root, patterns, owner)


def _amazon_linux() -> tuple[ManagedImage, ...]:
    return tuple(
        image
        for suffix, cpu in (("x86", "x86_64"), ("arm64", "arm64"))
        for image in (
            _linux(
                f"amazon-linux-2-{suffix}",
                "Amazon Linux 2",
                "/dev/xvda",
                _AMAZON,
                f"amzn2-ami-kernel-5.10-hvm-2.0.*-{cpu}-gp2",
                f"amzn2-ami-hvm-2.0.*-{cpu}-gp2",
            ),
            _linux(
                f"amazon-linux-2023-{suffix}",
                "Amazon Linux 2023",
                "/dev/xvda",
                _AMAZON,
                f"al2023-ami-2023.*-kernel-6.1-{cpu}",
                f"al2023-ami-2023.*-{cpu}",
            ),
        )
    )


def _ubuntu() -> tuple[ManagedImage, ...]:
    return tuple(
        _linux(
            f"ubuntu-server-{release}-lts-{suffix}",
            f"Ubuntu {release}.04",
            "/dev/sda1",
            _CANONICAL,
            f"ubuntu/images/hvm-ssd*/ubuntu-*-{release}.04-{cpu}-server-*",
        )
        for release in ("20", "22", "24")
        for suffix, cpu in (("x86", "amd64"), ("arm64", "arm64"))
    )


def _windows() -> tuple[ManagedImage, ...]:
    return tuple(
        ManagedImage(
            f"windows-server-{year}-english-{edition.lower()}-base-x86",
            "Windows",
            f"Microsoft Windows Server {year}",
            "x86_64",
            "/dev/sda1",
            (f"Windows_Server-{year}-English-{edition}-Base-*",),
            _MICROSOFT,
        )
        for year in ("2016", "2019", "2022", "2025")
        for edition in ("Full", "Core")
    )


def _enterprise_linux() -> tuple[ManagedImage, ...]:
    return (
        *(
            _linux(
                f"red-hat-enterprise-linux-{major}-x86",
                f"Red Hat Enterprise Linux {major}",
                "/dev/sda1",
                _RED_HAT,
                f"RHEL-{major}*_HVM-*-x86_64-*",
            )
            for major in ("8", "9")
        ),
        *(
            image
            for suffix, cpu in (("x86", "x86_64"), ("arm64", "arm64"))
            for image in (
                _linux(
                    f"red-hat-enterprise-linux-10-{suffix}",
                    "Red Hat Enterprise Linux 10",
                    "/dev/sda1",
                    _RED_HAT,
                    f"RHEL-10*_HVM-*-{cpu}-*",
                ),
                _linux(
                    f"suse-linux-enterprise-server-15-{suffix}",
                    "SLES 15",
                    "/dev/sda1",
                    _SUSE,
                    f"suse-sles-15-*-hvm-ssd-{cpu}",
                ),
            )
        ),
    )


def _macos() -> tuple[ManagedImage, ...]:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/macos-ami-overview.html"""
    return tuple(
        ManagedImage(
            f"macos-{name}-{'x86' if cpu == 'x86_64' else cpu}",
            "macOS",
            f"macOS {number}",
            cpu,
            "/dev/sda1",
            (f"{MACOS_AMIS}-{number}.*-{cpu}",),
            _MACOS,
        )
        for name, number in (("sonoma", "14"), ("sequoia", "15"))
        for cpu in ("x86_64", "arm64")
    )


def _public(name: str, system: str, root: str, owner: str, pattern: str) -> ManagedImage:
    architecture = "arm64" if "arm64" in name else "x86_64"
    return ManagedImage(name, "Linux", system, architecture, root, (pattern,), owner)


# Public parameters that hold AMI ids, of vendors whose AMIs moto does not know; the value is what they mean.
PUBLIC_PARAMETERS: Mapping[str, ManagedImage] = {
    image.name: image
    for cpu in ("amd64", "arm64")
    for image in (
        *(
            _public(
                f"/aws/service/debian/release/{release}/latest/{cpu}",
                f"Debian {release}",
                "/dev/xvda",
                _DEBIAN,
                f"debian-{release}-{cpu}-*",
            )
            for release in ("12", "13")
        ),
        *(
            _public(
                f"/aws/service/canonical/ubuntu/server/{release}/stable/current/{cpu}/hvm/ebs-gp3/ami-id",
                f"Ubuntu {release}",
                "/dev/sda1",
                _CANONICAL,
                f"ubuntu/images/hvm-ssd-gp3/ubuntu-*-{release}-{cpu}-server-*",
            )
            for release in ("22.04", "24.04", "26.04")
        ),
    )
}


MANAGED_IMAGES: Mapping[str, ManagedImage] = {
    image.name: image for image in (*_amazon_linux(), *_ubuntu(), *_windows(), *_enterprise_linux(), *_macos())
}
