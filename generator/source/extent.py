"""Where what a finding is about ends: on the line where it begins, so that what is marked is its cause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.source.yaml import Document, Path, Place


@lru_cache(maxsize=4)
def lines_of(text: str) -> Sequence[str]:
    return text.split("\n")


def column_behind(document: Document, path: Path, place: Place, *, at_key: bool = False) -> int:
    """The column behind the value, or its key, that stands at a place; of what has many lines, behind its first."""
    line = line_at(document, place)
    start = place.column - 1
    words = str(path[-1]) if at_key and path else ""
    scalar = document.scalars.get(path)
    if scalar is not None and not at_key and document.values.get(path) == place:
        words = scalar.text
    return _behind(line, start, words)


def column_behind_words(document: Document, place: Place, words: str) -> int:
    """The column behind words at a place; where they are not there as they are, behind the line."""
    line = line_at(document, place)
    first = words.split("\n", 1)[0]
    is_there = bool(first) and line.startswith(first, place.column - 1)
    return place.column + len(first) if is_there else behind_line(line, place.column)


def line_at(document: Document, place: Place) -> str:
    lines = lines_of(document.text)
    return lines[place.line - 1] if place.line <= len(lines) else ""


def behind_line(line: str, column: int) -> int:
    """The column behind all that a line says from a column on."""
    return max(len(line.rstrip()) + 1, column + 1)


def _behind(line: str, start: int, words: str) -> int:
    if words and line.startswith(words, start):
        return start + len(words) + 1
    quote = line[start : start + 1]
    if quote and quote in "'\"":
        end = line.find(quote, start + 1)
        while end > 0 and quote == "'" and line[end + 1 : end + 2] == "'":
            end = line.find(quote, end + 2)
        while end > 0 and quote == '"' and line[end - 1] == "\\":
            end = line.find(quote, end + 1)
        if end > 0:
            return end + 2
    return behind_line(line, start + 1)
