"""In what two contents differ, in words: the place, and what stands there on each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from generator.remote.documents import Read
from generator.remote.wanted import Content
from generator.source.report import key_path, shown
from generator.source.yaml import Path

MOST = 3  # differences that are told
MISSING = object()


def differences(wanted: Content, held: Content) -> list[str]:
    """What is otherwise in AWS, member by member of what is wanted; empty where the content is the same."""
    found = [each for name, value in wanted.items() for each in _of(value, held.get(name), (name,))]
    return found[:MOST] + ([f"{len(found) - MOST} more"] if len(found) > MOST else [])


def _of(wanted: Any, held: Any, path: Path) -> Iterator[str]:
    if isinstance(wanted, Read) and isinstance(held, Read):
        if wanted.text != held.text:
            found = list(_of(wanted.data, held.data, ()))
            yield from found or [f"{key_path(path)} is written otherwise"]
    elif isinstance(wanted, Mapping) and isinstance(held, Mapping):
        for key in [*wanted, *(key for key in held if key not in wanted)]:
            yield from _of(wanted.get(key, MISSING), held.get(key, MISSING), (*path, key))
    elif isinstance(wanted, list) and isinstance(held, list):
        for index, (here, there) in enumerate(zip_longest(wanted, held, fillvalue=MISSING)):
            yield from _of(here, there, (*path, index))
    elif wanted is MISSING or held is MISSING:
        yield f"{key_path(path)} is {'there and not here' if wanted is MISSING else 'here and not there'}"
    elif wanted != held or type(wanted) is not type(held):
        yield f"{key_path(path)} is {_told(held, wanted)} there and {_told(wanted, held)} here"


def _told(value: Any, other: Any) -> str:
    """A value; of texts of many lines, the first line that is not the same."""
    if value is None:
        return "not set"
    if isinstance(value, str) and isinstance(other, str):
        mine, others = value.split("\n"), other.split("\n")
        if len(mine) > 1 or len(others) > 1:
            return next((shown(line) for line, its in zip_longest(mine, others) if line != its and line), "shorter")
    if isinstance(value, dict | list):
        return "something else"
    return shown(value)
