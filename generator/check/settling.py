"""A merge conflict in `versions.lock.yaml`, settled: all that both sides have, and each version for one content.

Where both sides gave a version to other contents, that of our side keeps it, and the other gets the next version of its
name. The contents that the merge has made of both get theirs like any content that has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.check.next_version import highest, next_version
from generator.errors import SpecError
from generator.source.conflicts import Sides, sides_of
from generator.source.report import Report
from generator.source.yaml import MAX_BYTES, parse
from generator.spec.versions import Lock, Locked, parse_version, read_lock

SECTIONS = ("components", "recipes", "workflows")


@dataclass(frozen=True)
class Renumbered:
    """A content of their side whose version is another's by ours."""

    section: str
    name: str
    version: str
    new_version: str

    def told(self, sides: Sides) -> str:
        return (
            f"{self.section.removesuffix('s')} {self.name} {self.version} is another content in {sides.our_label} than "
            f"in {sides.their_label}: that of {sides.our_label} keeps it, that of {sides.their_label} is "
            f"{self.new_version} now."
        )


@dataclass(frozen=True)
class Settled:
    lock: Lock
    notices: tuple[str, ...]  # what was done, in words


def read_settled(path: Path, report: Report) -> Settled | None:
    """The lock of a file with merge conflicts; None where it has none, or after what is wrong has been reported."""
    try:
        with path.open("rb") as file:
            text = file.read(2 * MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    sides = sides_of(text, keep_lines=True)
    if sides is None:
        return None
    ours, theirs = (_read(path, side, report) for side in (sides.ours, sides.theirs))
    return settled(ours, theirs, sides) if ours and theirs else None


def settled(ours: Lock, theirs: Lock, sides: Sides) -> Settled:
    """All entries of both; the same for the same two sides."""
    united: dict[str, Locked] = {}
    renumbered: list[Renumbered] = []
    for section in SECTIONS:
        mine, other = getattr(ours, section), getattr(theirs, section)
        united[section], moved = _united(section, mine, other)
        renumbered += moved
    head = f"settled the merge of {sides.our_label} and {sides.their_label}: every version of both is in it."
    return Settled(Lock(**united), (head, *(each.told(sides) for each in renumbered)))


def _read(path: Path, side: str, report: Report) -> Lock | None:
    try:
        return read_lock(parse(str(path), side.encode()), report)
    except SpecError as error:
        report.add(error.diagnostics)
        return None


def _united(section: str, ours: Locked, theirs: Locked) -> tuple[Locked, list[Renumbered]]:
    united = {name: {**theirs.get(name, {}), **ours.get(name, {})} for name in sorted(ours.keys() | theirs.keys())}
    renumbered = []
    for name, version, digest in _collisions(ours, theirs):
        versions = united[name]
        new = highest(each for each, content in versions.items() if content == digest)
        new = new or next_version(highest(versions))
        versions[new] = digest
        renumbered.append(Renumbered(section, name, version, new))
    return united, renumbered


def _collisions(ours: Locked, theirs: Locked) -> Iterator[tuple[str, str, str]]:
    """Name, version and content by their side of each version that is another content by ours; the lowest first."""
    for name in sorted(ours.keys() & theirs.keys()):
        mine: Mapping[str, str] = ours[name]
        for version in sorted(mine.keys() & theirs[name].keys(), key=parse_version):
            if mine[version] != theirs[name][version]:
                yield name, version, theirs[name][version]
