"""Components at their places in an image: as written, and as resolved.

Whose components there are: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-components.html.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec.document_settings import fits_system, system_of
from generator.spec.documents import PLATFORMS, ComponentDocument
from generator.spec.files import Sources
from generator.spec.managed_components import MANAGED_COMPONENTS
from generator.spec.model import BaseImage, ComponentUse
from generator.spec.organization_accounts import accounts_of
from generator.spec.systems import Ground, check_container, check_system
from generator.spec.written import ComponentUseWritten, ImageWritten

NEWEST = "x.x.x"
KINDS = ("aws", "component", "marketplace", "shared", "arn")
_OF_OTHERS = ("aws", "marketplace", "shared")  # those whose version may be said


def check_once(document: Document, image: ImageWritten, report: Report) -> None:
    """Report components that stand twice: CreateImageRecipe takes each one once, whatever its parameters."""
    seen: set[tuple[str, ...]] = set()
    for section in ("components", "tests"):
        for index, use in enumerate(getattr(image, section) or ()):
            identity = _identity(use)
            if identity in seen:
                message = f"{identity[1]} stands twice; a recipe takes a component once. Remove one."
                report.error(document, (section, index), message)
            seen.add(identity)


def _identity(use: str | ComponentUseWritten) -> tuple[str, ...]:
    if isinstance(use, str):
        return "component", use, ""
    kind = next((kind for kind in KINDS if getattr(use, kind) is not None), "")
    name = str(getattr(use, kind)) if kind else str(id(use))  # what has no name is reported elsewhere
    return kind, name.rsplit("/", 1)[0] if kind == "arn" else name, use.account or ""


@dataclass(frozen=True)
class ComponentUses:
    """Resolves the components of one image."""

    sources: Sources
    document: Document
    ground: Ground | None  # None: what they would run on is not known, which has been reported
    versions: Mapping[str, str]
    report: Report

    @property
    def base(self) -> BaseImage | None:
        return self.ground.base if self.ground else None

    def uses(self, section: str, written: Sequence[str | ComponentUseWritten]) -> tuple[ComponentUse, ...] | None:
        """All of a section, or None when one of them cannot be resolved."""
        found = [self._use(section, index, each) for index, each in enumerate(written)]
        resolved = tuple(use for use in found if use)
        return resolved if len(resolved) == len(found) else None

    def _use(self, section: str, index: int, written: str | ComponentUseWritten) -> ComponentUse | None:
        path: Path = (section, index)
        if isinstance(written, str):
            return self._own(section, path, path, written, {})
        kinds = [kind for kind in KINDS if getattr(written, kind) is not None]
        if len(kinds) != 1:
            message = f"has {len(kinds)} of {quoted(KINDS, 'and')}; exactly one is needed."
            self.report.error(self.document, path, message)
            return None
        kind = kinds[0]
        if not self._fits(path, kind, written):
            return None
        parameters = written.parameters or {}
        if written.component is not None:
            return self._own(section, path, (*path, "component"), written.component, parameters)
        given, version = tuple(sorted(parameters.items())), written.version or NEWEST
        if written.arn is not None:
            return ComponentUse(written.arn, "arn", written.arn.split(":component/")[1].split("/", 1)[1], given)
        if written.shared is not None:
            account = self._account_id(path, written.account or "")
            return ComponentUse(written.shared, "shared", version, given, account) if account else None
        if written.marketplace is not None:
            return ComponentUse(written.marketplace, "marketplace", version, given)
        return self._managed(path, written.aws or "", version, given)

    def _managed(self, path: Path, name: str, version: str, given: tuple[tuple[str, str], ...]) -> ComponentUse:
        known = MANAGED_COMPONENTS.get(name)
        if known is None:
            near = did_you_mean(name, self._on_platform())
            hint = near or " Look whether `aws imagebuilder list-components --owner Amazon` has it."
            message = f"{name} is not known here as one of Amazon's components.{hint}"
            self.report.warning(self.document, (*path, "aws"), message, "G205")
        elif self.base is not None and known.platform != self.base.platform:
            message = (
                f"{name} is for {known.platform}, but the base image {self.base.name} is {self.base.platform}."
                f"{did_you_mean(name, self._on_platform())}"
            )
            self.report.error(self.document, (*path, "aws"), message, code="G301")
        return ComponentUse(name, "aws", version, given)

    def _on_platform(self) -> list[str]:
        """Amazon's components that the base image can run."""
        platforms = (self.base.platform,) if self.base else PLATFORMS
        return [each.name for each in MANAGED_COMPONENTS.values() if each.platform in platforms]

    def _fits(self, path: Path, kind: str, written: ComponentUseWritten) -> bool:
        """Whether the keys beside the component's name are those that its kind takes."""
        if written.version is not None and kind not in _OF_OTHERS:
            why = (
                "a component of the spec; its version comes from the lock"
                if kind == "component"
                else "an ARN, which says the version itself"
            )
            self.report.error(self.document, (*path, "version"), f"is not allowed for {why}. Remove it.", code="G319")
            return False
        if written.account is not None and kind != "shared":
            self.report.error(self.document, (*path, "account"), "is allowed with `shared` only. Remove it.")
            return False
        if written.account is None and kind == "shared":
            message = "is missing; `shared` needs the name of the account that owns the component. Add it."
            self.report.error(self.document, (*path, "account"), message)
            return False
        return True

    def _account_id(self, path: Path, name: str) -> str | None:
        """The id of an account; None where there is none, which is reported, or no file to look into."""
        accounts = accounts_of(self.sources)
        if accounts is None:
            return None
        if name not in accounts:
            known = quoted(sorted(accounts), "and")
            hint = did_you_mean(name, accounts)
            message = f"there is no account {shown(name)}; organization.yaml names {known}.{hint}"
            self.report.error(self.document, (*path, "account"), message)
        return accounts[name].id if name in accounts else None

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
        if self.base is not None and self.base.platform not in component.platforms:
            base = f"the base image {self.base.name} is {self.base.platform}"
            message = f"{name} is for {quoted(component.platforms, 'and')}, but {base}."
            self.report.error(self.document, path, message, code="G301")
        elif self.ground is not None:
            self._check_ground(path, component, self.ground)

    def _check_ground(self, path: Path, component: ComponentDocument, ground: Ground) -> None:
        """By the systems that organization.yaml names; where it names none, by those of the component's folder."""
        said = self.sources.systems.get(component.name)
        if component.settings.os_versions:
            self._check_os_versions(path, component, ground.base)
        elif said is not None:
            check_system(self.document, path, component.name, said, ground, self.report)
        if said is not None:
            check_container(self.document, path, component.name, said, ground, self.report)

    def _check_os_versions(self, path: Path, component: ComponentDocument, base: BaseImage) -> None:
        system = system_of(base.managed_image, base.image_arn)
        if system and not fits_system(component.settings, system):
            wanted = quoted(component.settings.os_versions)
            message = f"{component.name} is for {wanted}, says organization.yaml, but {base.name} is {system}."
            self.report.error(self.document, path, message, code="G302")

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
