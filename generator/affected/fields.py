"""What differs between two values of the model: the names of the fields, wherever a new field comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from generator.affected.reason import printable
from generator.spec.model_accounts import Account

T = TypeVar("T")
K = TypeVar("K", str, tuple[str, str, str])

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/?*#,+()-]{0,79}\Z")
MOST = 6  # parts that a reason names
_UNTOLD = ("description", "document", "dockerfile", "user_data")  # prose and scripts


def differing(before: Any, after: Any) -> list[str]:
    """The names of the fields in which two dataclasses of one type differ."""
    return [each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)]


def deep_differing(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """The same, down to fields of fields: `placement.tenancy`."""
    for name in differing(before, after):
        old, new, path = getattr(before, name), getattr(after, name), f"{at}{name}"
        if is_dataclass(old) and type(old) is type(new):
            yield from deep_differing(old, new, f"{path}.")
        else:
            yield path


def words(path: str) -> str:
    """A field's name as a sentence has it: `instance types`."""
    return path.replace("_", " ").replace(".", ": ")


def differing_keys(before: Mapping[K, Any], after: Mapping[K, Any]) -> list[K]:
    """The keys that are in one only, or have another value."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def named_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The same keys in words."""
    return ", ".join(printable(key) for key in differing_keys(before, after))


def renumbered(value: T, accounts: Mapping[Account, Account]) -> T:
    """The value with accounts exchanged, at any depth."""
    result: T = _renumbered(value, accounts)
    return result


def _renumbered(value: Any, accounts: Mapping[Account, Account]) -> Any:
    if isinstance(value, Account):
        return accounts.get(value, value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _renumbered(getattr(value, each.name), accounts) for each in fields(value)})
    if isinstance(value, tuple):
        return tuple(_renumbered(each, accounts) for each in value)
    if isinstance(value, Mapping):
        return {key: _renumbered(each, accounts) for key, each in value.items()}
    return value


def told(path: str, before: object, after: object) -> str:
    """`schedule: cron(0 3 * * ? *) -> manual`: with the values where they are short and plain, else by name alone."""
    old, new = (_said(each) for each in (before, after))
    is_plain = _PLAIN.match(old) and _PLAIN.match(new) and path.rpartition(".")[2] not in _UNTOLD
    return f"{words(path)} {old} -> {new}" if is_plain else words(path)


def some(parts: list[str], separator: str = ", ") -> str:
    """Parts in a row; many are cut, since nobody reads a line of twenty."""
    return separator.join(parts if len(parts) <= MOST else [*parts[: MOST - 1], f"{len(parts) - MOST + 1} more"])


def described(name: str, before: object, after: object) -> str:
    """What is other about a field, down to its parts: `volume: size 8 -> 40`."""
    if not is_dataclass(before) or type(before) is not type(after):
        return told(name, before, after)
    parts = [told(path, _at(before, path), _at(after, path)) for path in deep_differing(before, after)]
    return f"{words(name)}: {some(parts)}"


def _said(value: object) -> str:
    """As a spec would say it."""
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _at(value: object, path: str) -> object:
    for name in path.split("."):
        value = getattr(value, name)
    return value
