"""What a recipe holds: base image, components, tests and volume, resolved from an image as written.

None of it depends on an account, a Region or an environment, so a recipe has one version everywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from generator.spec.bases import KNOWN_BASES, KNOWN_MANAGED_IMAGES, KnownBase
from generator.spec.documents import ComponentDocument
from generator.spec.files import Source, Sources
from generator.spec.model import BaseImage, ComponentUse, Volume
from generator.spec.report import Report, did_you_mean, quoted, shown
from generator.spec.values import AMI_PATTERN, IMAGE_ARN_PATTERN, IMAGE_ARN_RULE
from generator.spec.written import BaseWritten, ComponentUseWritten, ImageWritten, VolumeWritten
from generator.spec.yaml import Document, Path

COMPONENTS_QUOTA = 20  # in a recipe, build and test together

_MANAGED_ARN = re.compile(r"arn:[^:]+:imagebuilder:[^:]+:aws:image/([^/]+)/")
_DEFAULT_SIZE = {"Linux": 20, "Windows": 50, "macOS": 100}


@dataclass(frozen=True)
class Recipe:
    """A recipe without its version. `known` says more about the base image where it is a known one."""

    description: str
    base: BaseImage
    known: KnownBase | None
    components: tuple[ComponentUse, ...]
    tests: tuple[ComponentUse, ...]
    volume: Volume

    @property
    def digest(self) -> str:
        """The hash of what AWS holds immutably under the recipe's version; a base counts by its reference."""
        base = asdict(self.base)
        del base["name"]
        content = {
            "description": self.description,
            "base": base,
            "components": [asdict(use) for use in self.components],
            "tests": [asdict(use) for use in self.tests],
            "volume": asdict(self.volume),
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def resolve_recipe(
    sources: Sources,
    image: Source[ImageWritten],
    component_versions: Mapping[str, str],
    report: Report,
    today: date,
) -> Recipe | None:
    """The recipe of an image, or None after what is wrong has been reported.

    A component without a version in `component_versions` leaves nothing to report here: its own file says so.
    """
    findings = sum(each.severity == "error" for each in report.diagnostics)
    base, known = _resolve_base(image, report, today)
    volume = _resolve_volume(image, base, known, report) if base else None
    resolver = _Components(sources, image.document, base, component_versions, report)
    components = resolver.uses("components", image.written.components)
    tests = resolver.uses("tests", image.written.tests or [])
    _check_quota(image, report)
    if base is None or volume is None or components is None or tests is None:
        return None
    if sum(each.severity == "error" for each in report.diagnostics) > findings:
        return None
    description = image.written.description or image.written.image
    return Recipe(description, base, known, components, tests, volume)


def _resolve_base(
    image: Source[ImageWritten], report: Report, today: date
) -> tuple[BaseImage | None, KnownBase | None]:
    written = image.written.base
    if isinstance(written, BaseWritten):
        return _described_base(image.document, written, report)
    if re.match(AMI_PATTERN, written):
        return BaseImage(written, "Linux", ami=written), None
    if written.startswith("arn:"):
        return _described_base(image.document, _base_of_arn(image.document, written, report), report)
    known = KNOWN_BASES.get(written)
    if known is None:
        message = (
            f"{shown(written)} is no known base image; known are {quoted(KNOWN_BASES, 'and')}. Others go "
            f"by AMI id, by image ARN, or as `ssm: /name`.{did_you_mean(written, KNOWN_BASES)}"
        )
        report.error(image.document, ("base",), message)
        return None, None
    _warn_of_end_of_support(image.document, written, known, report, today)
    base = BaseImage(written, known.platform, managed_image=known.managed_image, ssm_parameter=known.ssm_parameter)
    return base, known


def _base_of_arn(document: Document, arn: str, report: Report) -> BaseWritten | None:
    """The long form of an ARN that is written as text."""
    if re.match(IMAGE_ARN_PATTERN, arn):
        return BaseWritten(arn=arn)
    report.error(document, ("base",), f"{shown(arn)} is not allowed; {IMAGE_ARN_RULE}.")
    return None


def _described_base(
    document: Document, written: BaseWritten | None, report: Report
) -> tuple[BaseImage | None, KnownBase | None]:
    if written is None:
        return None, None
    references = [reference for reference in (written.ami, written.ssm, written.arn) if reference]
    if len(references) != 1:
        report.error(document, ("base",), f"has {len(references)} of ami, ssm and arn; exactly one is needed.")
        return None, None
    managed = _MANAGED_ARN.match(written.arn or "")
    known = KNOWN_MANAGED_IMAGES.get(managed.group(1)) if managed else None
    platform = written.platform or (known.platform if known else "Linux")
    base = BaseImage(references[0], platform, ami=written.ami, ssm_parameter=written.ssm, image_arn=written.arn)
    return base, known


def _warn_of_end_of_support(document: Document, name: str, known: KnownBase, report: Report, today: date) -> None:
    if (known.end_of_support - today).days > 90:
        return
    when = "is out of support since" if known.end_of_support <= today else "goes out of support on"
    successor = f" Its successor is {known.successor}." if known.successor else ""
    report.warning(document, ("base",), f"{name} {when} {known.end_of_support}.{successor}")


def _resolve_volume(
    image: Source[ImageWritten], base: BaseImage, known: KnownBase | None, report: Report
) -> Volume | None:
    written = image.written.volume or VolumeWritten()
    device = written.device or (known.root_device if known else None)
    if device is None:
        report.error(
            image.document,
            ("volume", "device"),
            f"is missing; the root device of {base.name} is not known here, and a wrong one would leave "
            "the root volume as the base image has it. "
            "Add it (`aws ec2 describe-images` calls it RootDeviceName).",
        )
        return None
    volume = Volume(
        device=device,
        size=written.size or _DEFAULT_SIZE[base.platform],
        type=written.type or "gp3",
        encrypted=True if written.encrypted is None else written.encrypted,
        iops=written.iops,
        throughput=written.throughput,
    )
    _check_volume(image.document, volume, report)
    return volume


def _check_volume(document: Document, volume: Volume, report: Report) -> None:
    if volume.iops is not None and volume.type not in ("gp3", "io1", "io2"):
        report.error(
            document,
            ("volume", "iops"),
            f"volumes of type {volume.type} take none; gp3, io1 and io2 do. Remove it.",
        )
    if volume.iops is None and volume.type in ("io1", "io2"):
        report.error(document, ("volume", "iops"), f"is missing; volumes of type {volume.type} need it. Add it.")
    if volume.throughput is not None and volume.type != "gp3":
        report.error(
            document,
            ("volume", "throughput"),
            f"volumes of type {volume.type} take none; gp3 does. Remove it.",
        )


def _check_quota(image: Source[ImageWritten], report: Report) -> None:
    count = len(image.written.components) + len(image.written.tests or [])
    if count > COMPONENTS_QUOTA:
        message = (
            f"{count} components and tests are more than the {COMPONENTS_QUOTA} that a recipe may hold. "
            "Merge some, or build on an image that holds the first ones."
        )
        report.error(image.document, ("components",), message)


@dataclass(frozen=True)
class _Components:
    """Resolves the components of one image."""

    sources: Sources
    document: Document
    base: BaseImage | None
    versions: Mapping[str, str]
    report: Report

    def uses(self, section: str, written: Sequence[str | ComponentUseWritten]) -> tuple[ComponentUse, ...] | None:
        """All of a section, or None when one of them cannot be resolved."""
        found = [self._use(section, index, each) for index, each in enumerate(written)]
        resolved = tuple(use for use in found if use)
        return resolved if len(resolved) == len(found) else None

    def _use(self, section: str, index: int, written: str | ComponentUseWritten) -> ComponentUse | None:
        path: Path = (section, index)
        if isinstance(written, str):
            return self._own(section, path, path, written, {})
        if (written.aws is None) == (written.component is None):
            self.report.error(self.document, path, "must have either aws or component, and not both.")
            return None
        parameters = written.parameters or {}
        if written.component is not None:
            return self._own_mapping(section, path, written, parameters)
        version = written.version or "x.x.x"
        return ComponentUse(written.aws or "", "aws", version, tuple(sorted(parameters.items())))

    def _own_mapping(
        self, section: str, path: Path, written: ComponentUseWritten, parameters: Mapping[str, str]
    ) -> ComponentUse | None:
        if written.version is not None:
            message = "is not allowed for a component of the spec; its version comes from the lock. Remove it."
            self.report.error(self.document, (*path, "version"), message)
            return None
        return self._own(section, path, (*path, "component"), written.component or "", parameters)

    def _own(
        self, section: str, path: Path, name_path: Path, name: str, parameters: Mapping[str, str]
    ) -> ComponentUse | None:
        names = self.sources.names["components"]
        if name not in names:
            organization = self.sources.organization
            where = "components/ or a catalog" if organization and organization.written.catalogs else "components/"
            message = (
                f"there is no component {shown(name)} in {where}.{did_you_mean(name, names)}"
                if names
                else f"there is no component {shown(name)}: components/ is empty."
            )
            hint = " One of Amazon's is written {aws: NAME}." if not did_you_mean(name, names) else ""
            self.report.error(self.document, name_path, message + hint)
            return None
        component = self.sources.components.get(name)
        if component is None:
            return None  # its file is wrong, and has been reported
        self._check_place(section, name_path, component)
        self._check_parameters(path, component, parameters)
        version = self.versions.get(name)
        return ComponentUse(name, "self", version, tuple(sorted(parameters.items()))) if version else None

    def _check_place(self, section: str, path: Path, component: ComponentDocument) -> None:
        name = component.name
        if section == "components" and component.kind == "TEST":
            message = f"{name} has no phase but test, so nothing of it would be installed. List it under tests."
            self.report.error(self.document, path, message)
        if section == "tests" and component.kind == "BUILD":
            message = f"{name} has phases other than test, so it changes the image. List it under components."
            self.report.error(self.document, path, message)
        if self.base is not None and component.platform != self.base.platform:
            base = f"the base image {self.base.name} is {self.base.platform}"
            message = f"{name} is for {component.platform}, but {base}."
            self.report.error(self.document, path, message)

    def _check_parameters(self, path: Path, component: ComponentDocument, given: Mapping[str, str]) -> None:
        declared = component.parameters
        for name in given:
            if name not in declared:
                allowed = f"it has {quoted(declared, 'and')}" if declared else "it has none"
                message = f"{component.name} has no such parameter; {allowed}.{did_you_mean(name, declared)}"
                self.report.error(self.document, (*path, "parameters", name), message, at_key=True)
        missing = [name for name, is_required in declared.items() if is_required and name not in given]
        if missing:
            message = f"{component.name} needs a value for {quoted(missing, 'and')}. Add it under parameters."
            self.report.error(self.document, path, message)
