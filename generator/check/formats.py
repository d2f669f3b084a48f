"""Findings as programs read them: JSON, SARIF, annotations of GitHub; for people see `for_people`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

from generator import __version__
from generator.check.for_people import text_of
from generator.check.rule import Rule
from generator.check.rules import RULES
from generator.errors import Diagnostic
from generator.source.annotations import annotation
from generator.source.extent import behind_line, lines_of
from generator.source.yaml import MAX_BYTES

FORMATS = ("text", "json", "sarif", "github")
PLAIN = "check"  # the rule of what is wrong by itself, in SARIF, where each result has one
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def formatted(kind: str, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> str:
    """The findings in one of FORMATS; `sources` are texts of files that cannot be read again, by name."""
    read = _Sources(dict(sources or {}))
    diagnostics = [read.with_end(each) for each in diagnostics]
    if kind == "json":
        return json.dumps({"diagnostics": [_plain(each) for each in diagnostics]}, indent=2)
    if kind == "sarif":
        return json.dumps(_sarif(diagnostics), indent=2)
    if kind == "github":
        return "\n".join(_annotation(each) for each in diagnostics)
    return text_of(diagnostics, read.lines)


@dataclass(frozen=True)
class _Sources:
    """The files that findings are about, each read once."""

    texts: dict[str, str]

    def lines(self, file: str) -> Sequence[str]:
        if file not in self.texts:
            self.texts[file] = _read(file)
        return lines_of(self.texts[file])

    def with_end(self, diagnostic: Diagnostic) -> Diagnostic:
        """Where nothing is known of its end, it is that of the line."""
        if not diagnostic.line or diagnostic.end_column:
            return diagnostic
        lines = self.lines(diagnostic.file)
        line = lines[diagnostic.line - 1] if diagnostic.line <= len(lines) else ""
        return replace(diagnostic, end_column=behind_line(line, diagnostic.column))


def _plain(diagnostic: Diagnostic) -> dict[str, object]:
    """All of its members. It ends on the line where it begins; its end is the column behind the last."""
    return {**asdict(diagnostic), "end_line": diagnostic.line}


def _read(file: str) -> str:
    """As much of a file as a document is read of; nothing where it cannot be read any more."""
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError:
        return ""
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _annotation(diagnostic: Diagnostic) -> str:
    subject = f"{diagnostic.key}: " if diagnostic.key else ""
    return annotation(
        diagnostic.severity,
        subject + diagnostic.message,
        title=f"goldsmith check {diagnostic.code}".rstrip(),
        file=diagnostic.file,
        line=diagnostic.line,
        column=diagnostic.column,
        end_column=diagnostic.end_column,
    )


def _sarif(diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    rules: list[dict[str, object]] = [{"id": PLAIN, "name": "GoldsmithCheck"}]
    rules += [_sarif_rule(rule) for rule in RULES.values()]
    driver = {"name": "goldsmith", "version": __version__, "rules": rules}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each) for each in diagnostics],
            }
        ],
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
    location: dict[str, object] = {"artifactLocation": {"uri": quote(Path(diagnostic.file).as_posix())}}
    if diagnostic.line:
        location["region"] = {
            "startLine": diagnostic.line,
            "startColumn": diagnostic.column,
            "endLine": diagnostic.line,
            "endColumn": diagnostic.end_column,
        }
    subject = f"{diagnostic.key}: " if diagnostic.key else ""
    return {
        "ruleId": diagnostic.code or PLAIN,
        "level": diagnostic.severity,
        "message": {"text": subject + diagnostic.message},
        "locations": [{"physicalLocation": location}],
    }
