"""What is told of versions that are taken: at their places in `versions.lock.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.errors import AwsError, Diagnostic
from generator.remote.versions import Answers, Taken
from generator.source.report import Report, quoted
from generator.source.yaml import Document
from generator.spec.files import read_document
from generator.spec.versions import LOCK_FILE

MEND = "Run `goldsmith lock --remote`, which gives the content a version that no account has."


def findings(directory: Path, answers: Answers) -> list[Diagnostic]:
    """One for each version of the lock, with every place that has it otherwise."""
    report = Report()
    document = read_document(directory / LOCK_FILE, report)
    if document is not None:
        for each, places in _by_version(answers.taken).items():
            _tell(document, each, places, report)
    return report.diagnostics


def failure(answers: Answers) -> AwsError | None:
    """What kept accounts from answering, as one error."""
    told = dict.fromkeys(str(error) for error in answers.failures)
    return AwsError("\n".join(told)) if told else None


def _by_version(taken: Iterable[Taken]) -> dict[tuple[str, str, str], list[Taken]]:
    found: dict[tuple[str, str, str], list[Taken]] = {}
    for each in taken:
        found.setdefault((each.section, each.name, each.version), []).append(each)
    return found


def _tell(document: Document, version: tuple[str, str, str], taken: list[Taken], report: Report) -> None:
    places = list(dict.fromkeys(each.place for each in taken))
    others = f" (so {'does' if len(places) == 2 else 'do'} {quoted(places[1:], 'and')})" if len(places) > 1 else ""
    differences = "; ".join(taken[0].differences)
    message = f"{places[0]} has this version with another content{others}: {differences}. {MEND}"
    report.error(document, version, message, at_key=True)
