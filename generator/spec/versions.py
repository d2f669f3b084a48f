"""The version lock as the loading of a spec uses it: which version a content has.

Components and recipes are immutable in AWS: `CreateComponent` and `CreateImageRecipe` refuse a version that
exists, and nothing of either can be updated but tags. So a content gets a version once (`goldsmith lock`),
and keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.source.report import Report, shown
from generator.source.yaml import Document, Path
from generator.spec.messages import validated
from generator.spec.values import NAME_PATTERN, NAME_RULE
from generator.spec.written import LockWritten

LOCK_FILE = "versions.lock.yaml"

Version = tuple[int, int, int]
Locked = Mapping[str, Mapping[str, str]]  # name -> version -> digest

_VERSION = re.compile(r"(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_LARGEST = 2**30 - 1  # of each number, by EC2 Image Builder's semantic versioning


@dataclass(frozen=True)
class Lock:
    components: Locked = field(default_factory=dict)
    recipes: Locked = field(default_factory=dict)
    workflows: Locked = field(default_factory=dict)


def parse_version(text: str) -> Version:
    major, minor, patch = (int(part) for part in text.split("."))
    return major, minor, patch


def is_version(text: str) -> bool:
    return bool(_VERSION.match(text)) and max(parse_version(text)) <= _LARGEST


def version_of(locked: Locked, name: str, digest: str) -> str | None:
    """The version that a content has; the highest should it have two."""
    versions = [version for version, content in locked.get(name, {}).items() if content == digest]
    return max(versions, key=parse_version, default=None)


def read_lock(document: Document, report: Report) -> Lock | None:
    """The lock, or None after what is wrong has been reported."""
    written = validated(document, LockWritten, report)
    if written is None:
        return None
    sections = {"components": written.components, "recipes": written.recipes, "workflows": written.workflows or {}}
    findings = len(report.diagnostics)
    for section, names in sections.items():
        for name, versions in names.items():
            if not re.fullmatch(NAME_PATTERN, name):
                message = f"{shown(name)} is not allowed as a name; {NAME_RULE}. Remove it, or write it right."
                report.error(document, (section, name), message, at_key=True)
            for version, digest in versions.items():
                _check_entry(document, (section, name, version), digest, report)
    return Lock(**sections) if len(report.diagnostics) == findings else None


def _check_entry(document: Document, path: Path, digest: str, report: Report) -> None:
    version = str(path[-1])
    if not is_version(version):
        report.error(
            document,
            path,
            f"{shown(version)} is no version; three numbers up to {_LARGEST} are, such as 1.0.0.",
            at_key=True,
        )
    if not _DIGEST.match(digest):
        report.error(document, path, f"{shown(digest)} is no hash; sha256: and 64 hexadecimal digits are.")
