"""The scripts inside of component documents, and where each of their lines stands.

What AWSTOE puts in place of a reference is not known here, so a word of the same length stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.documents.built_in import without_built_in
from generator.documents.variables import references_in
from generator.errors import Diagnostic
from generator.source.extent import lines_of
from generator.source.report import key_path
from generator.source.yaml import Document, Place
from generator.source.yaml import Path as Key
from generator.spec.model_documents import MAX_BYTES

FARTHEST = 200  # rows in which the next line of a script is looked for: those of one that is folded are fewer


@dataclass(frozen=True)
class Script:
    """The commands of one step, as AWSTOE writes them into one file; `places` are those of its lines."""

    document: Document
    key: Key
    text: str
    places: tuple[Place, ...]
    references: frozenset[int] = frozenset()  # the lines that have any, from 1

    def error(self, line: int, message: str, column: int = 1) -> Diagnostic:
        return Diagnostic(self.document.file, *self._place(line, column), key_path(self.key), message)

    def warning(self, line: int, message: str, code: str = "G401") -> Diagnostic:
        return Diagnostic(self.document.file, *self._place(line), key_path(self.key), message, "warning", code)

    def _place(self, line: int, column: int = 1) -> Place:
        """A place of the script in the file; the line's own where the column is not where it would be."""
        number = min(max(line, 1), len(self.places))
        place = self.places[number - 1]
        text = self.text.split("\n")[number - 1]
        behind = column - 1 - (len(text) - len(text.lstrip()))
        written = lines_of(self.document.text)[place.line - 1][place.column - 1 :]
        is_there = 0 < behind <= len(text.strip()) and written.startswith(text.strip()[:behind])
        return place._replace(column=place.column + behind) if is_there else place


def scripts_of(document: Document, action: str) -> Iterator[Script]:
    """The scripts of every ExecuteBash, or another action; what is no proper step has been reported elsewhere."""
    data = document.data
    phases = data.get("phases") if isinstance(data, dict) else None
    for phase_index, phase in enumerate(phases if isinstance(phases, list) else ()):
        steps = phase.get("steps") if isinstance(phase, dict) else None
        for step_index, step in enumerate(steps if isinstance(steps, list) else ()):
            if not isinstance(step, dict) or step.get("action") != action:
                continue
            commands = _commands(step.get("inputs"))
            if commands:
                yield _script(document, ("phases", phase_index, "steps", step_index, "inputs", "commands"), commands)


def _commands(inputs: object) -> list[str]:
    """The commands, where they are text and no more of it than AWS takes: what is not has been reported."""
    commands = inputs.get("commands") if isinstance(inputs, dict) else None
    texts = [each for each in commands if isinstance(each, str)] if isinstance(commands, list) else []
    is_right = isinstance(commands, list) and len(texts) == len(commands) and sum(map(len, texts)) <= MAX_BYTES
    return texts if is_right else []


def _script(document: Document, key: Key, commands: Sequence[str]) -> Script:
    lines: list[str] = []
    places: list[Place] = []
    for index, command in enumerate(commands):
        parts = command.removesuffix("\n").split("\n")
        lines += parts
        places += places_of(document, (*key, index), parts)
    with_references = frozenset(number for number, line in enumerate(lines, 1) if "{{" in line)
    return Script(document, key, _without_references("\n".join(lines)) + "\n", tuple(places), with_references)


def places_of(document: Document, key: Key, lines: Sequence[str]) -> list[Place]:
    """Where each line of a scalar, or of the whole file, stands: each is looked for behind the one before it."""
    start = document.place(key)
    source = lines_of(document.text)
    row, column = start.line - 1, start.column - 1
    places = []
    for line in lines:
        words = line.strip()[:20]
        ahead = range(row, min(row + FARTHEST, len(source)))
        found = next((each for each in ahead if source[each].find(words, column if each == row else 0) >= 0), None)
        if words and found is not None:
            places.append(Place(found + 1, source[found].find(words, column if found == row else 0) + 1))
            row, column = found + 1, 0
        else:
            places.append(places[-1] if places else start)
    return places


def _without_references(text: str) -> str:
    for token in dict.fromkeys(reference.token for reference in references_in(text)):
        text = text.replace(token, "x" * len(token))
    return without_built_in(text)
