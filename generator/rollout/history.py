"""What the journal knows of earlier runs: how long each root took the last time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.errors import JournalError
from generator.rollout.journal import VERSION

_WORKED = ("applied", "unchanged")


def read_durations(file: Path) -> dict[str, float]:
    """Seconds by root: of its last apply, else of its last run that found nothing to do. Empty without a journal.

    Lines that are cut off, or of a version that is not known, are passed over. Raises JournalError.
    """
    found: dict[str, dict[str, float]] = {}
    for line in _lines(file):
        root, state, seconds = line.get("root"), line.get("state"), line.get("seconds")
        if isinstance(root, str) and state in _WORKED and _is_time(seconds):
            found.setdefault(root, {})[state] = float(seconds)  # type: ignore[arg-type]
    return {root: states.get("applied", states.get("unchanged", 0.0)) for root, states in found.items()}


def _is_time(seconds: object) -> bool:
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and math.isfinite(seconds) and seconds > 0


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for text in lines:
                line = _parsed(text)
                if isinstance(line, dict) and line.get("version") == VERSION:
                    yield line
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"{file}: the journal cannot be read ({error.strerror}). Name another with --journal."
        raise JournalError(message) from error


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
