"""What the checks of one document find: each with a code, a severity and the place of its cause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from generator.source.report import Report
from generator.source.yaml import Document, Path, Place

MAX_ERRORS = 100  # in one document; who has that many does not read the rest, and each costs time


class TooManyError(Exception):
    """Ends the check of a document."""


@dataclass(frozen=True)
class Findings:
    """Collects the findings of one document in a report; its errors raise TooManyError after the last one told."""

    document: Document
    report: Report
    _errors: Iterator[int] = field(default_factory=lambda: count(1))

    def error(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self._count()
        self.report.error(self.document, path, message, at_key=at_key)

    def warning(self, path: Path, message: str, code: str, *, at_key: bool = False) -> None:
        self.report.warning(self.document, path, message, code, at_key=at_key)

    def error_in_text(self, path: Path, token: str, nth: int, message: str) -> None:
        """An error at the nth (from 0) occurrence of `token` inside of a scalar: the line within a script."""
        self._count()
        place = place_within(self.document, path, token, nth)
        self.report.error_at(self.document, place, path, message, token)

    def _count(self) -> None:
        if next(self._errors) > MAX_ERRORS:
            raise TooManyError


@contextmanager
def findings_of(document: Document, report: Report) -> Iterator[Findings]:
    """For the check of one document, which ends where it has found enough."""
    try:
        yield Findings(document, report)
    except TooManyError:
        report.error(document, (), f"has more than {MAX_ERRORS} errors; the others are not told.")


def place_within(document: Document, path: Path, token: str, nth: int) -> Place:
    """Where the nth occurrence of a token stands in the file, counted from the scalar that holds it.

    A block or quoted scalar has the token as it was written, unless an escape or a fold is inside of it; the
    scalar's own place is the answer then.
    """
    start = document.place(path)
    lines = _line_starts(document.text)
    found = _occurrences(document.text, token, lines[start.line - 1] + start.column - 1)
    if nth >= len(found):
        return start
    line = bisect_right(lines, found[nth])
    return Place(line, found[nth] - lines[line - 1] + 1)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer("\n", text)))


@lru_cache(maxsize=64)
def _occurrences(text: str, token: str, start: int) -> tuple[int, ...]:
    """Where a token stands in a text, from a place on."""
    return tuple(match.start() for match in re.compile(re.escape(token)).finditer(text, start))
