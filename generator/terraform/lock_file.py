"""Which providers a `.terraform.lock.hcl` names. https://developer.hashicorp.com/terraform/language/files/dependency-lock"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PROVIDER = re.compile(
    r'^provider "(?P<source>[^"]+)" \{\s*version\s*=\s*"(?P<version>[^"]+)"(?P<rest>.*?)^\}', re.MULTILINE | re.DOTALL
)
_HASH = re.compile(r'"(h1:[^"]+)"')


@dataclass(frozen=True)
class LockedProvider:
    version: str
    hashes: frozenset[str]  # of its packages, `h1:` and a digest


def locked_providers(lock_file: Path) -> dict[str, LockedProvider]:
    """By source address; none where there is no such file."""
    return providers_in(lock_file.read_text(encoding="utf-8") if lock_file.is_file() else "")


def providers_in(text: str) -> dict[str, LockedProvider]:
    """By source address, of a lock file's text."""
    return {
        match["source"]: LockedProvider(match["version"], frozenset(_HASH.findall(match["rest"])))
        for match in _PROVIDER.finditer(text)
    }
