"""`systems.yaml` beside component documents: the operating systems that each is for, and whether containers.

A component document has no place for it, and what AWS is told of systems (`os_versions` in organization.yaml) is a part
of what a version stands for. This is for `goldsmith check` alone: no version depends on it, and it does not go to AWS.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.bases import KNOWN_BASES, KnownBase
from generator.spec.container_bases import known_of_container
from generator.spec.document_settings import OS_VERSIONS, system_of
from generator.spec.messages import validated
from generator.spec.model import BaseImage
from generator.spec.shape import Written

SYSTEMS_FILE = "systems.yaml"

# What the names of known bases begin with -> the vendor's name of the system.
_FAMILIES: Mapping[str, str] = {
    "amazon-linux": "Amazon Linux",
    "debian": "Debian",
    "macos": "macOS",
    "rhel": "Red Hat Enterprise Linux",
    "sles": "SLES",
    "ubuntu": "Ubuntu",
    "windows-server": "Microsoft Windows Server",
}
_RELEASE = re.compile(r"([a-z-]+)-([0-9]+(-[0-9]+)?)")


class ComponentSystemsWritten(Written):
    """What one component is for."""

    systems: Annotated[list[str], Field(min_length=1), AfterValidator(v.unique("operating systems"))] | None = Field(
        default=None,
        description="the operating systems that it works on, all releases of one (`Ubuntu`) or a release (`Debian 12`) "
        "[default: any of its platform]",
    )
    containers: bool | None = Field(default=None, description="whether it works in a container image [default: true]")


class SystemsWritten(Written):
    """`systems.yaml` in a folder of components: what `goldsmith check` goes by. AWS is not told of it."""

    components: Annotated[dict[str, ComponentSystemsWritten], Field(min_length=1)] = Field(
        description="the components of the folder, by name"
    )


@dataclass(frozen=True)
class ComponentSystems:
    """What the folder of a component says of it; `file` is where."""

    file: str
    systems: tuple[str, ...]  # none: any
    containers: bool


@dataclass(frozen=True)
class Ground:
    """What the components of an image run on."""

    base: BaseImage
    system: str | None  # such as Debian 13; None: not known
    is_container: bool


def read_systems(document: Document, components: Collection[str] | None, report: Report) -> dict[str, ComponentSystems]:
    """What is said of each component; nothing after what is wrong has been reported.

    `components` are the names in the folder; None leaves them unchecked.
    """
    written = validated(document, SystemsWritten, report)
    if written is None:
        return {}
    for name, each in written.components.items():
        if components is not None and name not in components:
            message = f"there is no component {shown(name)} in this folder.{did_you_mean(name, components)}"
            report.error(document, ("components", name), message, at_key=True)
        for index, system in enumerate(each.systems or ()):
            if not any(is_of(known, system) for known in KNOWN_SYSTEMS):
                message = (
                    f"{shown(system)} is no system that is known; known are {quoted(_FAMILIES.values(), 'and')}, "
                    "with or without a release, such as Ubuntu 24.04."
                )
                hint = did_you_mean(system, (*_FAMILIES.values(), *KNOWN_SYSTEMS))
                report.error(document, ("components", name, "systems", index), message + hint)
    return {
        name: ComponentSystems(document.file, tuple(each.systems or ()), each.containers is not False)
        for name, each in written.components.items()
    }


def ground_of(base: BaseImage, known: KnownBase | None, is_container: bool) -> Ground:
    """What components run on that are built on a base."""
    if known is None and base.container is not None:
        known = known_of_container(base.container)
    return Ground(base, _system_of(base, known), is_container)


def _system_of(base: BaseImage, known: KnownBase | None) -> str | None:
    name = next((name for name, each in KNOWN_BASES.items() if each == known), None)
    return _system(name) if name else system_of(base.managed_image, base.image_arn)


def is_of(system: str, wanted: str) -> bool:
    """Whether a system is what a component is for; `Amazon Linux 2` is not `Amazon Linux 2023`."""
    return system == wanted or system.startswith((f"{wanted} ", f"{wanted}."))


def check_system(
    document: Document, path: Path, name: str, said: ComponentSystems, ground: Ground, report: Report
) -> None:
    """Report a component on a system that it is not for; what runs on none that is known passes."""
    system = ground.system
    if said.systems and system and not any(is_of(system, each) for each in said.systems):
        message = f"{name} is for {quoted(said.systems, 'and')}, says {said.file}, but {ground.base.name} is {system}."
        report.error(document, path, message, code="G302")


def check_container(
    document: Document, path: Path, name: str, said: ComponentSystems, ground: Ground, report: Report
) -> None:
    """Warn of a component in a container image that it is not for."""
    if ground.is_container and not said.containers:
        message = f"{name} is not for container images, says {said.file}. It would fail there or do nothing: remove it."
        report.warning(document, path, message, "G208")


def _system(base: str) -> str:
    """The system of a known base. Raises KeyError for a name of another form."""
    match = _RELEASE.match(base)
    if match is None:
        raise KeyError(base)
    return f"{_FAMILIES[match[1]]} {match[2].replace('-', '.')}"


KNOWN_SYSTEMS = tuple(sorted({*map(_system, KNOWN_BASES), *OS_VERSIONS}))
