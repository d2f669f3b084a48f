"""The files of a spec, read and validated one by one; what is wrong with any is reported in one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path
from typing import Generic, Literal, TypeVar

from generator.errors import SpecError
from generator.source import yaml
from generator.source.conflicts import SETTLED_BY_HAND, SETTLED_BY_LOCK
from generator.source.report import Report, shown
from generator.source.yaml import Document
from generator.spec.accounts_lock import ACCOUNTS_FILE, SETTLED_BY_SYNC, AccountsLockWritten, read_accounts_lock
from generator.spec.document_settings import check_settings, settings_of
from generator.spec.documents import ComponentDocument, component_document
from generator.spec.imports import ImportWritten
from generator.spec.messages import validated
from generator.spec.model_documents import DocumentSettings
from generator.spec.shape import Written
from generator.spec.subfolders import check_subfolders
from generator.spec.systems import SYSTEMS_FILE, ComponentSystems, read_systems
from generator.spec.template_ids import TEMPLATE_IDS_FILE, TemplateIds, read_template_ids
from generator.spec.values import NAME_PATTERN, NAME_RULE
from generator.spec.versions import LOCK_FILE, Lock, read_lock
from generator.spec.workflow_documents import WorkflowDocument, workflow_document
from generator.spec.written import EnvironmentWritten, ImageWritten, OrganizationWritten

ORGANIZATION_FILE = "organization.yaml"

Model = TypeVar("Model", bound=Written)


@dataclass(frozen=True)
class Source(Generic[Model]):
    """A file as written, and the document that knows where its parts stand."""

    document: Document
    written: Model


@dataclass(frozen=True)
class Sources:
    """The spec as written. A file that is wrong is missing from its mapping, but its name is in `names`."""

    directory: Path
    organization: Source[OrganizationWritten] | None
    environments: Mapping[str, Source[EnvironmentWritten]]
    images: Mapping[str, Source[ImageWritten]]
    components: Mapping[str, ComponentDocument]  # the spec's own, and those of catalogs that images use
    used_components: frozenset[str]  # the names that images list, whether there is such a component or not
    lock: Lock | None  # None: there is no file, or it is wrong
    has_lock_file: bool
    names: Mapping[str, frozenset[str]]  # of all "environments", "images" and "components" that have a file
    workflows: Mapping[str, WorkflowDocument] = field(default_factory=dict)
    imports: Mapping[str, Source[ImportWritten]] = field(default_factory=dict)
    template_ids: TemplateIds = field(default_factory=dict)
    systems: Mapping[str, ComponentSystems] = field(default_factory=dict)  # of components whose folder says them
    accounts_lock: AccountsLockWritten | None = None  # None: there is no file, or it is wrong
    has_accounts_lock: bool = False


def gather(directory: Path, report: Report, lock: Lock | None = None) -> Sources:
    """Read the spec under a directory; `lock` stands in for that of the file. Raises SpecError when there is none."""
    _require_spec(directory)
    environments = _yaml_files(directory, report, {ORGANIZATION_FILE, LOCK_FILE, TEMPLATE_IDS_FILE, ACCOUNTS_FILE})
    images = _yaml_files(directory / "images", report)
    own = _yaml_files(directory / "components", report, {SYSTEMS_FILE})
    organization = _source(directory / ORGANIZATION_FILE, OrganizationWritten, report)
    catalog = _catalog_files(organization, directory, report)
    written_images = _sources(images, ImageWritten, "image", report)
    used = frozenset(name for image in written_images.values() for name in _component_names(image.written))
    # A catalog is others' work: what no image uses of it is not even read. The spec's own win over the catalogs'.
    components = {name: path for name, path in catalog.items() if name in used} | own
    check_subfolders(directory, [path for image in written_images.values() for path in _paths(image.written)], report)
    workflows = _yaml_files(directory / "workflows", report)
    imports = _yaml_files(directory / "imports", report)
    names = {
        "environments": frozenset(environments),
        "images": frozenset(images),
        "components": frozenset(catalog) | frozenset(own),
        "workflows": frozenset(workflows),
        "imports": frozenset(imports),
    }
    _check_settings(organization, names, report)
    settings = document_settings(organization)
    lock_path = directory / LOCK_FILE
    return Sources(
        directory=directory,
        organization=organization,
        environments=_sources(environments, EnvironmentWritten, "environment", report),
        images=written_images,
        components={
            name: document.with_settings(settings["components"].get(name, DocumentSettings()))
            for name, document in _component_documents(components, report).items()
        },
        used_components=used,
        lock=lock or _lock(lock_path, report),
        has_lock_file=lock_path.is_file(),
        names=names,
        workflows={
            name: document.with_settings(settings["workflows"].get(name, DocumentSettings()))
            for name, document in _workflow_documents(workflows, report).items()
        },
        imports=_sources(imports, ImportWritten, "import", report),
        template_ids=_template_ids(directory / TEMPLATE_IDS_FILE, report),
        systems=_systems(components, report),
        accounts_lock=accounts_lock_of(directory, report),
        has_accounts_lock=(directory / ACCOUNTS_FILE).is_file(),
    )


def read_document(path: Path, report: Report, settled_by: str = SETTLED_BY_HAND) -> Document | None:
    """One file's YAML, or None after what is wrong has been reported."""
    try:
        if path.exists() and not path.is_file():  # a pipe that nobody writes to would be read for ever
            report.file_error(str(path), "is no regular file. Put one in its place.")
            return None
        with path.open("rb") as file:
            content = file.read(yaml.MAX_BYTES + 1)
        return yaml.parse(str(path), content, settled_by)
    except SpecError as error:
        report.add(error.diagnostics)
    except OSError as error:
        report.file_error(str(path), f"cannot be read: {error.strerror}.")
    return None


def document_settings(
    organization: Source[OrganizationWritten] | None,
) -> dict[Literal["components", "workflows"], dict[str, DocumentSettings]]:
    """What organization.yaml says of components and of workflows, by name."""
    written = organization.written if organization else None
    return {
        "components": {name: settings_of(each) for name, each in ((written and written.components) or {}).items()},
        "workflows": {name: settings_of(each) for name, each in ((written and written.workflows) or {}).items()},
    }


def _check_settings(
    organization: Source[OrganizationWritten] | None, names: Mapping[str, frozenset[str]], report: Report
) -> None:
    if organization is not None:
        document, written = organization.document, organization.written
        check_settings(document, "components", written.components or {}, names["components"], report)
        check_settings(document, "workflows", written.workflows or {}, names["workflows"], report)


def _require_spec(directory: Path) -> None:
    report = Report()
    if not directory.is_dir():
        report.file_error(str(directory), "there is no such folder. Name the folder of the spec with --spec DIR.")
    elif not (directory / ORGANIZATION_FILE).is_file():
        report.file_error(
            str(directory / ORGANIZATION_FILE),
            "there is no such file; every spec has one, with the organization's accounts. "
            "Write it, or name the folder of the spec with --spec DIR.",
        )
    report.stop_on_errors()


def _yaml_files(directory: Path, report: Report, leave_out: set[str] | None = None) -> dict[str, Path]:
    """The .yaml files right under a folder by name, in order."""
    found = {}
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.name in (leave_out or ()) or path.name.startswith(".") or path.is_dir():
            continue
        if path.suffix == ".yml":
            report.file_error(
                str(path), f"would not be read; files of a spec end in .yaml. Rename it to {path.stem}.yaml."
            )
        elif path.suffix == ".yaml":
            _check_file_name(path, report)
            found[path.stem] = path
    return found


def _check_file_name(path: Path, report: Report) -> None:
    if not re.fullmatch(NAME_PATTERN, path.stem):
        report.file_error(str(path), f"{shown(path.stem)} is not allowed as a name; {NAME_RULE}. Rename the file.")


def _source(path: Path, model: type[Model], report: Report) -> Source[Model] | None:
    document = read_document(path, report)
    written = validated(document, model, report) if document else None
    return Source(document, written) if document and written else None


def _sources(paths: Mapping[str, Path], model: type[Model], name_key: str, report: Report) -> dict[str, Source[Model]]:
    found = {}
    for name, path in paths.items():
        source = _source(path, model, report)
        if source is None:
            continue
        found[name] = source
        said = getattr(source.written, f"{name_key}_" if iskeyword(name_key) else name_key)
        if said != name:
            message = f"{said} is not the name of its file, {path.name}. Make them the same."
            report.error(source.document, (name_key,), message)
    return found


def _catalog_files(
    organization: Source[OrganizationWritten] | None, directory: Path, report: Report
) -> dict[str, Path]:
    """The component files of all catalogs by name; where two catalogs have a name, the earlier one's."""
    found: dict[str, Path] = {}
    if organization is None:
        return found
    for index, written in enumerate(organization.written.catalogs or ()):
        catalog = directory / written
        if catalog.is_dir():
            found = _yaml_files(catalog, report, {SYSTEMS_FILE}) | found
        else:
            message = f"there is no folder {shown(written)}; catalogs are folders, relative to {ORGANIZATION_FILE}."
            report.error(organization.document, ("catalogs", index), message)
    return found


def _component_names(image: ImageWritten) -> list[str]:
    """The components and tests of an image that are not Amazon's."""
    uses = (*image.components, *(image.tests or ()))
    names = [use if isinstance(use, str) else use.component for use in uses]
    return [name for name in names if name]


def _paths(image: ImageWritten) -> list[str]:
    """Files of the spec that an image may name by their path."""
    user_data, container = image.user_data, image.container
    named = (getattr(user_data, "file", None), container.dockerfile if container else None)
    return [path for path in named if path and "\n" not in path]


def _component_documents(paths: Mapping[str, Path], report: Report) -> dict[str, ComponentDocument]:
    documents = {name: read_document(path, report) for name, path in paths.items()}
    components = {name: component_document(name, document, report) for name, document in documents.items() if document}
    return {name: component for name, component in components.items() if component}


def _systems(components: Mapping[str, Path], report: Report) -> dict[str, ComponentSystems]:
    """What the folders of components say of them in `systems.yaml`, each of its own."""
    found: dict[str, ComponentSystems] = {}
    for folder in sorted({path.parent for path in components.values()}):
        path = folder / SYSTEMS_FILE
        document = read_document(path, report) if path.is_file() else None
        names = frozenset(each.stem for each in folder.glob("*.yaml")) - {path.stem}
        said = read_systems(document, names, report) if document else {}
        found |= {name: each for name, each in said.items() if name in components and components[name].parent == folder}
    return found


def _workflow_documents(paths: Mapping[str, Path], report: Report) -> dict[str, WorkflowDocument]:
    documents = {name: read_document(path, report) for name, path in paths.items()}
    workflows = {name: workflow_document(name, document, report) for name, document in documents.items() if document}
    return {name: workflow for name, workflow in workflows.items() if workflow}


def _lock(path: Path, report: Report) -> Lock | None:
    document = read_document(path, report, SETTLED_BY_LOCK) if path.is_file() else None
    return read_lock(document, report) if document else None


def accounts_lock_of(directory: Path, report: Report) -> AccountsLockWritten | None:
    """The accounts on record; None where there is no file, and after what is wrong with it has been reported."""
    path = directory / ACCOUNTS_FILE
    document = read_document(path, report, SETTLED_BY_SYNC) if path.is_file() else None
    return read_accounts_lock(document, report) if document else None


def read_organization(directory: Path, report: Report) -> Source[OrganizationWritten] | None:
    """organization.yaml alone, or None after what is wrong has been reported. Raises SpecError without a spec."""
    _require_spec(directory)
    return _source(directory / ORGANIZATION_FILE, OrganizationWritten, report)


def _template_ids(path: Path, report: Report) -> TemplateIds:
    document = read_document(path, report) if path.is_file() else None
    return read_template_ids(document, report) if document else {}
