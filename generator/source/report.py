"""What a run finds wrong: collected, so that one run tells all."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from generator.errors import Diagnostic, SpecError
from generator.source.extent import column_behind, column_behind_words

if TYPE_CHECKING:
    from generator.source.yaml import Document, Path, Place

MAX_WORD, MAX_KNOWN = 128, 200  # what nearness is looked for in: comparing takes time


class Report:
    """Collects diagnostics; `stop_on_errors` ends the run with all of them."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    @property
    def has_errors(self) -> bool:
        return self.errors > 0

    @property
    def errors(self) -> int:
        """How many there are: what was read meanwhile is whole where it is the same before and after."""
        return sum(diagnostic.severity == "error" for diagnostic in self.diagnostics)

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    def file_error(self, file: str, message: str) -> None:
        """An error of a file or folder as a whole."""
        self.diagnostics.append(Diagnostic(file, 0, 0, "", message))

    def error(self, document: Document, path: Path, message: str, *, at_key: bool = False, code: str = "") -> None:
        """`code` is of the rule that has a page of it; what is wrong by its form alone has none."""
        self._note(document, path, message, "error", at_key, code)

    def warning(self, document: Document, path: Path, message: str, code: str, *, at_key: bool = False) -> None:
        """`code` is of the rule that has a page of it, by which it can be ignored."""
        self._note(document, path, message, "warning", at_key, code)

    def error_at(self, document: Document, place: Place, path: Path, message: str, words: str = "") -> None:
        """An error about words at a place that the document does not know by its path: within a line of a script."""
        end = column_behind_words(document, place, words)
        self.diagnostics.append(Diagnostic(document.file, *place, key_path(path), message, end_column=end))

    def stop_on_errors(self) -> None:
        """Raises SpecError with every error; warnings alone do not stop a run."""
        if self.has_errors:
            raise SpecError([each for each in self.diagnostics if each.severity == "error"])

    def _note(
        self,
        document: Document,
        path: Path,
        message: str,
        severity: Literal["error", "warning"],
        at_key: bool,
        code: str,
    ) -> None:
        self.diagnostics.append(diagnostic_of(document, path, message, severity, code, at_key=at_key))


def diagnostic_of(
    document: Document,
    path: Path,
    message: str,
    severity: Literal["error", "warning"],
    code: str = "",
    *,
    at_key: bool = False,
) -> Diagnostic:
    """A finding about a value of a document, or its key."""
    place = document.place(path, at_key=at_key)
    end = column_behind(document, path, place, at_key=at_key)
    return Diagnostic(document.file, *place, key_path(path), message, severity, code, end)


def key_path(path: Path) -> str:
    """How messages write a place inside a document: `distribute[0].accounts[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part and part.replace("-", "").replace("_", "").isalnum() else repr(part)
            text += f".{name}" if text else name
    return text


def quoted(names: Iterable[str], conjunction: str = "or") -> str:
    """`a, b or c`: the allowed values of a message; only lists that nobody would read are cut."""
    listed = list(names)
    if len(listed) > 24:
        return f"{', '.join(listed[:12])} {conjunction} {len(listed) - 12} more"
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {conjunction} {listed[-1]}"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A question to append to a message, empty when nothing known is near."""
    near = get_close_matches(word[:MAX_WORD], heapq.nsmallest(MAX_KNOWN, known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def shown(value: object) -> str:
    """A value as a message shows it: short, and on one line."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
