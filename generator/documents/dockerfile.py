"""Dockerfile templates: what `docker build` would stop at, and where the marks that Image Builder fills in may stand.

https://docs.docker.com/reference/dockerfile/ (format, parser directives, here-documents), and
https://docs.aws.amazon.com/imagebuilder/latest/userguide/create-container-recipes.html (marks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from generator.source.report import MAX_WORD, shown

INSTRUCTIONS = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)
PARENT = "{{{ imagebuilder:parentImage }}}"
MAX_PROBLEMS = 20
WHOLE_LINES = ("{{{ imagebuilder:environments }}}", "{{{ imagebuilder:components }}}")

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(\w+)[ \t]*=[ \t]*(\S*)[ \t]*\Z")
_HERE = re.compile(r"(?<!<)<<(-?)([\"']?)([A-Za-z_]\w*)\2")
_WITH_HERE = ("RUN", "COPY", "ADD")


@dataclass(frozen=True)
class Instruction:
    """A logical line: where it begins in the text, its first word, and all of it."""

    offset: int
    word: str
    text: str

    @property
    def name(self) -> str:
        return self.word.upper()

    @property
    def is_mark(self) -> bool:
        return self.text.strip() in WHOLE_LINES


def instructions(text: str) -> Iterator[Instruction]:
    """The logical lines, without comments: what a line that ends with the escape character goes on with is one."""
    escape, lines = _escape(text), _lines(text)
    index = 0
    while index < len(lines):
        offset, line = lines[index]
        index += 1
        if _is_silent(line):
            continue
        parts = [line]
        while parts[-1].rstrip().endswith(escape) and index < len(lines):
            if not _is_silent(lines[index][1]):
                parts.append(lines[index][1])
            index += 1
        whole = "\n".join(parts)
        word = line.split()[0]
        if word.upper() in _WITH_HERE:
            index = _after_here_documents(whole, lines, index)
        yield Instruction(offset + len(line) - len(line.lstrip()), word, whole)


def template_problems(text: str) -> list[tuple[int, str]]:
    """Offset and message of each line that `docker build` does not know, and of marks where they do not work.

    Who has more than MAX_PROBLEMS does not read the rest.
    """
    found = list(instructions(text))
    return sorted([*_unknown(found), *_misplaced_marks(text, found), *_before_from(found)])[:MAX_PROBLEMS]


def _unknown(found: list[Instruction]) -> Iterator[tuple[int, str]]:
    """Of lines in a row that are none, the first: they come of one cause."""
    begin = Instruction(0, "FROM", "")
    for before, each in pairwise([begin, *found]):
        if _is_known(each) or not _is_known(before):
            continue
        near = get_close_matches(each.name[:MAX_WORD], INSTRUCTIONS, n=1, cutoff=0.75)  # `rm` is not meant as FROM
        hint = f"Did you mean {near[0]}?" if near else "A line goes on where the one before it ends with \\."
        yield each.offset, f"{shown(each.word)} is no instruction of a Dockerfile. {hint}"


def _is_known(instruction: Instruction) -> bool:
    return instruction.is_mark or instruction.name in INSTRUCTIONS or "{{{" in instruction.word


def _misplaced_marks(text: str, found: list[Instruction]) -> Iterator[tuple[int, str]]:
    for each in found:
        for mark in WHOLE_LINES:
            if mark in each.text and not each.is_mark:
                yield (
                    text.find(mark, each.offset),
                    f"{mark} stands for whole instructions. Put it on a line of its own.",
                )
    if not any(PARENT in each.text for each in found if each.name in ("FROM", "ARG")):
        place = next((each.offset for each in found if PARENT in each.text), 0)
        yield place, f"{PARENT} is the base of nothing. Write FROM {PARENT}."


def _before_from(found: list[Instruction]) -> Iterator[tuple[int, str]]:
    for each in found:
        if each.name == "FROM":
            return
        if each.name != "ARG" and _is_known(each):
            yield each.offset, f"{shown(each.word if not each.is_mark else each.text.strip())} stands before FROM."
            return


def _escape(text: str) -> str:
    """The character that joins lines: a directive at the very top may choose the backtick, for Windows."""
    for line in text.split("\n"):
        directive = _DIRECTIVE.match(line)
        if directive is None:
            break
        if directive[1].lower() == "escape" and directive[2] in ("\\", "`"):
            return directive[2]
    return "\\"


def _lines(text: str) -> list[tuple[int, str]]:
    found, offset = [], 0
    for line in text.split("\n"):
        found.append((offset, line))
        offset += len(line) + 1
    return found


def _is_silent(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _after_here_documents(text: str, lines: list[tuple[int, str]], index: int) -> int:
    """The first line after those that end the here-documents of an instruction; what never ends is none."""
    for match in _HERE.finditer(text):
        for end in range(index, len(lines)):
            line = lines[end][1]
            if (line.lstrip("\t") if match[1] else line).rstrip("\r") == match[3]:
                index = end + 1
                break
    return index
