"""The inputs of a step against what its action module takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.documents.actions import REGISTRY_ROOTS, REGISTRY_TYPES, UNIX_INPUTS, Action, Input
from generator.documents.expressions import check_expression
from generator.documents.findings import Findings
from generator.documents.variables import is_placeholder
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

_NUMBER = re.compile(r"[0-9]+\Z")
WORDS = ("true", "false", "yes", "no", "on", "off")  # what AWSTOE's reader of YAML takes for a truth value
_URL = re.compile(r"https?://", re.IGNORECASE)
_S3 = re.compile(r"s3://", re.IGNORECASE)


def check_inputs(action: Action, step: Mapping[str, object], path: Path, findings: Findings) -> None:
    """Report what the action does not take; `path` is the step's."""
    place = (*path, "inputs")
    if step.get("inputs") is None:
        if action.needs_inputs or action.name == "Assert":
            needed = [name for name, each in action.inputs.items() if each.required] or list(action.one_of)
            what = f" with {quoted(needed, 'or' if action.one_of else 'and')}" if needed else " with a condition"
            findings.error(path, f"has no inputs, and {action.name} needs them{what}. Add them.")
    elif action.name == "Assert":
        check_expression(step["inputs"], place, findings)
    else:
        for each, where in _mappings(action, step["inputs"], place, findings):
            _check_mapping(action, each, where, findings)


def _mappings(
    action: Action, written: object, path: Path, findings: Findings
) -> Iterator[tuple[Mapping[str, object], Path]]:
    """The mappings that inputs consist of: one, or those of a list."""
    if not action.many:
        if isinstance(written, dict):
            yield written, path
        else:
            shape = "is a list" if isinstance(written, list) else f"is {shown(written)}"
            findings.error(path, f"{shape}; {action.name} takes one mapping. Leave out the dash.")
        return
    if not isinstance(written, list):
        shape = "is one mapping" if isinstance(written, dict) else f"is {shown(written)}"
        findings.error(path, f"{shape}; {action.name} takes a list of mappings. Put a dash before the first key.")
        return
    if not written:
        findings.error(path, f"is empty; {action.name} needs one entry at least.")
    for index, each in enumerate(written):
        if isinstance(each, dict):
            yield each, (*path, index)
        else:
            findings.error((*path, index), f"{shown(each)} is not allowed; a mapping is.")


def _check_mapping(action: Action, written: Mapping[str, object], path: Path, findings: Findings) -> None:
    for key, value in written.items():
        if key in action.inputs:
            _check_value(action.inputs[key], value, (*path, key), findings)
        else:
            known = list(action.inputs)
            hint = did_you_mean(key, known)
            findings.error((*path, key), f"{action.name} takes no {key}; it takes {quoted(known)}.{hint}", at_key=True)
    missing = [name for name, each in action.inputs.items() if each.required and written.get(name) is None]
    if missing:
        findings.error(
            path, f"{action.name} needs {quoted(missing, 'and')}. Add {'it' if len(missing) < 2 else 'them'}."
        )
    given = [name for name in action.one_of if name in written]
    if action.one_of and len(given) != 1:
        findings.error(path, f"has {len(given)} of {quoted(action.one_of, 'and')}; exactly one is needed.")
    if action.name in _FURTHER:
        _FURTHER[action.name](written, path, findings)


def _check_value(declared: Input, value: object, path: Path, findings: Findings) -> None:
    if value is None:
        if not declared.required:  # a required one has been reported as missing
            findings.error(path, "has no value. Give it one, or remove the key.")
    elif declared.kind == "list":
        _check_list(value, path, findings)
    elif declared.kind == "parameters":
        _check_parameters(value, path, findings)
    elif declared.kind == "mapping":
        if not isinstance(value, dict):
            findings.error(path, f"{shown(value)} is not allowed; a mapping is.")
    elif declared.kind == "text_or_list" and isinstance(value, list):
        _check_list(value, path, findings)
    elif isinstance(value, dict | list):
        what = "a list" if isinstance(value, list) else "a mapping"
        findings.error(path, f"is {what}; text is allowed. Quote a text that holds `: ` or begins with braces.")
    elif "{{" not in str(value):  # a reference shows what it is when it runs
        _check_scalar(declared, value, path, findings)


def _check_scalar(declared: Input, value: object, path: Path, findings: Findings) -> None:
    word = str(value).lower()
    if declared.kind == "boolean" and word not in WORDS:
        findings.error(path, f"{shown(value)} is not allowed; true or false is.")
    elif declared.kind == "number" and not _NUMBER.match(word):
        findings.error(path, f"{shown(value)} is not allowed; a whole number is.")
    elif declared.choices and word not in [each.lower() for each in declared.choices]:
        hint = did_you_mean(str(value), declared.choices)
        findings.error(path, f"{shown(value)} is not allowed; allowed are {quoted(declared.choices)}.{hint}")


def _check_list(value: object, path: Path, findings: Findings) -> None:
    if not isinstance(value, list):
        rest = "Check what the template makes of it." if is_placeholder(value) else "Put a dash before each entry."
        findings.error(path, f"must be a list. {rest}")
        return
    if not value:
        findings.error(path, "is empty; one entry at least is needed.")
    for index, each in enumerate(value):
        if isinstance(each, dict):
            key = next(iter(each), "")
            message = (
                f"`{key}: ...` is read as a mapping, because of the colon. Quote the line, or write it under `- |`."
            )
            findings.error((*path, index), message)
        elif isinstance(each, list):
            findings.error((*path, index), "is a list inside of a list; text is allowed.")
        elif each is None:
            findings.error((*path, index), "is empty. Remove the dash.")


def _check_parameters(value: object, path: Path, findings: Findings) -> None:
    if not isinstance(value, list):
        findings.error(path, "must be a list of mappings with name and value.")
        return
    for index, each in enumerate(value):
        if not isinstance(each, dict) or set(each) != {"name", "value"}:
            findings.error((*path, index), "must be a mapping with name and value, and nothing else.")


def _check_checksum(written: Mapping[str, object], path: Path, findings: Findings) -> None:
    given = [name for name in ("checksum", "algorithm") if name in written]
    if len(given) == 1:
        other = "algorithm" if given == ["checksum"] else "checksum"
        findings.error(path, f"has {given[0]} and no {other}; both or none are needed.")
    source = str(written.get("source", ""))
    if source and not _URL.match(source) and "{{" not in source:
        findings.error((*path, "source"), f"{shown(source)} is not allowed; a URL with http:// or https:// is.")


def _check_download(written: Mapping[str, object], path: Path, findings: Findings) -> None:
    source = str(written.get("source", ""))
    if source and not _S3.match(source) and "{{" not in source:
        findings.error((*path, "source"), f"{shown(source)} is not allowed; s3://bucket/key is.")


def _check_upload(written: Mapping[str, object], path: Path, findings: Findings) -> None:
    destination = str(written.get("destination", ""))
    if destination and not _S3.match(destination) and "{{" not in destination:
        findings.error((*path, "destination"), f"{shown(destination)} is not allowed; s3://bucket/key is.")


def _check_registry(written: Mapping[str, object], path: Path, findings: Findings) -> None:
    kind, key = str(written.get("type", "")), str(written.get("path", ""))
    if kind and "{{" not in kind and kind.removeprefix("REG_") not in REGISTRY_TYPES:
        hint = did_you_mean(kind, REGISTRY_TYPES)
        findings.error((*path, "type"), f"{shown(kind)} is not allowed; allowed are {quoted(REGISTRY_TYPES)}.{hint}")
    root = key.replace("/", "\\").split("\\")[0].rstrip(":")
    if key and "{{" not in root and root not in REGISTRY_ROOTS:
        hint = did_you_mean(root, REGISTRY_ROOTS)
        findings.error(
            (*path, "path"), f"{shown(root)} is no root of the registry; {quoted(REGISTRY_ROOTS)} are.{hint}"
        )


_FURTHER = {
    "S3Download": _check_download,
    "S3Upload": _check_upload,
    "SetRegistry": _check_registry,
    "WebDownload": _check_checksum,
}


def unix_inputs(step: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Where a step's inputs name Unix owners or permissions: index and key."""
    inputs = step.get("inputs")
    for index, each in enumerate(inputs if isinstance(inputs, list) else ()):
        for key in each if isinstance(each, dict) else ():
            if key in UNIX_INPUTS:
                yield index, key
