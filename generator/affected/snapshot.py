"""A commit's spec and rendered tree, in a private folder that is gone afterwards. Nothing is checked out.

Files are written to the bytes of the commit, below the private folder at the place that they have on this machine, so
that a path that leads out of the repository still leads to the same thing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import rmtree
from tempfile import TemporaryDirectory

from generator.affected.errors import BaseError
from generator.affected.local_modules import on_disk, with_local_modules
from generator.affected.tree import Files, Tree, tree_in
from generator.errors import GoldsmithError
from generator.git import Entry, Repository
from generator.render.manifest import MANIFEST
from generator.render.render import render
from generator.render.writer import write
from generator.source.report import Report
from generator.spec.files import ORGANIZATION_FILE, read_document
from generator.spec.loading import read
from generator.spec.model import Spec

_LINK = "120000"
_EXECUTABLE = "100755"


@dataclass(frozen=True)
class Snapshot:
    spec: Spec | None  # None: there is none, or none that can be read
    problem: str  # why it cannot be read; empty where it can, or there is none
    rendered: Path  # the folder of the rendered tree: as committed, or rendered from the spec
    tree: Tree  # what is in it
    is_committed: bool  # whether the tree is the commit's own
    spec_directory: Path  # the folder of the spec

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing of Goldsmith's."""
        return self.spec is None and not self.problem and not self.is_committed


@contextmanager
def taken(repository: Repository, commit: str, spec_directory: Path, rendered: Path) -> Iterator[Snapshot]:
    """The commit's spec and tree. Raises BaseError for folders outside of the repository, GitError."""
    place = below(repository, rendered, "rendered tree")
    with TemporaryDirectory(prefix="goldsmith-base-") as private:  # mode 0700
        copy = _Copy(repository, commit, Path(private).resolve())
        copied_spec = copy.take(below(repository, spec_directory, "spec"))
        copy.take_others(copied_spec)
        copied_tree = copy.take(place)
        spec, problem = _read(copied_spec, copy)
        is_committed = (copied_tree / MANIFEST).is_file()
        if not is_committed and spec is not None:
            rmtree(copied_tree, ignore_errors=True)
            problem = _render(spec, copied_tree)
        tree = tree_in(copied_tree) if is_committed or spec is not None else Tree({})
        tree = with_local_modules(tree, place, copy.read)
        yield Snapshot(spec, problem, copied_tree, tree, is_committed, copied_spec)


@contextmanager
def spec_taken(repository: Repository, commit: str, spec_directory: Path) -> Iterator[tuple[Spec | None, str]]:
    """The commit's spec alone, or why this Goldsmith cannot read it; neither where there is none.

    Raises BaseError for a folder outside of the repository, GitError.
    """
    with TemporaryDirectory(prefix="goldsmith-base-") as private:  # mode 0700
        copy = _Copy(repository, commit, Path(private).resolve())
        copied = copy.take(below(repository, spec_directory, "spec"))
        copy.take_others(copied)
        yield _read(copied, copy)


def below(repository: Repository, folder: Path, what: str) -> PurePosixPath:
    """Where a folder is below the top of the repository. Raises BaseError for one outside of it."""
    place = folder.resolve()
    if not place.is_relative_to(repository.top):
        raise BaseError(
            f"{folder}: the {what} is not in the repository {repository.top}",
            "Keep spec and rendered tree in one repository, or leave the comparison out.",
        )
    return PurePosixPath(place.relative_to(repository.top).as_posix())


def _read(folder: Path, copy: _Copy) -> tuple[Spec | None, str]:
    """The spec, or why this Goldsmith cannot read it."""
    if not (folder / ORGANIZATION_FILE).is_file():
        return None, ""
    reading = read(folder)
    more = f" and {len(reading.errors) - 1} more" if len(reading.errors) > 1 else ""
    problem = f"{reading.errors[0]}{more}".replace(f"{copy.top}{os.sep}", "") if reading.errors else ""
    return reading.spec, problem


def _render(spec: Spec, folder: Path) -> str:
    """Render to a folder; returns why it cannot be."""
    try:
        write(render(spec), folder)
    except GoldsmithError as error:
        return str(error)
    return ""


def _folders_named(organization: object) -> list[object]:
    """Catalogs of components, and policies in Rego; whatever stands there."""
    if not isinstance(organization, dict):
        return []
    catalogs, policies = organization.get("catalogs"), organization.get("policies")
    rego = policies.get("rego") if isinstance(policies, dict) else None
    return [*(catalogs if isinstance(catalogs, list) else []), rego]


@dataclass(frozen=True)
class _Copy:
    repository: Repository
    commit: str
    private: Path

    @property
    def top(self) -> Path:
        """Where the repository's top is in the private folder."""
        return self._at(self.repository.top)

    def take(self, folder: PurePosixPath) -> Path:
        """Write a folder of the commit, and what its links lead to; returns where it is now."""
        taken: set[PurePosixPath] = set()
        waiting = [folder]
        while waiting:
            each = waiting.pop()
            if not any(each.is_relative_to(other) for other in taken):
                taken.add(each)
                waiting += self._take(each)
        return self.top / folder

    def read(self, folder: str) -> Files:
        """A folder of the commit, taken with what its links lead to."""
        self.take(PurePosixPath(folder))
        return on_disk(self.top)(folder)

    def take_others(self, spec_directory: Path) -> None:
        """The folders that organization.yaml names, as long as they are not told to be wrong later."""
        document = read_document(spec_directory / ORGANIZATION_FILE, Report())
        for each in _folders_named(document.data if document is not None else None):
            if isinstance(each, str) and each and not os.path.isabs(each) and "\0" not in each:
                self._take_place(Path(os.path.normpath(spec_directory / each)))

    def _take_place(self, place: Path) -> None:
        """A folder by its place in the copy: of the commit, or this machine's where the repository does not have it.

        The latter lies outside, is ignored, or is another repository's: there is no history of it here.
        """
        if place.is_relative_to(self.top):
            self.take(PurePosixPath(place.relative_to(self.top).as_posix()))
        if place.is_relative_to(self.private) and not os.path.lexists(place):
            real = Path("/") / place.relative_to(self.private)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(real)

    def _take(self, folder: PurePosixPath) -> list[PurePosixPath]:
        """Write a folder of the commit; returns where its links lead."""
        entries = [each for each in self.repository.entries(self.commit, folder) if ".." not in each.path.parts]
        contents = self.repository.contents(entries)
        led = [self._write(entry, contents[entry.path]) for entry in entries]
        return [each for each in led if each is not None]

    def _write(self, entry: Entry, content: bytes) -> PurePosixPath | None:
        place = self.top / entry.path
        if os.path.lexists(place):
            return None
        place.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode != _LINK:
            place.write_bytes(content)
            return None
        target = Path(os.path.normpath(place.parent / os.fsdecode(content)))
        if not target.is_relative_to(self.top):
            return None  # out of the repository: what it led to is not the commit's
        place.symlink_to(os.path.relpath(target, place.parent))
        return PurePosixPath(target.relative_to(self.top).as_posix())

    def _at(self, place: Path) -> Path:
        return self.private / place.relative_to(place.anchor)
