"""What the checks of one document find: each with a code, a severity and the place of its cause."""

from __future__ import annotations

from dataclasses import dataclass

from generator.spec.report import Report
from generator.spec.yaml import Document, Path, Place


@dataclass(frozen=True)
class Findings:
    """Collects the findings of one document in a report."""

    document: Document
    report: Report

    def error(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self.report.error(self.document, path, message, at_key=at_key)

    def warning(self, path: Path, message: str) -> None:
        self.report.warning(self.document, path, message)

    def error_in_text(self, path: Path, token: str, nth: int, message: str) -> None:
        """An error at the nth (from 0) occurrence of `token` inside of a scalar: the line within a script."""
        self.report.error_at(self.document, place_within(self.document, path, token, nth), path, message)


def place_within(document: Document, path: Path, token: str, nth: int) -> Place:
    """Where the nth occurrence of a token stands in the file, counted from the scalar that holds it.

    A block or quoted scalar has the token as it was written, unless an escape or a fold is inside of it; the
    scalar's own place is the answer then.
    """
    start = document.place(path)
    lines = document.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: start.line - 1]) + start.column - 1
    for _ in range(nth + 1):
        found = document.text.find(token, offset)
        if found < 0:
            return start
        offset = found + len(token)
    line = document.text.count("\n", 0, found) + 1
    return Place(line, found - (document.text.rfind("\n", 0, found) + 1) + 1)
