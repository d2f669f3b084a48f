"""The attributes of the provider's resources, flattened: from its schema, and as the modules set them."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = ("required", "optional", "computed", "deprecated")
META = {"count", "depends_on", "for_each", "iterator", "lifecycle", "provider"}
_RESOURCE = re.compile(r'^resource "(\w+)" "\w+" \{$')
_BLOCK = re.compile(r'^\s*(?:dynamic "(\w+)"|(\w+)) \{$')
_ATTRIBUTE = re.compile(r"^\s*(\w+)\s+= (.*)$")
_VARIABLE = re.compile(r"\bvar\.(\w+)")
_LOCAL = re.compile(r"\blocal\.(\w+)")


def flattened(block: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each attribute of a block of `terraform providers schema -json`, its blocks before its name, and its flags."""
    for name, attribute in sorted(block.get("attributes", {}).items()):
        yield prefix + name, ", ".join(flag for flag in FLAGS if attribute.get(flag))
    for name, nested in sorted(block.get("block_types", {}).items()):
        yield from flattened(nested["block"], f"{prefix}{name}.")


def sets_in(schemas: Mapping[str, Any], modules: Path) -> dict[str, frozenset[str]]:
    """The sets of each resource that the modules have, as paths without indexes."""
    texts = [path.read_text() for path in modules.glob("*/*.tf")]
    types = {match[1] for text in texts for line in text.splitlines() if (match := _RESOURCE.match(line))}
    found = {name: frozenset(_sets(schemas[name]["block"])) for name in sorted(types)}
    return {name: sets for name, sets in found.items() if sets}


def _sets(block: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, attribute in block.get("attributes", {}).items():
        kind = attribute.get("type")
        if isinstance(kind, list):
            if kind[0] == "set":
                yield prefix + name
            inner = kind[1] if isinstance(kind[1], list) else ["", {}]
            members = inner[1] if inner[0] == "object" else {}
            yield from (f"{prefix}{name}.{key}" for key, each in members.items() if each[0] == "set")
    for name, nested in block.get("block_types", {}).items():
        if nested["nesting_mode"] == "set":
            yield prefix + name
        yield from _sets(nested["block"], f"{prefix}{name}.")


@dataclass
class _Reading:
    """Where a reader is in a file: the blocks around it, and what each of them is made from."""

    resource: str = ""
    path: list[str] = field(default_factory=list)
    sources: list[set[str]] = field(default_factory=list)


def set_by_modules(modules: Path) -> dict[str, dict[str, set[str]]]:
    """Resource -> attribute, flattened -> the variables that it is made from, in all modules together.

    Reads files as `terraform fmt` leaves them: a block opens on a line of its own, a long value ends where its
    brackets do.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for file in sorted(modules.glob("*/*.tf")):
        lines = file.read_text("utf-8").splitlines()
        for resource, attribute, variables in _attributes(lines, _locals(lines)):
            found.setdefault(resource, {}).setdefault(attribute, set()).update(variables)
    return found


def _attributes(lines: list[str], of_locals: Mapping[str, set[str]]) -> Iterator[tuple[str, str, set[str]]]:
    reading = _Reading()
    for text in _statements(lines):
        if opened := _RESOURCE.match(text):
            reading = _Reading(opened[1])
        elif not reading.resource:
            continue
        elif block := _BLOCK.match(text):
            reading.path.append(block[1] or ("" if block[2] == "content" else block[2]))
            reading.sources.append(set())
        elif text.strip() == "}":
            if reading.path:
                reading.path.pop()
                reading.sources.pop()
            else:
                reading = _Reading()
        elif (attribute := _ATTRIBUTE.match(text)) and "lifecycle" not in reading.path:
            variables = _variables(attribute[2], of_locals)
            if attribute[1] == "for_each" and reading.sources:
                reading.sources[-1] = variables
            elif attribute[1] not in META:
                name = ".".join([*filter(None, reading.path), attribute[1]])
                yield reading.resource, name, variables.union(*reading.sources)


def _locals(lines: list[str]) -> dict[str, set[str]]:
    """Local value -> the variables in it."""
    attributes = (match for text in _statements(lines) if (match := _ATTRIBUTE.match(text)))
    return {match[1]: set(_VARIABLE.findall(match[2])) for match in attributes}


def _variables(expression: str, of_locals: Mapping[str, set[str]]) -> set[str]:
    found = set(_VARIABLE.findall(expression))
    return found.union(*(of_locals.get(name, set()) for name in _LOCAL.findall(expression)))


def _statements(lines: list[str]) -> Iterator[str]:
    """The lines without comments, a value that spans several joined to one."""
    statement = ""
    for line in lines:
        if line.lstrip().startswith("#"):
            continue
        statement += line if not statement else " " + line.strip()
        is_value = _ATTRIBUTE.match(statement)
        if not is_value or sum(map(statement.count, "([{")) == sum(map(statement.count, ")]}")):
            yield statement
            statement = ""


def attributes_script() -> Any:
    """docs/generate_attributes.py as a module: what reaches each attribute."""
    path = Path(__file__).parents[1] / "docs" / "generate_attributes.py"
    specification = importlib.util.spec_from_file_location("generate_attributes", path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look their module up there
    specification.loader.exec_module(module)
    return module
