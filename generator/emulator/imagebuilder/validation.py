"""Checks a request against botocore's model: required members, types, lengths, ranges, enumerations, patterns.

botocore itself checks types and lower bounds only, and other SDKs check less: AWS is the one that refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from generator.emulator.imagebuilder.errors import InvalidParameterValue

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}


def validate(shape: Any, value: Any, path: str = "") -> None:
    """Raises InvalidParameterValue at the first member that its shape does not allow. `shape` is botocore's."""
    if value is None:
        return
    expected = TYPES.get(shape.type_name)
    if expected is not None and (not isinstance(value, expected) or _is_stray_bool(shape, value)):
        raise InvalidParameterValue(path, f"'{path}' must be of type {shape.type_name}.")
    _check_size(shape, value, path)
    if shape.type_name == "structure":
        _validate_structure(shape, value, path)
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            validate(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            validate(shape.key, key, f"{path}.{key}")
            validate(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "string":
        _check_text(shape, value, path)


def _is_stray_bool(shape: Any, value: Any) -> bool:
    return isinstance(value, bool) and shape.type_name != "boolean"


def _validate_structure(shape: Any, value: Mapping[str, Any], path: str) -> None:
    for name in shape.required_members:
        if value.get(name) is None:
            member = _joined(path, name)
            raise InvalidParameterValue(member, f"'{member}' must not be null.")
    for name, item in value.items():
        if name in shape.members:
            validate(shape.members[name], item, _joined(path, name))


def _check_size(shape: Any, value: Any, path: str) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is None and high is None:
        return
    is_number = shape.type_name in ("integer", "long", "float", "double")
    size = value if is_number else len(value)
    what = "a value" if is_number else "length"
    if low is not None and size < low:
        raise InvalidParameterValue(path, f"'{path}' must have {what} greater than or equal to {low}.")
    if high is not None and size > high:
        raise InvalidParameterValue(path, f"'{path}' must have {what} less than or equal to {high}.")


def _check_text(shape: Any, value: str, path: str) -> None:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        raise InvalidParameterValue(path, f"'{path}' must be one of [{', '.join(allowed)}].")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        raise InvalidParameterValue(path, f"'{path}' must match pattern {pattern}")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
