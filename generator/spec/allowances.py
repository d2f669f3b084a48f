"""From `allow` as written to the risks that are let through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from generator.source.yaml import Document, Path
from generator.spec.allows import AllowWritten
from generator.spec.files import Sources
from generator.spec.model_allowances import AllowedRisk


def allows_written(sources: Sources) -> Iterator[tuple[Document, Path, AllowWritten, str | None]]:
    """Each entry with where it stands, and the environment that it is about; None is all."""
    if sources.organization:
        yield from _entries(sources.organization.document, sources.organization.written.allow, None)
    for name, source in sources.environments.items():
        yield from _entries(source.document, source.written.allow, name)


def resolve_allowances(sources: Sources) -> tuple[AllowedRisk, ...]:
    return tuple(_resolved(*each) for each in allows_written(sources))


def _entries(
    document: Document, written: Iterable[AllowWritten] | None, environment: str | None
) -> Iterator[tuple[Document, Path, AllowWritten, str | None]]:
    for index, each in enumerate(written or ()):
        yield document, ("allow", index), each, environment


def _resolved(document: Document, path: Path, written: AllowWritten, environment: str | None) -> AllowedRisk:
    place = document.place(path)
    return AllowedRisk(
        code=written.code,
        address=written.address,
        reason=written.reason,
        until=date.fromisoformat(written.until),
        root=written.root or "*",
        environment=environment,
        place=f"{document.file}:{place.line}:{place.column}",
    )
