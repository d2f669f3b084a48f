"""The calls that the embedded AWS has seen from sessions of roles, and those that are known to be needed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

KNOWN = Path(__file__).parent / "bootstrap" / "calls.json"
COMMAND = (
    f"GOLDSMITH_REGENERATE=1 python -m pytest {KNOWN.parent.parent.name}/test_examples.py; then review the difference"
)

_CALL = re.compile(r" (?P<call>[\w-]+:\w+) by assumed-role/(?P<role>[^/]+)/")


class SeenCalls:
    """Reads the log of the embedded AWS from where it is now."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._from = log.stat().st_size

    def by(self, role: str) -> set[str]:
        """`service:Operation` of all that sessions of this role have asked for."""
        with self._log.open(encoding="utf-8") as lines:
            lines.seek(self._from)
            return {match["call"] for line in lines if (match := _CALL.search(line)) and match["role"] == role}


def known_calls() -> dict[str, list[str]]:
    """Of the roles that plan and that apply, over every example and the root that has all modules."""
    known: dict[str, list[str]] = json.loads(KNOWN.read_text(encoding="utf-8"))
    return known


def assert_known(seen: set[str], role: str) -> None:
    """A call that is not known may lack a right in modules/bootstrap, which is compared with the known ones."""
    known = known_calls()
    if os.environ.get("GOLDSMITH_REGENERATE"):
        known[role] = sorted({*known[role], *seen})
        KNOWN.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    assert seen, f"{role} has asked for nothing"
    assert sorted(seen - {*known[role]}) == [], COMMAND
