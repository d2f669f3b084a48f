"""Python values as YAML: the only way in which one reaches a template of a pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Yaml:
    """Text that is YAML already. Not a `str`: whatever was not encoded cannot pass for it."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]


def encode(value: Value) -> Yaml:
    """A flow value that YAML reads as `value`: JSON, whose strings are YAML's double-quoted ones.

    https://yaml.org/spec/1.2.2/#12-relation-to-json. Raises ValueError for what ends a line, and for half a character.
    """
    text = json.dumps(value, ensure_ascii=False)
    if any(0xD800 <= ord(each) <= 0xDFFF or each in "\x7f\x85\u2028\u2029\ufeff" for each in text):
        raise ValueError(f"{value!r} cannot be written as YAML on one line")
    return Yaml(text)
