"""Python values as HCL: the only way in which a value of a spec reaches Terraform.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md (template expressions, string literals).
What is written here is as `terraform fmt` would have it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INDENT = "  "
LINE = 100  # characters up to which a list, or an object in a list, stays on one line

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*\Z")
_KEYWORDS = frozenset({"else", "endfor", "endif", "false", "for", "if", "in", "null", "true"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True)
class Hcl:
    """Text that is HCL already. Not a `str`: whatever was not encoded cannot pass for it."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = str | bool | int | None | Hcl | Sequence["Value"] | Mapping[str, "Value"]


def encode(value: Value, depth: int = 0) -> Hcl:
    """A literal that Terraform reads as `value`; Hcl is passed through.

    `depth` is how many times the line that it begins on is indented. Mappings keep their order. Strings come
    back in Unicode's normal form C, in which Terraform holds every string. Raises ValueError for text that is
    not Unicode and for keys that normal form makes the same, TypeError for values of other types.
    """
    return Hcl(_encode(value, depth))


def quoted(text: str) -> str:
    """A string literal with its quotation marks."""
    return f'"{_escape(text)}"'


def interpolated(*parts: str | Hcl) -> Hcl:
    """A string of text and of expressions: `"arn:aws:iam::1:role/${var.role}"`."""
    return Hcl('"' + "".join(f"${{{part}}}" if isinstance(part, Hcl) else _escape(part) for part in parts) + '"')


def reference(path: str) -> Hcl:
    """An expression such as `module.image_key.arn`. Raises ValueError for anything but a path of names."""
    if not _PATH.match(path):
        raise ValueError(f"{path!r} is not a path of names")
    return Hcl(path)


def element(path: str, key: str) -> Hcl:
    """An expression such as `module.network.subnet_ids["us-east-1a"]`."""
    return Hcl(f"{reference(path)}[{quoted(key)}]")


def label(name: str) -> str:
    """A name of the spec as one of Terraform's: harden-os -> harden_os. Raises ValueError for other text."""
    if not re.match(r"[a-z][a-z0-9-]*\Z", name):
        raise ValueError(f"{name!r} is not a name")
    return name.replace("-", "_")


def version_label(version: str) -> str:
    """A version as a part of one of Terraform's names: 1.0.3 -> 1_0_3. Raises ValueError for other text."""
    if not re.match(r"[0-9]+\.[0-9]+\.[0-9]+\Z", version):
        raise ValueError(f"{version!r} is not a version")
    return version.replace(".", "_")


def comment(text: str) -> Hcl:
    """A comment of one line. Raises ValueError for text that would end it."""
    if not text.isprintable():
        raise ValueError(f"{text!r} is not one line of text")
    return Hcl(f"# {text}")


def _encode(value: Value, depth: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, Hcl):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return _list(value, depth)
    raise TypeError(f"no HCL for a value of type {type(value).__name__}")


def _list(values: Sequence[Value], depth: int) -> str:
    line = f"[{', '.join(_item(value, depth) for value in values)}]"
    if _fits(line, depth):
        return line
    inner = INDENT * (depth + 1)
    items = "".join(f"{inner}{_item(value, depth + 1)},\n" for value in values)
    return f"[\n{items}{INDENT * depth}]"


def _item(value: Value, depth: int) -> str:
    """An element of a list: an object of scalars stays on one line where it fits."""
    if isinstance(value, Mapping) and value and all(_is_scalar(each) for each in value.values()):
        pairs = ", ".join(f"{key} = {_encode(each, depth)}" for key, each in _pairs(value))
        if _fits(pairs, depth):
            return f"{{ {pairs} }}"
    return _encode(value, depth)


def _object(values: Mapping[str, Value], depth: int) -> str:
    if not values:
        return "{}"
    entries = [(key, _encode(each, depth + 1)) for key, each in _pairs(values)]
    inner = INDENT * (depth + 1)
    lines = "".join(
        f"{inner}{key}{' ' * gap}= {text}\n" for (key, text), gap in zip(entries, _gaps(entries), strict=True)
    )
    return f"{{\n{lines}{INDENT * depth}}}"


def _gaps(entries: Sequence[tuple[str, str]]) -> list[int]:
    """Spaces before each `=`: aligned over neighbours whose values take one line, as `terraform fmt` does."""
    gaps = [1] * len(entries)
    start = 0
    for end in range(len(entries) + 1):
        if end < len(entries) and "\n" not in entries[end][1]:
            continue
        width = max((len(key) for key, _ in entries[start:end]), default=0)
        for index in range(start, end):
            gaps[index] = width - len(entries[index][0]) + 1
        start = end + 1
    return gaps


def _pairs(values: Mapping[str, Value]) -> list[tuple[str, Value]]:
    pairs = {_key(key): each for key, each in values.items()}
    if len(pairs) != len(values):
        raise ValueError(f"keys that Unicode's normal form makes the same: {', '.join(map(repr, values))}")
    return list(pairs.items())


def _key(key: str) -> str:
    if _NAME.match(key) and key not in _KEYWORDS:
        return key
    # In ASCII, a key's width is its length, for the alignment.
    return "".join(each if each.isascii() else _numbered(each) for each in quoted(key))


def _is_scalar(value: Value) -> bool:
    return value is None or isinstance(value, str | bool | int | Hcl)


def _fits(line: str, depth: int) -> bool:
    return "\n" not in line and len(line) + len(INDENT) * depth <= LINE


def _escape(text: str) -> str:
    normal = unicodedata.normalize("NFC", text)
    if not (normal.isascii() and normal.isprintable()) or '"' in normal or "\\" in normal:
        normal = "".join(_character(each) for each in normal)
    return normal.replace("${", "$${").replace("%{", "%%{")


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if "\ud800" <= character <= "\udfff":
        raise ValueError(f"{_numbered(character)} is half of a character; text of a spec is Unicode")
    # Control and format characters and odd spaces: a reviewer would not see them, or would see something else.
    return character if character.isprintable() and ord(character) <= 0xFFFF else _numbered(character)


def _numbered(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
