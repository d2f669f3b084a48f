"""Terraform's lock of a state: who has it, for how long. Read from the lock itself, or from an error that quotes it.

With `use_lockfile` the lock is an object beside the state, made and removed by Terraform; a run that is ended from
outside leaves it behind. https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SUFFIX = ".tflock"  # behind the key of the state
_OPERATION = "OperationType"  # before what it is: OperationTypeApply


@dataclass(frozen=True)
class StateLock:
    id: str
    who: str  # user@host
    operation: str  # Apply, Plan; empty where Terraform does not say
    version: str  # of Terraform
    created: datetime | None

    @property
    def host(self) -> str:
        return self.who.rpartition("@")[2]


def lock_of_text(text: str) -> StateLock:
    """What a lock's own text says; of one that nobody can read, nothing."""
    try:
        document = json.loads(text)
    except ValueError:
        document = {}
    facts = document if isinstance(document, dict) else {}
    return _lock({name.lower(): str(value) for name, value in facts.items()})


def lock_in_error(said: str) -> StateLock | None:
    """The lock that an error of Terraform's quotes; None where it quotes none."""
    _, found, quoted = said.partition("Lock Info:")
    return _lock({name.lower(): value for name, value in re.findall(r"(\w+): +(\S.*)", quoted)}) if found else None


def lock_in_words(lock: StateLock, now: datetime) -> str:
    """`locked by ada@ci-7 12 min ago (apply, Terraform 1.11.4, lock 7a0c...)`."""
    when = f" {age(now - lock.created)} ago" if lock.created else ""
    version = f"Terraform {lock.version}" if lock.version else ""
    details = ", ".join(filter(None, (lock.operation.lower(), version, f"lock {lock.id}" if lock.id else "")))
    return f"locked by {lock.who or 'somebody'}{when}" + (f" ({details})" if details else "")


def age(time: timedelta) -> str:
    """In its largest unit: `45 s`, `12 min`, `3 h`, `2 d`."""
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _lock(facts: dict[str, str]) -> StateLock:
    operation = facts.get("operation", "").removeprefix(_OPERATION)
    return StateLock(
        *(facts.get("id", ""), facts.get("who", ""), operation, facts.get("version", "")),
        _moment(facts.get("created", "")),
    )


def _moment(text: str) -> datetime | None:
    """Terraform's two ways to write one, both in UTC: `2026-11-25T03:22:42.1Z`, `2026-11-25 03:22:42.1 +0000 UTC`."""
    found = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)", text)
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
