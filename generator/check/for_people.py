"""Findings as a person reads them: by file, each with its line, a mark below what is meant, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from unicodedata import combining, east_asian_width

import click

from generator.errors import Diagnostic

WIDEST = 120  # columns of a source line that is shown
MARGIN = " " * 5
MOST = 100  # findings of a file that are told

_COLOURS = {"error": "red", "warning": "yellow"}
_QUOTED = re.compile(r"(?<!\w)'(?:[^'\n]*)'|\"[^\"\n]*\"|`[^`\n]*`|\{\{.*?\}\}")
_SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z`])")

Lines = Callable[[str], Sequence[str]]  # those of a file, by its name


def text_of(diagnostics: Sequence[Diagnostic], lines_of: Lines) -> str:
    """The findings, a blank line between files. Colours are escapes, for `click.echo` to leave out where none go."""
    files = groupby(diagnostics, key=lambda each: each.file)
    return "\n\n".join(_of_file(file, list(found), lines_of(file)) for file, found in files)


def _of_file(file: str, found: Sequence[Diagnostic], lines: Sequence[str]) -> str:
    """The first ones: who has more of them does not read the rest."""
    told = [_finding(each, lines) for each in found[:MOST]]
    more = [f"{click.style(file, bold=True)}: {len(found) - MOST} more."] if len(found) > MOST else []
    return "\n".join(told + more)


def in_two(message: str) -> tuple[str, str]:
    """What is wrong, and what to do about it: the first sentence and the others. What is quoted is no sentence."""
    masked = _QUOTED.sub(lambda match: match[0][0] + "x" * (len(match[0]) - 1), message)
    found = _SENTENCE.search(masked)
    return (message[: found.start()], message[found.end() :]) if found else (message, "")


def _finding(diagnostic: Diagnostic, lines: Sequence[str]) -> str:
    place = diagnostic.file + (f":{diagnostic.line}:{diagnostic.column}" if diagnostic.line else "")
    colour = _COLOURS[diagnostic.severity]
    subject = f"{diagnostic.key}: " if diagnostic.key else ""
    problem, hint = in_two(diagnostic.message)
    code = f" ({diagnostic.code})" if diagnostic.code else ""
    label = f"{click.style('warning', fg=colour, bold=True)}: " if diagnostic.severity == "warning" else ""
    told = [f"{click.style(place, bold=True)}: {label}{subject}{problem}{click.style(code, dim=True) if code else ''}"]
    told += _excerpt(diagnostic, lines)
    told += [f"{MARGIN} = {click.style(hint, fg='cyan')}"] if hint else []
    return "\n".join(told)


def _excerpt(diagnostic: Diagnostic, lines: Sequence[str]) -> list[str]:
    """The line, and below it a mark under what is meant; of a very long line the part around that."""
    if not 1 <= diagnostic.line <= len(lines):
        return []
    line = lines[diagnostic.line - 1]
    begin, end = diagnostic.column - 1, max(diagnostic.column, diagnostic.end_column - 1)
    first = max(0, begin - WIDEST // 2) if len(line) > WIDEST else 0
    shown = "".join(each if each.isprintable() else " " for each in line[first : first + WIDEST])
    blank, marked = _width(shown[: begin - first]), _width(shown[begin - first : end - first])
    mark = click.style("^" * max(1, marked), fg=_COLOURS[diagnostic.severity], bold=True)
    return [f"{diagnostic.line:>5} | {shown}", f"{MARGIN} | {' ' * blank}{mark}"]


def _width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
