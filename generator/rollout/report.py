"""The report of a rollout for other programs: a row for each root, with the columns that Terragrunt's run report has.

https://terragrunt.gruntwork.io/docs/features/run-report
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from generator.errors import JournalError, UsageError
from generator.rollout.record import RootRecord, RootState

Result = Literal["succeeded", "failed", "skipped", "unfinished"]

_RESULTS: Mapping[RootState, Result] = {
    "applied": "succeeded",
    "verified": "succeeded",
    "failed": "failed",
    "skipped": "skipped",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet knows one


@dataclass(frozen=True)
class Row:
    name: str
    started: str
    ended: str
    result: Result
    reason: str
    cause: str


def rows(records: Iterable[RootRecord]) -> list[Row]:
    return [
        Row(
            record.root,
            _time(record.started),
            _time(record.ended),
            _RESULTS.get(record.state, "unfinished"),
            record.reason or ("" if record.state in _RESULTS else record.state),
            record.cause,
        )
        for record in records
    ]


def write_report(records: Iterable[RootRecord], file: Path) -> None:
    """In the format that the file's name ends with. Raises UsageError for another, JournalError."""
    formats = {".json": as_json, ".csv": as_csv}
    if file.suffix not in formats:
        raise UsageError(f"--report {file}: ends in no format; .json and .csv are.")
    try:
        file.write_text(formats[file.suffix](rows(records)), encoding="utf-8", newline="")
    except OSError as error:
        raise JournalError(f"{file}: the report cannot be written ({error.strerror}). Name another file.") from error


def as_json(rows: Iterable[Row]) -> str:
    return json.dumps([{key: value for key, value in asdict(row).items() if value} for row in rows], indent=2) + "\n"


def as_csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Name", "Started", "Ended", "Result", "Reason", "Cause"])
    for row in rows:
        writer.writerow(["'" + cell if cell.startswith(_FORMULA) else cell for cell in asdict(row).values()])
    return text.getvalue()


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
