"""Two texts compared line by line, in time that grows with their size alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from generator.review.visible import visible

CONTEXT = 3  # lines around a difference
COMPARED = 250_000  # pairs of lines that are compared; beyond, the old ones go and the new ones come
SHOWN = 300  # characters of a line
BEFORE = 60  # of them, those before a difference in a longer one

Kind = Literal["head", "add", "remove", "change", "same", "note"]


@dataclass(frozen=True)
class Line:
    """One line of a diff. Its text is visible, holds no line end, and may say anything."""

    kind: Kind
    text: str


def compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """The lines that differ with a few around them; `…` stands for those left out."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    yield from _context(before[:start], last=True)
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    yield from _context(before[len(before) - end :] if end else (), last=False)


def shortened(text: str, other: str = "") -> str:
    """A long line around the place where it differs from `other`, visible, with a word on how long it is."""
    if len(text) <= SHOWN:
        return visible(text)
    start = max(0, _common(text, other) - BEFORE)
    start = min(start, len(text) - SHOWN)
    opening, ending = "…" if start else "", "…" if start + SHOWN < len(text) else ""
    return f"{opening}{visible(text[start : start + SHOWN])}{ending} ({len(text):,} characters)"


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    for count, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return count
    return min(len(before), len(after))


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    if len(before) * len(after) > COMPARED:
        yield from _replaced(before, after)
        return
    for operation, old, old_end, new, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            yield from _between(before[old:old_end])
        else:
            yield from _replaced(before[old:old_end], after[new:new_end])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Old lines, then new ones; a long line is shown where it differs from the one in its place."""
    for number, line in enumerate(before):
        yield Line("remove", shortened(line, after[number] if number < len(after) else ""))
    for number, line in enumerate(after):
        yield Line("add", shortened(line, before[number] if number < len(before) else ""))


def _between(lines: Sequence[str]) -> Iterator[Line]:
    if len(lines) <= 2 * CONTEXT:
        yield from (Line("same", shortened(line)) for line in lines)
    else:
        yield from _context(lines, last=False)
        yield from (Line("same", shortened(line)) for line in lines[-CONTEXT:])


def _context(lines: Sequence[str], *, last: bool) -> Iterator[Line]:
    """The lines of a longer run that stand beside a difference: its `last` ones, or its first."""
    left_out = Line("note", "…")
    kept = lines[-CONTEXT:] if last else lines[:CONTEXT]
    if last and len(lines) > CONTEXT:
        yield left_out
    yield from (Line("same", shortened(line)) for line in kept)
    if not last and len(lines) > CONTEXT:
        yield left_out
