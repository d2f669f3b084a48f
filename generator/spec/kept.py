"""`versions/`: the contents of the versions that `keep` asks for, beside the spec's own.

Of an old version the lock has the hash alone, and AWS needs the whole of it. So `goldsmith lock` writes the content of
each version that is to live on into a file of its own, which is verified against the lock whenever it is read:

    versions/components/<name>/<version>.yaml    the document, in its canonical form
    versions/components/<name>/<version>.json    what AWS is told of it besides, where there is something to tell
    versions/recipes/<image>/<version>.json      what the recipe holds, with the components' versions of its time
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from generator.errors import SpecError
from generator.source.conflicts import SETTLED_BY_LOCK, sides_of
from generator.source.report import Report
from generator.source.yaml import MAX_BYTES, Document, parse
from generator.spec.contents import Content, content_text, decoded, digest_of_content
from generator.spec.document_settings import digest_with
from generator.spec.documents import ComponentDocument, digest_of, read_component
from generator.spec.files import Sources, document_settings
from generator.spec.model_documents import DocumentSettings
from generator.spec.recipes import Recipe, recipe_of
from generator.spec.versions import LOCK_FILE, Locked, is_version

FOLDER = "versions"
Side = Callable[[bytes], bytes]  # what one side of a merge has of a file
Found = TypeVar("Found")

RESTORE = "Restore it from version control, or remove it and run `goldsmith lock`."


@dataclass(frozen=True)
class Kept:
    """What is kept, by name and version: the newest as well as old ones."""

    components: Mapping[str, Mapping[str, ComponentDocument]] = field(default_factory=dict)
    recipes: Mapping[str, Mapping[str, Recipe]] = field(default_factory=dict)


def component_path(name: str, version: str) -> PurePosixPath:
    """Where the content of a version stands, below the spec."""
    return PurePosixPath(FOLDER, "components", name, f"{version}.yaml")


def recipe_path(image: str, version: str) -> PurePosixPath:
    return PurePosixPath(FOLDER, "recipes", image, f"{version}.json")


def component_files(document: ComponentDocument, version: str) -> dict[PurePosixPath, str]:
    """The files of a component's version, and what stands in them."""
    path, content = component_path(document.name, version), document.settings.content
    files = {path: document.text}
    return files | {path.with_suffix(".json"): content_text(content)} if content else files


def recipe_file(recipe: Recipe) -> str:
    return content_text(recipe.content)


def kept_files(directory: Path) -> list[PurePosixPath]:
    """Every file that keeps a version, below the spec; what a person put beside them is left alone."""
    return [
        PurePosixPath(path.relative_to(directory))
        for section, suffix in (("components", ".yaml"), ("components", ".json"), ("recipes", ".json"))
        for path in sorted((directory / FOLDER / section).glob(f"*/*{suffix}"))
        if is_version(path.stem)
    ]


def read_kept(sources: Sources, report: Report, *, is_settled: bool = False) -> Kept:
    """Read what is kept; a file that is not what the lock has for its version is reported and left out.

    `is_settled` takes of a file with a merge conflict the side that the lock has; else the conflict is reported.
    """
    sides = (_ours, _theirs) if is_settled else (_as_it_is,)
    directory, lock = sources.directory, sources.lock
    if lock is None:
        return Kept()
    now = document_settings(sources.organization)["components"]
    components: dict[str, dict[str, ComponentDocument]] = {}
    for path, name, version in _listed(directory, "components", lock.components, report):
        if path.suffix == ".json":
            continue  # read with its document
        component = _first_of(sides, partial(_component, path, name, lock.components[name][version]), report)
        if component:
            told = replace(component.settings, tags=now.get(name, DocumentSettings()).tags)  # no part of a version
            components.setdefault(name, {})[version] = replace(component, settings=told)
    recipes: dict[str, dict[str, Recipe]] = {}
    for path, name, version in _listed(directory, "recipes", lock.recipes, report):
        recipe = _first_of(sides, partial(_recipe, path, lock.recipes[name][version]), report)
        if recipe:
            recipes.setdefault(name, {})[version] = recipe
    return Kept(components, recipes)


def _listed(directory: Path, section: str, locked: Locked, report: Report) -> Iterator[tuple[Path, str, str]]:
    """The files of a section that the lock knows, with the name and the version that they are of."""
    for relative in kept_files(directory):
        if relative.parts[1] != section:
            continue
        path, name, version = directory / relative, relative.parts[2], relative.stem
        if version in locked.get(name, {}):
            yield path, name, version
        else:
            report.file_error(str(path), f"{LOCK_FILE} has no version {version} of {name}. Remove the file.")


def _as_it_is(content: bytes) -> bytes:
    return content


def _ours(content: bytes) -> bytes:
    sides = sides_of(content.decode("utf-8", "replace"))
    return sides.ours.encode() if sides else content


def _theirs(content: bytes) -> bytes:
    sides = sides_of(content.decode("utf-8", "replace"))
    return sides.theirs.encode() if sides else content


def _first_of(sides: Sequence[Side], read: Callable[[Side, Report], Found | None], report: Report) -> Found | None:
    """What can be read of one of the sides; where none is right, what is wrong with the last is reported."""
    trial = Report()
    for side in sides:
        trial = Report()
        found = read(side, trial)
        if found is not None:
            return found
    report.add(trial.diagnostics)
    return None


def _component(path: Path, name: str, locked: str, side: Side, report: Report) -> ComponentDocument | None:
    """The component with the settings of its time. What its hash tells is what was right when it got its version."""
    document = _document(path, side, report)
    settings_path = path.with_suffix(".json")
    content = _content(settings_path, side, report) if settings_path.is_file() else {}
    if document is None or content is None:
        return None
    try:
        settings: DocumentSettings = decoded(DocumentSettings, content)
    except (TypeError, ValueError):
        report.file_error(str(settings_path), f"is no content that Goldsmith wrote. {RESTORE}")
        return None
    if not _is_verified(path, digest_with(digest_of(document), settings), locked, report):
        return None
    return read_component(name, document).with_settings(settings)


def _recipe(path: Path, locked: str, side: Side, report: Report) -> Recipe | None:
    content = _content(path, side, report)
    if content is None or not _is_verified(path, digest_of_content(content), locked, report):
        return None
    try:
        return recipe_of(content)
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError):
        report.file_error(str(path), "holds what this Goldsmith does not know of a recipe. Use the one that wrote it.")
        return None


def _document(path: Path, side: Side, report: Report) -> Document | None:
    try:
        return parse(str(path), side(_bytes(path)), SETTLED_BY_LOCK)
    except SpecError as error:
        report.add(error.diagnostics)
    except OSError as error:
        report.file_error(str(path), f"cannot be read: {error.strerror}.")
    return None


def _content(path: Path, side: Side, report: Report) -> Content | None:
    try:
        text = _bytes(path)
        if side is _as_it_is and sides_of(text.decode()):
            report.file_error(str(path), f"holds a merge conflict. {SETTLED_BY_LOCK}")
            return None
        content = json.loads(side(text)) if len(text) <= MAX_BYTES else None
    except (OSError, RecursionError, ValueError):
        content = None
    if not isinstance(content, dict):
        report.file_error(str(path), f"is no content that Goldsmith wrote. {RESTORE}")
        return None
    return content


def _bytes(path: Path) -> bytes:
    """The file, or so much of it as is too much."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _is_verified(path: Path, digest: str, locked: str, report: Report) -> bool:
    if digest != locked:
        report.file_error(str(path), f"is not the content that {LOCK_FILE} has for this version. {RESTORE}")
    return digest == locked
