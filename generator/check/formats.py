"""Findings as a person reads them, and as programs do: JSON, SARIF, annotations of GitHub."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from generator import __version__
from generator.check.rule import Rule
from generator.check.rules import RULES
from generator.errors import Diagnostic
from generator.source.annotations import annotation

FORMATS = ("text", "json", "sarif", "github")
WIDEST = 120  # columns of a source line that is shown
PLAIN = "check"  # the rule of what is wrong by itself, in SARIF, where each result has one
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def formatted(kind: str, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> str:
    """The findings in one of FORMATS; `sources` are texts of files that cannot be read again, by name."""
    if kind == "json":
        return json.dumps({"diagnostics": [asdict(each) for each in diagnostics]}, indent=2)
    if kind == "sarif":
        return json.dumps(_sarif(diagnostics), indent=2)
    if kind == "github":
        return "\n".join(_annotation(each) for each in diagnostics)
    return _text(diagnostics, dict(sources or {}))


def _text(diagnostics: Sequence[Diagnostic], sources: dict[str, str]) -> str:
    """Each finding on a line of its own, with the line of the source that it is about below."""
    parts = []
    for each in diagnostics:
        if each.file not in sources:
            sources[each.file] = _read(each.file)
        colour = "yellow" if each.severity == "warning" else "red"
        place, _, message = str(each).partition(": ")
        parts.append(f"{click.style(place, bold=True)}: {click.style(message, fg=colour)}")
        parts += _excerpt(each, sources[each.file].split("\n"))
    return "\n".join(parts)


def _excerpt(diagnostic: Diagnostic, lines: Sequence[str]) -> list[str]:
    if not 1 <= diagnostic.line <= len(lines):
        return []
    line = "".join(each if each.isprintable() else " " for each in lines[diagnostic.line - 1])
    start = max(0, diagnostic.column - 1 - WIDEST // 2) if len(line) > WIDEST else 0
    number = f"{diagnostic.line:>5} | "
    caret = " " * (len(number) - 2 + diagnostic.column - 1 - start)
    return [f"{number}{line[start : start + WIDEST]}", f"{caret}  {click.style('^', bold=True)}"]


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, ValueError):
        return ""


def _annotation(diagnostic: Diagnostic) -> str:
    subject = f"{diagnostic.key}: " if diagnostic.key else ""
    return annotation(
        diagnostic.severity,
        subject + diagnostic.message,
        title=f"goldsmith check {diagnostic.code}".rstrip(),
        file=diagnostic.file,
        line=diagnostic.line,
        column=diagnostic.column,
    )


def _sarif(diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    rules: list[dict[str, object]] = [{"id": PLAIN, "name": "GoldsmithCheck"}]
    rules += [_sarif_rule(rule) for rule in RULES.values()]
    driver = {"name": "goldsmith", "version": __version__, "rules": rules}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(each) for each in diagnostics]}],
    }


def _sarif_rule(rule: Rule) -> dict[str, object]:
    """https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317836 (reportingDescriptor)"""
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.headline},
        "fullDescription": {"text": rule.body},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(diagnostic: Diagnostic) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": Path(diagnostic.file).as_posix()}}
    if diagnostic.line:
        location["region"] = {"startLine": diagnostic.line, "startColumn": diagnostic.column}
    subject = f"{diagnostic.key}: " if diagnostic.key else ""
    return {
        "ruleId": diagnostic.code or PLAIN,
        "level": diagnostic.severity,
        "message": {"text": subject + diagnostic.message},
        "locations": [{"physicalLocation": location}],
    }
