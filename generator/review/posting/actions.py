"""What a job of GitHub Actions hands on: its summary, its outputs, its remarks on files."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from generator.review.model import Level, Review, Risk
from generator.source.annotations import annotation

# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
SUMMARY_BYTES = 1024 * 1024
BYTES_OF_A_CHARACTER = 4  # at most, in UTF-8
# GitHub shows ten of each kind from a step: the same page, on annotations.
MOST = 10
_LEVELS: Mapping[Level, Literal["error", "warning", "notice"]] = {"block": "error", "warn": "warning", "note": "notice"}


def write_summary(file: Path, write: Callable[[int], str]) -> None:
    """Add the review to what the step has said so far. `write` makes it, in at most so many characters."""
    text = write(SUMMARY_BYTES - 1)
    if len(text.encode()) >= SUMMARY_BYTES:
        text = write(SUMMARY_BYTES // BYTES_OF_A_CHARACTER - 1)
    with file.open("a", encoding="utf-8") as summary:
        summary.write(f"{text}\n")


def outputs_of(review: Review) -> dict[str, str]:
    """What later steps and jobs may go by."""
    return {
        "digest": review.digest,
        "blocked": json.dumps(review.blocked),
        "changes": json.dumps(bool(review.changed)),
        "failed": str(len(review.failed)),
        "roots": json.dumps([root.name for root in review.changed]),
    }


def write_outputs(file: Path, outputs: Mapping[str, str]) -> None:
    """Each value between marks that nobody can guess, so that no value can end its own and begin another output."""
    with file.open("a", encoding="utf-8") as written:
        for name, value in outputs.items():
            mark = f"goldsmith_{secrets.token_hex(16)}"
            written.write(f"{name}<<{mark}\n{value}\n{mark}\n")


def remarks(review: Review, file_of: Callable[[str], str]) -> list[str]:
    """One remark for each root that failed, and for each kind of risk that nobody allowed; the worst first.

    `file_of` a root is where its remark stands among the changed files; empty where that is nowhere.
    """
    title = "goldsmith: a root could not be planned"
    failed = [
        annotation("error", f"{root.name}: {root.failure}", title=title, file=file_of(root.name))
        for root in review.failed
    ]
    risks = [_risk(kind, count, review, file_of) for kind, count in _kinds(review).items()]
    return _most([*failed, *risks])


def _kinds(review: Review) -> Counter[tuple[Level, str, str]]:
    kinds = Counter((risk.level, risk.code, risk.name) for risk in review.risks if risk.allowed is None)
    return Counter(dict(sorted(kinds.items(), key=lambda item: (list(_LEVELS).index(item[0][0]), item[0][1]))))


def _risk(kind: tuple[Level, str, str], count: int, review: Review, file_of: Callable[[str], str]) -> str:
    """Told by its first finding, since GitHub's ten remarks would be used up by one rule in a fleet."""
    level, code, name = kind
    first: Risk = next(risk for risk in review.risks if (risk.code, risk.level) == (code, level) and not risk.allowed)
    more = f" And {count - 1} more of {code}." if count > 1 else ""
    where = " ".join(part for part in (first.root, first.address) if part)
    message, title = f"{where}: {first.message}{more}", f"goldsmith {code} {name}"
    return annotation(_LEVELS[level], message, title=title, file=file_of(first.root))


def _most(lines: list[str]) -> list[str]:
    """The first MOST of each kind: of more GitHub shows nothing."""
    seen: Counter[str] = Counter()
    kept = []
    for line in lines:
        kind = line.split(" ", 1)[0]
        seen[kind] += 1
        if seen[kind] <= MOST:
            kept.append(line)
    return kept
