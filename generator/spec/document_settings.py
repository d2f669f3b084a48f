"""Settings of components and workflows: what AWS is told of them besides their documents, from `organization.yaml`.

A document holds what AWSTOE or Image Builder defines and nothing else, and one of a catalog is somebody else's. What is
said here is for all environments, as a version is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.contents import digest_of_content
from generator.spec.ignores import Ignores
from generator.spec.model_documents import DocumentSettings
from generator.spec.shape import Written

# https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_aws-imagebuilder-alpha.OSVersion.html, read 2026-11-24
OS_VERSIONS = (
    *("Amazon Linux", "Amazon Linux 2", "Amazon Linux 2023", "macOS 14", "macOS 15"),
    *("Microsoft Windows Server", *(f"Microsoft Windows Server {year}" for year in (2016, 2019, 2022, 2025))),
    *("Red Hat Enterprise Linux", *(f"Red Hat Enterprise Linux {major}" for major in (8, 9, 10))),
    *("SLES", "SLES 15", "Ubuntu", "Ubuntu 22", "Ubuntu 24"),
)

# What the names of Amazon-managed images begin with -> the operating system version that AWS shows of them.
_SYSTEMS: Mapping[str, str] = {
    "amazon-linux-2-": "Amazon Linux 2",
    "amazon-linux-2023-": "Amazon Linux 2023",
    "red-hat-enterprise-linux-8-": "Red Hat Enterprise Linux 8",
    "red-hat-enterprise-linux-9-": "Red Hat Enterprise Linux 9",
    "red-hat-enterprise-linux-10-": "Red Hat Enterprise Linux 10",
    "suse-linux-enterprise-server-15-": "SLES 15",
    "ubuntu-server-22-": "Ubuntu 22.04",
    "ubuntu-server-24-": "Ubuntu 24.04",
    **{f"windows-server-{year}-": f"Microsoft Windows Server {year}" for year in ("2016", "2019", "2022", "2025")},
}

_MANAGED_ARN = re.compile(r"arn:[^:]+:imagebuilder:[^:]+:aws:image/([^/]+)/")

KeyName = Annotated[
    str,
    v.matching(
        r"^(own|alias/(?!aws/)[a-zA-Z0-9/_-]{1,250})$",
        "`own` is, for a key that is made for each environment, or the alias of a key that each build account has, "
        "such as alias/documents",
    ),
]


class WorkflowSettingsWritten(Written):
    """What AWS is told of a workflow besides its document."""

    change_description: v.Description | None = Field(default=None, description="what is new in this version")
    key: KeyName | None = Field(
        default=None,
        description="KMS key that encrypts the document: `own` for one that is made for each environment, or the alias "
        "of one that each build account has [default: a key of Image Builder's]",
    )
    tags: v.Tags | None = Field(default=None, description="tags, besides those of everything")
    ignore: Ignores | None = Field(
        default=None, description="findings of `goldsmith check` in the document that are meant; AWS is not told"
    )


class ComponentSettingsWritten(WorkflowSettingsWritten):
    """What AWS is told of a component besides its document."""

    os_versions: (
        Annotated[
            list[Annotated[str, v.matching(r"^[^\x00-\x1f]{1,256}$", "text of 1 to 256 characters is")]],
            Field(min_length=1, max_length=25),
            AfterValidator(v.unique("operating system versions")),
        ]
        | None
    ) = Field(
        default=None,
        description="what the operating system version of a base image has to begin with, such as `Amazon Linux 2023` "
        "[default: any]",
    )


def settings_of(written: WorkflowSettingsWritten | None) -> DocumentSettings:
    if written is None:
        return DocumentSettings()
    systems = written.os_versions if isinstance(written, ComponentSettingsWritten) else None
    return DocumentSettings(
        written.change_description,
        written.key,
        tuple(sorted(systems or ())),
        tuple(sorted((written.tags or {}).items())),
    )


def digest_with(digest: str, settings: DocumentSettings) -> str:
    """The hash of a document with its settings; that of the document alone where nothing of them is immutable."""
    content = settings.content
    return digest_of_content({"document": digest, **content}) if content else digest


def check_settings(
    document: Document,
    section: str,
    written: Mapping[str, WorkflowSettingsWritten],
    known: Collection[str],
    report: Report,
) -> None:
    """Report names that are none, and warn of operating systems that AWS does not list."""
    for name, settings in written.items():
        if name not in known:
            message = f"there is no {section.removesuffix('s')} {shown(name)}.{did_you_mean(name, known)}"
            report.error(document, (section, name), message, at_key=True)
        for index, system in enumerate(getattr(settings, "os_versions", None) or ()):
            if system not in OS_VERSIONS:
                hint = did_you_mean(system, OS_VERSIONS)
                message = f"{shown(system)} is not known here, and fits no base image that is; known are "
                path = (section, name, "os_versions", index)
                report.warning(document, path, f"{message}{quoted(OS_VERSIONS, 'and')}.{hint}", "G204")


def system_of(managed_image: str | None, arn: str | None = None) -> str | None:
    """The operating system version of an Amazon-managed image, by its name or ARN; None where it is not known here."""
    match = _MANAGED_ARN.match(arn or "")
    name = match[1] if match else managed_image or ""
    return next((system for start, system in _SYSTEMS.items() if name.startswith(start)), None)


def fits_system(settings: DocumentSettings, system: str) -> bool:
    """As AWS decides it when a recipe is made: botocore imagebuilder CreateComponentRequest.supportedOsVersions."""
    return not settings.os_versions or any(system.startswith(start) for start in settings.os_versions)
