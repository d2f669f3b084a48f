"""Modules of a team's own that lie outside of the rendered tree: extra files call them by their path.

module "alarms" {
  source = "../../../../terraform/alarms"
}
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from generator.affected.tree import Files, Tree

# https://developer.hashicorp.com/terraform/language/modules/sources#local-paths
_LOCAL = re.compile(r'^\s*source\s*=\s*"(\.\.?/[^"$%\\]+)"', re.MULTILINE)

Reader = Callable[[str], Files]  # of a folder below the top of the repository: path -> content


def with_local_modules(tree: Tree, place: PurePosixPath, read: Reader) -> Tree:
    """The tree with what its roots call outside of it; `place`: of the tree, below the top of the repository."""
    known: dict[str, Files] = {}

    def reading(folder: str) -> Files:
        if folder not in known:
            known[folder] = read(folder)
        return known[folder]

    called = {root: _called(tree.files_of(root), str(place / root), str(place), reading) for root in tree.roots}
    return replace(tree, local={root: folders for root, folders in called.items() if folders})


def on_disk(top: Path) -> Reader:
    """Reads folders below a top; what is hidden is none of a module's."""

    def read(folder: str) -> Files:
        found = {}
        for place, folders, names in os.walk(top / folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for path in (Path(place, name) for name in names if not name.startswith(".")):
                if path.is_file():
                    found[path.relative_to(top / folder).as_posix()] = path.read_bytes()
        return found

    return read


def _called(files: Files, folder: str, tree: str, read: Reader) -> Mapping[str, Files]:
    """What is called from a root, and from there, as far as it lies in the repository and not in the tree."""
    found: dict[str, Files] = {}
    waiting = [*_sources(files, folder)]
    while waiting:
        each = waiting.pop()
        if each not in found and _is_outside(each, tree):
            found[each] = read(each)
            waiting += _sources(found[each], each)
    return found


def _is_outside(folder: str, tree: str) -> bool:
    """Whether a folder of the repository lies beside the tree: what the tree is in would be everything."""
    is_of_repository = folder != "." and not folder.startswith("../")
    return is_of_repository and not f"{folder}/".startswith(f"{tree}/") and not f"{tree}/".startswith(f"{folder}/")


def _sources(files: Files, folder: str) -> Iterator[str]:
    """The folders that the Terraform of a folder calls, below the top of the repository."""
    for path, content in files.items():
        if path.endswith(".tf"):
            for source in _LOCAL.findall(content.decode(errors="replace")):
                yield posixpath.normpath(posixpath.join(folder, posixpath.dirname(path), source))
