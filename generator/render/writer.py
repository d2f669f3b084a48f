"""The rendered tree on disk: written whole or not at all, and never a file that is not ours.

A manifest in the tree lists the files that were written, with the hash of each. What it lists and is no longer
rendered is removed; what it does not list is somebody else's: left alone, and refused where it is in the way.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.errors import GoldsmithError
from generator.render.manifest import MANIFEST, manifest_text, read_manifest, require_inside

ELSEWHERE = "Move it away, or render elsewhere with --rendered DIR."


@dataclass(frozen=True)
class Difference:
    """How a tree on disk differs from a rendered one; false where it does not. Paths are sorted."""

    written: tuple[str, ...]  # missing, or with another content
    removed: tuple[str, ...]  # written before, and no longer rendered
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def compare(tree: Mapping[str, str], directory: Path) -> Difference:
    """What `write` would do. Raises GoldsmithError where something in the tree cannot be read or is in the way."""
    before = read_manifest(directory)
    for path in tree:
        require_inside(path)
    written = sorted(path for path, text in tree.items() if content(directory, path) != text.encode())
    removed = sorted(path for path in before - tree.keys() if content(directory, path) is not None)
    unchanged = len(tree) - len(written)
    if not (written or removed) and content(directory, MANIFEST) != manifest_text(tree).encode():
        written = [MANIFEST]
    return Difference(tuple(written), tuple(removed), unchanged)


def write(tree: Mapping[str, str], directory: Path) -> Difference:
    """Make the directory hold the tree, and return what that took; files that are right already are not touched.

    Raises GoldsmithError, with nothing changed, where a file that Goldsmith did not write is in the way or the
    directory cannot be written.
    """
    difference = compare(tree, directory)
    _refuse_foreign(difference, directory)
    if difference:
        try:
            _apply(tree, difference, directory)
        except OSError as error:
            place = error.filename2 or error.filename or directory
            raise GoldsmithError(
                f"{place}: cannot be written ({error.strerror}). Make {directory} writable, or render elsewhere "
                "with --rendered DIR."
            ) from error
    return difference


def content(directory: Path, path: str) -> bytes | None:
    """What a file of the tree holds; None where there is none. Raises GoldsmithError for what is no plain file.

    Links are not followed: through one, a tree could reach outside its directory.
    """
    place = directory / path
    try:
        _refuse_links(directory, path)
        return None if place.is_symlink() else place.read_bytes()
    except FileNotFoundError:
        return None
    except IsADirectoryError as error:
        raise GoldsmithError(f"{place}: is a directory, where a file is rendered. {ELSEWHERE}") from error
    except NotADirectoryError as error:
        raise GoldsmithError(f"{place}: a file is where a folder of it belongs. {ELSEWHERE}") from error
    except OSError as error:
        raise GoldsmithError(f"{place}: cannot be read ({error.strerror}). Make it readable.") from error


def _refuse_links(directory: Path, path: str) -> None:
    for parent in PurePosixPath(path).parents[:-1]:
        if (directory / parent).is_symlink():
            raise GoldsmithError(f"{directory / parent}: is a link, where a folder is rendered. {ELSEWHERE}")


def _refuse_foreign(difference: Difference, directory: Path) -> None:
    ours = read_manifest(directory) | {MANIFEST}
    foreign = [path for path in difference.written if path not in ours and os.path.lexists(directory / path)]
    if foreign:
        more = f" (and {len(foreign) - 1} more)" if len(foreign) > 1 else ""
        raise GoldsmithError(
            f"{directory / foreign[0]}{more}: is in the way, and Goldsmith did not write it. {ELSEWHERE}"
        )


def _apply(tree: Mapping[str, str], difference: Difference, directory: Path) -> None:
    """Stage every file beside its place, then rename them all: what can fail, fails before anything changes.

    Between the renames the manifest lists the files of before and after: one that is interrupted is taken up
    by the next, which finds nothing that is not ours.
    """
    changed = [path for path in difference.written if path != MANIFEST]
    both = read_manifest(directory) | tree.keys()
    with ExitStack() as undo:
        before = _stage(directory / MANIFEST, manifest_text(tree, both), undo)
        after = _stage(directory / MANIFEST, manifest_text(tree), undo)
        staged = [(_stage(directory / path, tree[path], undo), directory / path) for path in changed]
        for place in {(directory / path).parent for path in difference.removed}:
            _require_writable(place)
        os.replace(before, directory / MANIFEST)
        for temporary, place in staged:
            os.replace(temporary, place)
        for path in difference.removed:
            _remove(directory, path)
        os.replace(after, directory / MANIFEST)


def _stage(place: Path, text: str, undo: ExitStack) -> Path:
    """A file with the text beside `place`. What is left of it, and folders left empty, go when `undo` closes."""
    _make_folder(place.parent, undo)
    temporary = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    undo.callback(_discard, temporary)
    with temporary.open("xb") as file:
        file.write(text.encode())
    return temporary


def _make_folder(folder: Path, undo: ExitStack) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
        undo.callback(_remove_if_empty, each)


def _require_writable(folder: Path) -> None:
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "Permission denied", str(folder))


def _remove(directory: Path, path: str) -> None:
    _discard(directory / path)
    for parent in PurePosixPath(path).parents[:-1]:
        if not _remove_if_empty(directory / parent):
            return


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _discard(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
