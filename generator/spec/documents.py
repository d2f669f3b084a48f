"""Component documents: what is read of them, and the form in which they go to AWS.

A component's content cannot be changed in AWS once it has a version. So that a comment or another order of
keys is no change, a document goes to AWS in one canonical form: keys in a fixed order, no comments, every
value as written.
What AWSTOE makes of the steps is checked in `generator.documents`.

Document: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import yaml

from generator.documents.actions import ACTIONS
from generator.documents.component import check_component
from generator.source.report import Report
from generator.source.yaml import Document, Path, Scalar
from generator.spec.document_settings import digest_with
from generator.spec.model import Component, Platform
from generator.spec.model_documents import MAX_BYTES, DocumentSettings

PLATFORMS: tuple[Platform, ...] = ("Linux", "Windows", "macOS")

# What a reader looks for first; other keys follow in alphabetical order.
_KEY_ORDER = (
    "name", "description", "schemaVersion", "parameters", "constants", "phases",
    "action", "type", "default", "value", "if", "loop", "timeoutSeconds", "onFailure", "maxAttempts",
    "inputs", "steps",
)  # fmt: skip
_RANK = {key: rank for rank, key in enumerate(_KEY_ORDER)}


@dataclass(frozen=True)
class ComponentDocument:
    name: str
    source: Document
    text: str  # canonical
    digest: str  # of its meaning and its settings: sha256:...
    platforms: tuple[Platform, ...]  # those that all of its actions work on; the first is its own
    kind: Literal["BUILD", "TEST"]
    description: str
    parameters: Mapping[str, bool]  # name -> whether a value must be given
    settings: DocumentSettings = field(default_factory=DocumentSettings)

    @property
    def platform(self) -> Platform:
        """The platform that the component bears its plain name on."""
        return self.platforms[0]

    def component(self, version: str, platform: Platform) -> Component:
        is_plain = platform == self.platform
        return Component(self.name, version, platform, self.kind, self.description, self.text, is_plain, self.settings)

    def with_settings(self, settings: DocumentSettings) -> ComponentDocument:
        """The document as it is told to AWS with settings, which are a part of what its version stands for."""
        return replace(self, settings=settings, digest=digest_with(self.digest, settings))


def component_document(name: str, document: Document, report: Report) -> ComponentDocument | None:
    """Read a component's document; None after what is wrong has been reported."""
    errors = report.errors
    check_component(document, report)
    _check_what_aws_refuses(document, report)
    data = document.data
    if not isinstance(data, dict) or report.errors > errors:
        return None
    check_canonical_size(document, "component", report)
    return read_component(name, document) if report.errors == errors else None


def read_component(name: str, document: Document) -> ComponentDocument:
    """A component's document that is known to be right: it has been checked, now or when it got its version."""
    data: Any = document.data
    phases = data["phases"]
    return ComponentDocument(
        name=name,
        source=document,
        text=canonical_text(document),
        digest=digest_of(document),
        platforms=_platforms(phases),
        kind="TEST" if all(phase["name"] == "test" for phase in phases) else "BUILD",
        description=str(data.get("description") or name),
        parameters=_parameters(data.get("parameters")),
    )


def check_canonical_size(document: Document, kind: str, report: Report) -> None:
    """As `check_size`, of the canonical text, which is only written where it may be too long: that takes longest."""
    if _most_bytes(document) > MAX_BYTES:
        check_size(document, canonical_text(document), kind, report)


def _most_bytes(document: Document) -> int:
    """What the canonical text has at most: every key with its indentation, every value quoted and escaped."""
    keys = sum(2 * len(str(path[-1]).encode()) + 4 * len(path) + 8 for path in document.values if path)
    return keys + sum(_most_bytes_of(path, scalar.text) for path, scalar in document.scalars.items())


def _most_bytes_of(path: Path, text: str) -> int:
    is_plain = text.isascii() and text.replace("\n", "").isprintable()
    size = len(text.encode()) * (1 if is_plain else 6)
    return 2 * size + 4 * (len(path) + 1) * (text.count("\n") + 1)


def check_size(document: Document, text: str, kind: str, report: Report) -> None:
    """Report a document that is too long for AWS, however it gets there."""
    size = len(text.encode())
    if size > MAX_BYTES:
        message = f"has {size} bytes without its comments; AWS takes {MAX_BYTES} in a {kind}. Split it in two."
        report.error(document, (), message)


def _check_what_aws_refuses(document: Document, report: Report) -> None:
    """What CreateComponent does not take, whatever AWSTOE would make of it."""
    description = document.data.get("description") if isinstance(document.data, dict) else None
    if isinstance(description, str) and not 1 <= len(description) <= 1024:
        report.error(document, ("description",), "is not allowed; text of 1 to 1024 characters is.")
    for path, scalar in document.scalars.items():
        if "\x00" in scalar.text:
            report.error(document, path, "holds the character U+0000, which AWS refuses in a document. Remove it.")


def _platforms(phases: Sequence[Mapping[str, Sequence[Mapping[str, str]]]]) -> tuple[Platform, ...]:
    """The platforms on which every step works that has no condition, by which it might be skipped."""
    actions = [step["action"] for phase in phases for step in phase["steps"] if "if" not in step]
    return tuple(each for each in PLATFORMS if all(each in ACTIONS[action].platforms for action in actions))


def _parameters(written: object) -> dict[str, bool]:
    """Declared as a list of mappings of one key each: `- Name: {type: string, default: x}`."""
    declared = [item for item in written if isinstance(item, dict)] if isinstance(written, list) else []
    return {
        name: not (isinstance(definition, dict) and "default" in definition)
        for item in declared
        for name, definition in item.items()
    }


def canonical_text(document: Document, leave_out: str | None = None) -> str:
    """The document as it goes to AWS, without one of its keys: the same text for the same meaning."""
    node = _node(document, _without(document.data, leave_out), ())
    text: str = yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=float("inf"), indent=2)
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def digest_of(document: Document, leave_out: str | None = None) -> str:
    """The hash of what the document means, without one of its keys."""
    meaning = _meaning(document, _without(document.data, leave_out), ())
    canonical = json.dumps(meaning, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _without(data: object, key: str | None) -> object:
    return {name: value for name, value in data.items() if name != key} if isinstance(data, dict) else data


def _meaning(document: Document, data: object, path: Path) -> object:
    """The data as JSON; what is not text is kept as typed, since AWSTOE reads YAML by rules of its own."""
    if isinstance(data, dict):
        return {key: _meaning(document, value, (*path, key)) for key, value in data.items()}
    if isinstance(data, list):
        return [_meaning(document, value, (*path, index)) for index, value in enumerate(data)]
    scalar = document.scalars[path]
    tag = _tag(scalar)
    return scalar.text if tag == _STRING else {tag: scalar.text}


def _node(document: Document, data: object, path: Path) -> yaml.Node:
    if isinstance(data, dict):
        items = [
            (yaml.ScalarNode(_STRING, key, style=_style(key)), _node(document, data[key], (*path, key)))
            for key in sorted(data, key=lambda key: (_RANK.get(key, len(_RANK)), key))
        ]
        return yaml.MappingNode(f"{_TAGS}map", items, flow_style=not items)
    if isinstance(data, list):
        nodes = [_node(document, value, (*path, index)) for index, value in enumerate(data)]
        return yaml.SequenceNode(f"{_TAGS}seq", nodes, flow_style=not nodes)
    scalar = document.scalars[path]
    return yaml.ScalarNode(_tag(scalar), scalar.text, style=_style(scalar.text))


def _style(text: str) -> str | None:
    """How a scalar is best written; None leaves it to PyYAML, which does not escape Unicode's line ends."""
    if any(line_end in text for line_end in "\x85\u2028\u2029"):
        return '"'
    return "|" if "\n" in text else None


_TAGS = "tag:yaml.org,2002:"
_STRING = f"{_TAGS}str"
_RESOLVER = yaml.resolver.Resolver()


def _tag(scalar: Scalar) -> str:
    """The type of a scalar by YAML 1.1, which AWSTOE's reader is close to: `yes` and `0777` are not text."""
    if not scalar.plain and scalar.tag in (None, "!", _STRING):
        return _STRING
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, scalar.text, (True, False))  # type: ignore[no-untyped-call]
    return tag
