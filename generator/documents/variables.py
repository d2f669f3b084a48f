"""Parameters, constants and the references to them, to loops, and to what earlier steps took and gave.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-user-defined-variables.html
https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html#document-chaining
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from generator.documents.findings import Findings
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

Section = Literal["parameters", "constants"]

NAME_RULE = "3 to 128 letters, digits, dashes and underscores are"
NAME_PATTERN = "^[A-Za-z0-9_-]{3,128}$"
_NAME = re.compile(NAME_PATTERN[:-1] + r"\Z")
_REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_-]+(?:\[[0-9]+\])?(?:\.[A-Za-z0-9_-]+(?:\[[0-9]+\])?)*)\s*\}\}")
_CHAIN = re.compile(r"([^.\[]+)\.([^.\[]+)\.(inputs|outputs)(?:\[([0-9]+)\])?(?:\.([^.\[]+))?(?:\[[0-9]+\])?\Z")
_PLACEHOLDER = re.compile(r"[\w-]*\$\{[^}]*\}[\w-]*")  # of Terraform and CloudFormation
SECTIONS: Mapping[Section, tuple[str, ...]] = {
    "parameters": ("type", "default", "description"),
    "constants": ("type", "value", "description"),
}


@dataclass(frozen=True)
class Reference:
    """`{{ text }}`; `nth` counts the same token in the same scalar, from 0."""

    text: str
    token: str
    nth: int

    @property
    def chain(self) -> Chain | None:
        """What it reads of another step; None where it is no such reference."""
        match = _CHAIN.match(self.text)
        if match is None:
            return None
        phase, step, side, index, name = match.groups()
        return Chain(phase, step, side == "outputs", None if index is None else int(index), name)


@dataclass(frozen=True)
class Chain:
    phase: str
    step: str
    is_output: bool
    index: int | None
    name: str | None


def references_in(text: str) -> Iterator[Reference]:
    """Each reference of a text. Braces around anything else are the script's own: `{{.Names}}`, `{{ a | b }}`."""
    seen: dict[str, int] = {}
    if "{{" not in text:
        return
    for match in _REFERENCE.finditer(text):
        token = match.group(0)
        yield Reference(match.group(1), token, seen.get(token, 0))
        seen[token] = seen.get(token, 0) + 1


def is_reference(value: object) -> bool:
    """Whether the whole of a value is one reference, so that its kind shows when it runs only."""
    return isinstance(value, str) and bool(_REFERENCE.fullmatch(value.strip()))


def is_placeholder(value: object) -> bool:
    """Whether a value is one word that a template has still to fill in, at least in part."""
    return isinstance(value, str) and bool(_PLACEHOLDER.fullmatch(value.strip()))


def declared_names(data: Mapping[str, object], findings: Findings) -> frozenset[str]:
    """The names of all parameters and constants; what is wrong with them is reported."""
    names: dict[str, Section] = {}
    for section in SECTIONS:
        if section in data:
            for name, path in _declarations(data[section], section, findings):
                if name in names:
                    findings.error(path, f"{name} is declared under {names[name]} already. Keep one.", at_key=True)
                names.setdefault(name, section)
    return frozenset(names)


def _declarations(written: object, section: Section, findings: Findings) -> Iterator[tuple[str, Path]]:
    if not isinstance(written, list):
        message = (
            f"must be a list, each with one name as its key: `- Name: {{type: string, {SECTIONS[section][1]}: x}}`."
        )
        findings.error((section,), message)
        return
    for index, item in enumerate(written):
        path: Path = (section, index)
        if not isinstance(item, dict) or len(item) != 1:
            findings.error(path, _misshapen(item))
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield item["name"], path
            continue
        ((name, definition),) = item.items()
        if not _NAME.match(name):
            findings.error((*path, name), f"{shown(name)} is not allowed as a name; {NAME_RULE}.", at_key=True)
        _check_definition(definition, section, (*path, name), findings)
        yield name, (*path, name)


def _check_unknown(key: str, allowed: tuple[str, ...], path: Path, findings: Findings) -> None:
    """AWSTOE passes over a key that it does not know: published components have `allowedValues`, which does nothing."""
    hint = did_you_mean(key, allowed)
    if hint or any(key in keys for keys in SECTIONS.values()):
        message = f"there is no such key; allowed are {quoted(allowed)}.{hint}"
        findings.error(path, message, at_key=True)
    else:
        findings.warning(path, f"AWSTOE does not read {key}. Remove it.", "G214", at_key=True)


def _misshapen(item: object) -> str:
    if not isinstance(item, dict):
        has = "is no mapping"
    elif isinstance(item.get("name"), str):
        name = item["name"]
        return f"has its name under `name`, as in a workflow; here the name is the key: `- {name}: {{type: string}}`."
    else:
        has = f"has {len(item)} keys"
    return f"{has}; one is allowed, which is the name: `- Name: {{type: string}}`. Indent what belongs to it."


def _check_definition(definition: object, section: Section, path: Path, findings: Findings) -> None:
    allowed = SECTIONS[section]
    if not isinstance(definition, dict):
        findings.error(path, f"must be a mapping with {quoted(allowed, 'and')}.")
        return
    for key in definition:
        if key not in allowed:
            _check_unknown(key, allowed, (*path, key), findings)
    if "type" not in definition:
        findings.error(path, "has no type. Add `type: string`.")
    elif definition["type"] != "string":
        findings.error((*path, "type"), f"{shown(definition['type'])} is not allowed; string is the only type.")
    if section == "constants" and definition.get("value") is None:
        findings.error(path, "has no value. Add one.")
    for key in (allowed[1], "description"):
        if isinstance(definition.get(key), dict | list):
            findings.error((*path, key), "must be text.")
