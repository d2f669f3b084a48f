"""Files that Goldsmith writes once and a team may take over: written anew while nobody has touched them.

The first line holds the hash of the rest. Where it fits, the file is as it was written, by this version or by an
earlier one; where it does not, somebody has changed it, and it stays.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import GoldsmithError
from generator.render.writer import content

_HEAD = re.compile(rb"# Made by `goldsmith init`[^\n]*; sha256 ([0-9a-f]{64})\n")


@dataclass(frozen=True)
class Standing:
    """How the files on disk stand to those that would be written. Paths are sorted."""

    missing: tuple[str, ...]
    outdated: tuple[str, ...]  # ours, and untouched
    touched: tuple[str, ...]  # ours, and changed by hand; or not ours at all
    current: tuple[str, ...]

    @property
    def differs(self) -> tuple[str, ...]:
        return tuple(sorted({*self.missing, *self.outdated, *self.touched}))


def headed(text: str, command: str) -> str:
    """The text under a line that says where it comes from. `command` is how to make it again."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"# Made by `goldsmith init`: {command}; changed by hand, it is yours: docs/ci.md; sha256 {digest}\n{text}"


def standing(files: Mapping[str, str], directory: Path) -> Standing:
    """Raises GoldsmithError where something that is no file is in the way, or a link."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in ("missing", "outdated", "touched", "current")}
    for path in sorted(files):
        by_kind[_kind(files[path], content(directory, path))].append(path)
    return Standing(**{kind: tuple(paths) for kind, paths in by_kind.items()})


def write(files: Mapping[str, str], directory: Path, force: bool = False) -> Standing:
    """Write what is missing and outdated, and return how it stood before.

    Raises GoldsmithError, with nothing written, where a file was changed by hand, unless `force`.
    """
    before = standing(files, directory)
    if before.touched and not force:
        raise GoldsmithError(
            f"{', '.join(before.touched)}: changed by hand, or not made by goldsmith init; nothing is written. "
            "Look at the difference with --check, then take it over by hand, or overwrite with --force."
        )
    for path in before.differs:
        put(directory / path, files[path])
    return before


def put(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    except OSError as error:
        raise GoldsmithError(f"{place}: cannot be written ({error.strerror}).") from error


def _kind(wanted: str, found: bytes | None) -> str:
    if found is None:
        return "missing"
    if found == wanted.encode():
        return "current"
    return "outdated" if _is_untouched(found) else "touched"


def _is_untouched(found: bytes) -> bool:
    """Line ends count for nothing: git may have changed them on its way."""
    text = found.replace(b"\r\n", b"\n")
    head = _HEAD.match(text)
    return head is not None and hashlib.sha256(text[head.end() :]).hexdigest().encode() == head[1]
