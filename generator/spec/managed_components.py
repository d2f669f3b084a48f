"""The components that Amazon publishes in every account, by name.

Names as public documentation, samples and modules show them, among them
https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-stig.html and the examples of the Terraform provider. The
list is not whole: what is missing here belongs here once `aws imagebuilder list-components --owner Amazon` shows it.
Imports nothing of the package: the embedded AWS offers these components as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_BUILD_LINUX = """
    amazon-cloudwatch-agent-linux amazon-corretto-11 amazon-corretto-17-jdk amazon-corretto-17-jre
    amazon-corretto-21-headless apache-tomcat-9-linux aws-cli-version-2-linux aws-codedeploy-agent-linux
    distributor-package-linux docker-ce-centos docker-ce-linux docker-ce-ubuntu dotnet-core-runtime-linux
    dotnet-core-sdk-linux hello-world-linux php-8-2-linux python-3-linux reboot-linux
    scap-compliance-checker-linux stig-build-linux stig-build-linux-high stig-build-linux-low
    stig-build-linux-medium update-linux update-linux-kernel-5 update-linux-kernel-mainline
"""
_TEST_LINUX = """
    chrony-time-configuration-test dhcp-configuration-test-linux ebs-volume-usage-test-linux
    inspector-test-linux reboot-test-linux simple-boot-test-linux validate-single-ssh-public-key-test-linux
    validate-ssh-host-key-generation-linux validate-ssh-public-key-linux yum-repository-test-linux
"""
_BUILD_WINDOWS = """
    amazon-cloudwatch-agent-windows amazon-corretto-11-windows aws-cli-version-2-windows
    aws-codedeploy-agent-windows aws-vss-components-windows chocolatey distributor-package-windows
    ec2-network-settings-windows ec2launch-v2-windows ecs-optimized-ami-windows eks-optimized-ami-windows
    hello-world-windows powershell-windows python-3-windows reboot-windows scap-compliance-checker-windows
    stig-build-windows-high stig-build-windows-low stig-build-windows-medium update-windows
"""
_TEST_WINDOWS = """
    dhcp-configuration-test-windows inspector-test-windows powershell-snap-test-windows reboot-test-windows
    simple-boot-test-windows windows-activation-test windows-is-ready-with-password-generation-test
    windows-server-defender-test windows-server-time-configuration-test
"""


@dataclass(frozen=True)
class ManagedComponent:
    name: str
    platform: Literal["Linux", "Windows"]
    kind: Literal["BUILD", "TEST"]


def _components(
    names: str, platform: Literal["Linux", "Windows"], kind: Literal["BUILD", "TEST"]
) -> dict[str, ManagedComponent]:
    return {name: ManagedComponent(name, platform, kind) for name in names.split()}


MANAGED_COMPONENTS: Mapping[str, ManagedComponent] = {
    **_components(_BUILD_LINUX, "Linux", "BUILD"),
    **_components(_TEST_LINUX, "Linux", "TEST"),
    **_components(_BUILD_WINDOWS, "Windows", "BUILD"),
    **_components(_TEST_WINDOWS, "Windows", "TEST"),
}
