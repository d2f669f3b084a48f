"""Contents as data: what a version of a recipe stands for, as JSON that can be hashed, kept, and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Content = Mapping[str, Any]  # of texts, numbers, booleans, None, and lists and mappings of them


def digest_of_content(content: Content) -> str:
    """The hash by which `versions.lock.yaml` knows the content: the same for the same meaning."""
    return "sha256:" + hashlib.sha256(_canonical(content).encode()).hexdigest()


def content_text(content: Content) -> str:
    """The content as a file: one line for each value, so that a merge touches what has changed alone."""
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def is_same_content(one: Content, other: Content) -> bool:
    return _canonical(one) == _canonical(other)


def decoded(annotation: Any, value: Any) -> Any:
    """What JSON says as a value of the type: dataclasses of dataclasses, tuples, and what JSON has itself.

    The reverse of `dataclasses.asdict`; members that are missing have their defaults. Raises TypeError or ValueError
    for what is none.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _decoded_union(arguments, value)
    if origin is tuple:
        return _decoded_tuple(arguments, value)
    if origin is Literal:
        return _checked(value in arguments, value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: decoded(arguments[1], each) for key, each in _checked(isinstance(value, dict), value).items()}
    if is_dataclass(annotation) and isinstance(annotation, type):
        hints = get_type_hints(annotation)
        members = _checked(isinstance(value, dict) and value.keys() <= hints.keys(), value)
        return annotation(**{name: decoded(hints[name], each) for name, each in members.items()})
    return _checked(type(value) is annotation, value)


def _decoded_union(arguments: tuple[Any, ...], value: Any) -> Any:
    """Of the types of a union, the first that the value is one of."""
    for each in arguments:
        if each is NoneType:
            if value is None:
                return None
            continue
        try:
            return decoded(each, value)
        except (TypeError, ValueError):
            continue
    raise ValueError(f"{value!r} is not one of {arguments}")


def _decoded_tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    items = _checked(isinstance(value, list), value)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(decoded(arguments[0], each) for each in items)
    return tuple(decoded(each, item) for each, item in zip(arguments, items, strict=True))


def _checked(is_right: bool, value: Any) -> Any:
    if not is_right:
        raise ValueError(f"{value!r} is of another type")
    return value


def _canonical(content: Content) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
