"""What a render would change, as one unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.render.manifest import MANIFEST
from generator.render.writer import Difference, content


def unified_diff(tree: Mapping[str, str], difference: Difference, directory: Path) -> Iterator[str]:
    """Lines, with their ends, from what is on disk to what would be written; the manifest is left out."""
    for path in sorted({*difference.written, *difference.removed} - {MANIFEST}):
        yield from _file_diff(f"{directory.name}/{path}", content(directory, path), tree.get(path))


def _file_diff(name: str, before: bytes | None, after: str | None) -> Iterator[str]:
    old = "/dev/null" if before is None else f"a/{name}"
    new = "/dev/null" if after is None else f"b/{name}"
    lines = difflib.unified_diff(_lines((before or b"").decode("utf-8", "replace")), _lines(after or ""), old, new)
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Lines end at a newline alone: `str.splitlines` would end them at other characters too."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
