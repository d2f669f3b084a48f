"""Texts of a spec that are no part of its YAML: Dockerfile templates and user data, written inline or into a file."""

from __future__ import annotations

from dataclasses import dataclass

from generator.documents.findings import place_within
from generator.errors import Diagnostic
from generator.source.extent import column_behind_words
from generator.source.report import Report, key_path
from generator.source.yaml import Document, Path, Place


@dataclass(frozen=True)
class Embedded:
    """`file` is the one that has the text, as messages call it; without it the text stands at the path."""

    text: str
    document: Document
    path: Path
    file: str | None = None

    def place(self, offset: int) -> Place:
        """Where a character of the text stands, in the file that has it."""
        before = self.text[:offset]
        line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
        if self.file is not None:
            return Place(line, column)
        words = self.text[offset:].split("\n", 1)[0].rstrip()[:40]
        if not offset or not words:
            return self.document.place(self.path)
        return place_within(self.document, self.path, words, before.count(words))

    def _end(self, offset: int, place: Place) -> int:
        """The column behind what a line of the text says from a character on."""
        words = self.text[offset:].split("\n", 1)[0].rstrip()
        if self.file is not None:
            return place.column + max(len(words), 1)
        return column_behind_words(self.document, place, words)

    def error(self, offset: int, message: str, code: str, report: Report) -> None:
        """Report what begins at a character of the text."""
        file, key = (self.file, "") if self.file is not None else (self.document.file, key_path(self.path))
        place = self.place(offset)
        report.add([Diagnostic(file, *place, key, message, "error", code, self._end(offset, place))])
