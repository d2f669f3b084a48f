"""Imports: disk images of elsewhere that become base images. As `imports/<name>.yaml` says them, and what that means.

Formats: https://docs.aws.amazon.com/vm-import/latest/userguide/prerequisites.html#vmimport-image-formats. Licenses:
https://docs.aws.amazon.com/vm-import/latest/userguide/licensing-considerations.html. ISO files: botocore imagebuilder
ImportDiskImage (Windows 11 alone, from a key that ends in .iso). All read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, Protocol

from pydantic import BeforeValidator, Field

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model import BaseImage, Environment, Volume
from generator.spec.model_vm import Import, ImportFormat
from generator.spec.regions import regions_of
from generator.spec.shape import Written, text_or_map

ROOT_DEVICE = "/dev/sda1"  # of every AMI that VM Import makes
ISO_SYSTEM = "Microsoft Windows 11"  # botocore ImportDiskImageRequest.osVersion: the only one
FIRST_VERSION = "1.0.0"
ISO_INSTANCE_TYPES = ("m5.large",)  # Image Builder's own choice

_FORMATS: Mapping[str, ImportFormat] = {
    "ova": "OVA", "vmdk": "VMDK", "vhd": "VHD", "vhdx": "VHDX", "raw": "RAW", "iso": "ISO"
}  # fmt: skip


def _format(value: object) -> object:
    if not isinstance(value, str) or value.lower() in _FORMATS:
        return value.lower() if isinstance(value, str) else value
    names = quoted((each.upper() for each in _FORMATS), "and")
    raise v.problem(f"{shown(value)} cannot be imported; AWS imports {names}.{did_you_mean(value.lower(), _FORMATS)}")


FormatValue = Annotated[str, BeforeValidator(_format)]
Source = Annotated[
    str,
    v.matching(
        r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\x00-\x1f]{1,1000}$",
        "a file in S3 reads like s3://acme-machines/erp.ova",
    ),
]
Version = Annotated[
    str,
    v.matching(
        r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$", "a version has three numbers, such as 1.0.0"
    ),
]


class ImportWritten(Written):
    """`imports/<import>.yaml`: a disk image in S3 that becomes a base image."""

    import_: v.Name = Field(alias="import", description="name of the import, and of its file")
    description: v.Description | None = Field(default=None, description="what it is [default: its name]")
    platform: Literal["Linux", "Windows"] = Field(description="the system that is on it")
    source: text_or_map(v.Region, Source) = Field(  # type: ignore[valid-type]
        description="the file in S3, such as `s3://acme-machines/erp.ova`, in a bucket of the Region that builds; or a "
        "mapping of Regions to files"
    )
    format: FormatValue | None = Field(
        default=None, description="`ova`, `vmdk`, `vhd`, `vhdx`, `raw` or `iso` [default: the file's ending]"
    )
    version: Version | None = Field(
        default=None, description="of the base image that it becomes; another one imports anew [default: 1.0.0]"
    )
    os_version: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="the system in words, such as `Ubuntu 22.04`, for people [default: none; ISO: "
        "Microsoft Windows 11]"
    )  # fmt: skip
    license: Literal["aws", "byol"] | None = Field(
        default=None,
        description="`byol` keeps the system's own license, `aws` replaces that of Windows Server by AWS's [default: "
        "what AWS takes for the system]",
    )
    boot_mode: Literal["legacy-bios", "uefi"] | None = Field(
        default=None, description="how it starts [default: as AWS finds it]"
    )
    encrypted: bool | None = Field(
        default=None, description="whether its AMI is, with the environment's own key [default: true]"
    )
    role: v.RoleName | None = Field(
        default=None, description="an existing role for VM Import in the build account [default: one that is made]"
    )
    instance_types: Annotated[list[v.InstanceType], Field(min_length=1)] | None = Field(
        default=None, description="for an ISO: instance types to install it on, by preference [default: m5.large]"
    )
    image_index: Annotated[int, Field(ge=1, le=4294967295)] | None = Field(
        default=None, description="for an ISO: which of its editions [default: as AWS chooses]"
    )
    secure_boot: bool | None = Field(default=None, description="for an ISO: Secure Boot [default: as AWS chooses]")
    tags: v.AmiTags | None = Field(default=None, description="tags of the base image in EC2 Image Builder")


class HasImport(Protocol):
    """A file of an import, and the document that knows where its parts stand."""

    @property
    def document(self) -> Document: ...

    @property
    def written(self) -> ImportWritten: ...


class HasBase(Protocol):
    """A base as written, which may name an import."""

    @property
    def import_(self) -> str | None: ...

    @property
    def platform(self) -> str | None: ...


def resolve_import(written: ImportWritten, document: Document, partition: str, report: Report) -> Import | None:
    """The import, or None after what is wrong has been reported."""
    findings = len(report.diagnostics)
    sources = _sources(written, document, partition, report)
    kind = _format_of(written)
    if kind is None:
        message = f"is missing, and no file's ending says it; {quoted(_FORMATS)} is. Add it."
        report.error(document, ("format",), message)
    else:
        _check_fit(written, kind, sources, document, report)
    if kind is None or len(report.diagnostics) > findings:
        return None
    is_iso = kind == "ISO"
    return Import(
        name=written.import_,
        description=written.description or written.import_,
        platform=written.platform,
        sources=tuple(sorted(sources.items())),
        format=kind,
        version=written.version or FIRST_VERSION,
        os_version=written.os_version or (ISO_SYSTEM if is_iso else None),
        license=written.license,
        boot_mode=written.boot_mode,
        encrypted=not is_iso and written.encrypted is not False,
        role=written.role,
        instance_types=tuple(written.instance_types or ISO_INSTANCE_TYPES) if is_iso else (),
        image_index=written.image_index,
        secure_boot=written.secure_boot,
        tags=tuple(sorted((written.tags or {}).items())),
    )


def _sources(written: ImportWritten, document: Document, partition: str, report: Report) -> dict[str, str]:
    """Files by Region; under an empty Region the one for all."""
    given: str | Mapping[str, str] = written.source
    if isinstance(given, str):
        return {"": given}
    known = regions_of(partition)
    for region in given:
        if region not in known:
            message = f"AWS has no Region {shown(region)} in the partition {partition}.{did_you_mean(region, known)}"
            report.error(document, ("source", region), message, at_key=True)
    return dict(given)


def _format_of(written: ImportWritten) -> ImportFormat | None:
    """By the key, else by the ending that all of the files have; None where neither says one."""
    if written.format is not None:
        return _FORMATS[written.format]
    given = written.source
    sources = [given] if isinstance(given, str) else given.values()
    endings = {source.rsplit(".", 1)[-1].lower() for source in sources}
    return _FORMATS.get(endings.pop()) if len(endings) == 1 else None


def _check_fit(
    written: ImportWritten, kind: ImportFormat, sources: Mapping[str, str], document: Document, report: Report
) -> None:
    """What does not go with the format and the platform."""
    if kind == "ISO":
        _refuse(
            ("license", "boot_mode", "encrypted", "role"), "is not for ISO files. Remove it.", written, document, report
        )
        if written.platform != "Windows":
            report.error(document, ("platform",), "AWS installs Windows 11 from ISO files and nothing else.")
        for region, source in sources.items():
            if not source.endswith((".iso", ".ISO", ".Iso")):
                path: Path = ("source", region) if region else ("source",)
                report.error(document, path, f"{shown(source)} does not end in .iso, which AWS needs. Rename it in S3.")
        return
    _refuse(
        ("instance_types", "image_index", "secure_boot"), "is for ISO files only. Remove it.", written, document, report
    )
    if written.platform == "Linux" and written.license == "aws":
        report.error(document, ("license",), "AWS replaces licenses of Windows Server only. Remove it.")


def _refuse(keys: tuple[str, ...], message: str, written: ImportWritten, document: Document, report: Report) -> None:
    for key in keys:
        if getattr(written, key) is not None:
            report.error(document, (key,), message)


def imported_base(
    document: Document, base: HasBase, names: Collection[str], imports: Mapping[str, HasImport], report: Report
) -> BaseImage | None:
    """The base image that an import becomes; None after what is wrong with it, or with the import, was reported."""
    name = base.import_ or ""
    others = [key for key in ("ami", "ssm", "arn", "marketplace", "image") if getattr(base, key) is not None]
    if others:
        message = f"has import and {quoted(others, 'and')}; exactly one is needed."
        report.error(document, ("base",), message)
    if base.platform is not None:
        report.error(document, ("base", "platform"), "is that of the import. Remove it.")
    if name not in names:
        message = f"there is no import {shown(name)} in imports/.{did_you_mean(name, names)}"
        report.error(document, ("base", "import"), message)
    if name not in imports:
        return None
    written = imports[name].written
    return BaseImage(name, written.platform, imported_image=f"{name}/{written.version or FIRST_VERSION}")


def check_volume(document: Document, volume: Volume, written: ImportWritten, report: Report) -> None:
    """A root volume begins as the snapshot of its base, and is encrypted where that is."""
    if not volume.encrypted and written.encrypted is not False and _format_of(written) != "ISO":
        message = (
            f"false is not allowed: the import {written.import_} is encrypted, and so is all that is made of its "
            f"snapshot. Remove it, or set encrypted to false in imports/{written.import_}.yaml."
        )
        report.error(document, ("volume", "encrypted"), message)


def imports_of(
    environment: Environment, imports: Mapping[str, Import], sources: Mapping[str, HasImport], report: Report
) -> tuple[Import, ...]:
    """What the images of an environment are based on, by name. Reports one without a file for the build Region."""
    used = {image.base.name for image in environment.images if image.base.imported_image}
    found = tuple(imports[name] for name in sorted(used) if name in imports)
    region = environment.build.region
    for each in found:
        if each.source(region) is None:
            message = f"has no file for {region}, where {environment.name} builds. Add one."
            report.error(sources[each.name].document, ("source",), message)
    return found
