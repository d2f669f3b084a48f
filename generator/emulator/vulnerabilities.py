"""Vulnerabilities on request: what Amazon Inspector finds in images that are scanned from now on.

Nothing is installed in the embedded AWS, so nothing is found but what was asked for here. By patterns (`*`, `?`) it is
said in which images, by the name of their recipe, and in which accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

# A score within each: https://docs.aws.amazon.com/inspector/latest/user/findings-understanding-severity.html
SCORES: Mapping[str, float] = {
    "CRITICAL": 9.8,
    "HIGH": 8.1,
    "MEDIUM": 5.5,
    "LOW": 3.1,
    "INFORMATIONAL": 0.0,
    "UNTRIAGED": 0.0,
}
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{2,}\Z")


@dataclass(frozen=True)
class Vulnerability:
    """`id` as CVE-2026-1234; `fixed_in` is empty where no version mends it."""

    number: int
    id: str
    severity: str = "HIGH"
    package: str = "openssl"
    version: str = "3.0.7"
    fixed_in: str = ""
    title: str = ""
    image: str = "*"
    account: str = "*"

    @property
    def score(self) -> float:
        return SCORES[self.severity]

    def is_in(self, image: str, account_id: str) -> bool:
        return fnmatchcase(image.lower(), self.image.lower()) and fnmatchcase(account_id, self.account)

    def shown(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value != ""}


class Vulnerabilities:
    """All that scans find."""

    def __init__(self) -> None:
        self.known: list[Vulnerability] = []

    def add(self, wanted: Mapping[str, Any]) -> Vulnerability:
        """Raises ValueError for a wish that cannot be understood."""
        fields = [name for name in Vulnerability.__dataclass_fields__ if name != "number"]
        unknown = [name for name in wanted if name not in fields]
        if unknown:
            raise ValueError(f"{unknown[0]!r}: a vulnerability has no such key; it has {', '.join(fields)}")
        if not IDENTIFIER.match(str(wanted.get("id") or "")):
            raise ValueError(f"id {wanted.get('id')!r}: a vulnerability needs one, such as CVE-2026-1234")
        given = {name: str(value) for name, value in wanted.items() if value not in (None, "")}
        given["severity"] = given.get("severity", "HIGH").upper()
        if given["severity"] not in SCORES:
            raise ValueError(f"severity {wanted['severity']!r}: there is no such one; there are {', '.join(SCORES)}")
        number = 1 + max((vulnerability.number for vulnerability in self.known), default=0)
        self.known.append(Vulnerability(number=number, **given))
        return self.known[-1]

    def found_in(self, image: str, account_id: str) -> list[Vulnerability]:
        return [vulnerability for vulnerability in self.known if vulnerability.is_in(image, account_id)]

    def clear(self) -> int:
        count = len(self.known)
        self.known = []
        return count

    def restore(self, kept: Iterable[Vulnerability]) -> None:
        self.known = list(kept)


VULNERABILITIES = Vulnerabilities()
