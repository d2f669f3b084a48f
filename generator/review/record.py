"""What was planned, as a file: written by each shard of a plan, read and merged for one review. It holds no secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from generator import __version__
from generator.errors import ReviewError
from generator.review.digest import root_digest
from generator.review.model import Planned, PlannedRoot
from generator.terraform.mirror import write_private

VERSION = 1
AGAIN = "Plan again, with: goldsmith plan --save FILE"


def write_planned(planned: Planned, file: Path) -> None:
    """Write it for its owner alone. Raises ReviewError where the file cannot be written."""
    document = {"version": VERSION, "goldsmith": __version__, **as_document(planned)}
    try:
        write_private(file, json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")
    except OSError as error:
        raise ReviewError(f"{file}: cannot be written ({error.strerror}). Name another file.") from error


def as_document(planned: Planned) -> dict[str, Any]:
    """What the file holds besides its version; what is as usual is left out."""
    document: dict[str, Any] = _adapter().dump_python(planned, mode="json", exclude_defaults=True)
    return document


def planned_schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    schema = _adapter().json_schema()
    envelope = {"version": {"const": VERSION}, "goldsmith": {"type": "string"}}
    return {
        **schema,
        "title": "What Goldsmith planned",
        "properties": {**envelope, **schema["properties"]},
        "required": [*envelope, *schema["required"]],
    }


def read_planned(files: Sequence[Path]) -> Planned:
    """The files of one plan, shards put together, roots in their order by name.

    Raises ReviewError for a file that was not written by this version of the format, or was changed since, and where
    files are not shards of one plan: of other commits, Terraforms or keys, with a root twice, or one missing.
    """
    parts = [(file, _read(file)) for file in files]
    if not parts:
        raise ReviewError(f"no planned file was named. {AGAIN}")
    first_file, first = parts[0]
    for file, part in parts[1:]:
        _require_alike(first_file, first, file, part)
    _require_whole(parts)
    roots = _roots_of(parts)
    return Planned(
        roots=tuple(sorted(roots.values(), key=lambda root: root.name)),
        commit=first.commit,
        base=first.base,
        terraform=first.terraform,
        unaffected=tuple(sorted({name for _, part in parts for name in part.unaffected} - set(roots))),
        key=first.key,
        chosen=first.chosen,
        to_commit=first.to_commit,
        kind=first.kind,
    )


@cache
def _adapter() -> TypeAdapter[Planned]:
    return TypeAdapter(Planned)


def _read(file: Path) -> Planned:
    document = _document(file)
    version = document.get("version")
    if version != VERSION:
        raise ReviewError(
            f"{file}: is a planned file of version {version!r}; this Goldsmith reads version {VERSION}. "
            f"Use the Goldsmith that wrote it ({document.get('goldsmith', 'unknown')}). {AGAIN}"
        )
    try:
        planned = _adapter().validate_python({key: value for key, value in document.items() if key != "version"})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ReviewError(f"{file}: is damaged at {place} ({first['msg']}). {AGAIN}") from error
    for root in planned.roots:
        if (root.plan is None) != bool(root.failure) or root.digest != root_digest(root):
            raise ReviewError(f"{file}: {root.name} is not as it was planned: its digest does not fit. {AGAIN}")
    return planned


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise ReviewError(f"{file}: cannot be read ({error.strerror}). {AGAIN}") from error
    except ValueError as error:
        raise ReviewError(f"{file}: is no JSON, so no planned file ({error}). {AGAIN}") from error
    if not isinstance(document, dict):
        raise ReviewError(f"{file}: is no planned file, which is a JSON object. {AGAIN}")
    return document


_ALIKE: tuple[tuple[str, Callable[[Planned], object]], ...] = (
    ("kind", lambda planned: planned.kind),
    ("commit", lambda planned: planned.commit),
    ("tree", lambda planned: "that of the commit" if planned.to_commit else ""),
    ("base", lambda planned: planned.base),
    ("version of Terraform", lambda planned: planned.terraform),
    ("choice of roots", lambda planned: " ".join(planned.chosen)),
    ("digest key", lambda planned: planned.key),
    ("number of shards", lambda planned: planned.shard[1]),
)


def _require_alike(one_file: Path, one: Planned, other_file: Path, other: Planned) -> None:
    for name, of in _ALIKE:
        if of(one) != of(other):
            raise ReviewError(
                f"{other_file}: has another {name} than {one_file} ({of(other) or 'none'} instead of "
                f"{of(one) or 'none'}); the files of one review are of one plan. Plan all of them again, together."
            )


def _require_whole(parts: Sequence[tuple[Path, Planned]]) -> None:
    count = parts[0][1].shard[1]
    present = [part.shard[0] for _, part in parts]
    missing = sorted(set(range(1, count + 1)) - set(present))
    if missing and count > 1:
        named = ", ".join(f"{index}/{count}" for index in missing)
        raise ReviewError(f"{parts[0][0]}: of its plan, {named} is missing. Name the files of all {count} shards.")


def _roots_of(parts: Sequence[tuple[Path, Planned]]) -> dict[str, PlannedRoot]:
    roots: dict[str, PlannedRoot] = {}
    places: dict[str, Path] = {}
    for file, part in parts:
        for root in part.roots:
            if root.name in roots:
                raise ReviewError(f"{file}: {root.name} is in {places[root.name]} too. Name each file once.")
            roots[root.name], places[root.name] = root, file
    return roots
