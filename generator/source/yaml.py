"""YAML as written: plain values that know their line and column.

The events of PyYAML's parser are put together here rather than by its constructors, because a spec needs what
those lack: the place of every key and value, duplicate keys refused, and bounds on what aliases expand to.
Scalars are read as YAML 1.2 reads them (`no` and `on` are text, `0777` a decimal number); keys are text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import yaml

from generator.errors import Diagnostic, SpecError
from generator.source.conflicts import SETTLED_BY_HAND, sides_of
from generator.source.line_breaks import Counted, as_editors_count, has_odd_breaks
from generator.source.report import key_path, shown
from generator.source.yaml_errors import syntax_error, tag_message

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
MAX_FINDINGS = 100
MAX_VALUES = 20_000  # after aliases are expanded
TOO_DEEP = f"values are nested more than {MAX_DEPTH} deep."
MAX_CHARACTERS = 1024 * 1024  # likewise

Path: TypeAlias = tuple[str | int, ...]

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}\Z|0x[0-9a-fA-F]{1,32}\Z|0o[0-7]{1,40}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# YAML 1.2, production 5.1 (c-printable)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Place(NamedTuple):
    line: int
    column: int


@dataclass(frozen=True)
class Scalar:
    text: str
    plain: bool  # written without quotes
    tag: str | None


@dataclass(frozen=True)
class Document:
    """One YAML file: its plain data, and where each part of it stands."""

    file: str
    text: str
    data: object
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    scalars: Mapping[Path, Scalar]

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Where a value (or its key) stands; of a part that is not there, where its nearest parent stands."""
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))


class UnreadableError(Exception):
    """Ends the reading of a file; the message is a diagnostic's."""

    def __init__(self, place: Place, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.place, self.message, self.path = place, message, path


def parse(file: str, content: bytes, settled_by: str = SETTLED_BY_HAND) -> Document:
    """Read one document; `file` is what messages call it, `settled_by` what to do about a merge conflict in it.

    Raises SpecError with each finding.
    """
    reader = _Reader()
    try:
        text = _decoded(content)
        _refuse_conflict(text, settled_by)
        data = reader.read(text)
    except UnreadableError as error:
        reader.findings.append(error)
    except yaml.YAMLError as error:
        raise SpecError([_syntax_error(file, text, error)]) from None
    if reader.findings:
        raise SpecError([Diagnostic(file, *each.place, key_path(each.path), each.message) for each in reader.findings])
    return Document(file, text, data, reader.values, reader.keys, reader.scalars)


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            Place(1, 1), f"the file has more than {MAX_BYTES} bytes, which are the most that is read. Split it."
        )
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        found = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise UnreadableError(place, f"{found}; a spec is UTF-8 text. Save the file as UTF-8.") from None
    odd = _UNPRINTABLE.search(text)
    if odd:
        found = f"the character U+{ord(odd.group()):04X} cannot stand in YAML as it is"
        raise UnreadableError(
            _place_at(text, odd.start()),
            f'{found}. Write it inside double quotes, as "\\u{ord(odd.group()):04x}".',
        )
    return text


def _refuse_conflict(text: str, settled_by: str) -> None:
    sides = sides_of(text)
    if sides:
        found = f"a merge of {sides.our_label} and {sides.their_label} has left a conflict here"
        raise UnreadableError(Place(sides.line, 1), f"{found}. {settled_by}")


def _place_at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


def _syntax_error(file: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    if "maximum nesting depth" in str(getattr(error, "problem", "")):  # libyaml's own bound, from PyYAML 6.0.4 on
        return replace(syntax_error(file, text, error), message=TOO_DEEP)
    return syntax_error(file, text, error)


@dataclass
class _Reader:
    """Builds the data of one document out of parser events, depth first."""

    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    scalars: dict[Path, Scalar] = field(default_factory=dict)
    findings: list[UnreadableError] = field(default_factory=list)
    _anchors: dict[str, list[yaml.Event]] = field(default_factory=dict)
    _counted: Counted | None = None  # where the text has lines that editors do not count
    _count: int = 0
    _characters: int = 0

    def read(self, text: str) -> object:
        """The data of a text. Raises UnreadableError where no more of it can be read."""
        self._count_lines(text)
        events = list(self._body(text))
        if not events:
            raise UnreadableError(Place(1, 1), "the file is empty.")
        return self._value(_Replay(events, self._anchors), ())

    def _body(self, text: str) -> Iterator[yaml.Event]:
        """The events of the only document of a text.

        The depth is bounded here already: the parser's time grows with the square of it.
        """
        documents = depth = 0
        for event in yaml.parse(text, Loader=_PARSER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "a second document starts here (---); a file holds one. Split the file."
                    raise UnreadableError(self._place(event), message)
            elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH + 1:
                    raise UnreadableError(self._place(event), TOO_DEEP)
                yield event

    def _count_lines(self, text: str) -> None:
        self._counted = as_editors_count(text) if has_odd_breaks(text) else None

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        if self._counted is None:
            return Place(mark.line + 1, mark.column + 1)
        return Place(*self._counted(mark.line + 1, mark.column + 1))

    def _value(self, events: _Replay, path: Path) -> object:
        event: Any = events.take()
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place, path)
        self._bound(event, place, path)
        self.values[path] = place
        if event.anchor is not None:
            events.remember(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place, path)
        _require_plain_collection(event, place, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _bound(self, event: yaml.Event, place: Place, path: Path) -> None:
        self._count += 1
        self._characters += len(event.value) if isinstance(event, yaml.ScalarEvent) else 0
        if self._count > MAX_VALUES:
            raise UnreadableError(place, f"the file holds more than {MAX_VALUES} values once its aliases are expanded.")
        if self._characters > MAX_CHARACTERS:
            raise UnreadableError(
                place, f"the file has more than {MAX_CHARACTERS} characters once its aliases are expanded."
            )
        if len(path) > MAX_DEPTH:
            raise UnreadableError(place, TOO_DEEP)

    def _alias(self, event: yaml.AliasEvent, place: Place, path: Path) -> object:
        if event.anchor not in self._anchors:
            raise UnreadableError(place, f"the alias *{event.anchor} has no anchor &{event.anchor} above it.", path)
        value = self._value(_Replay(self._anchors[event.anchor], self._anchors), path)
        self.values[path] = place
        return value

    def _scalar(self, event: yaml.ScalarEvent, place: Place, path: Path) -> object:
        text = _text(event, place, path)
        scalar = Scalar(text, bool(event.implicit[0]) and not event.tag and not event.style, event.tag)
        self.scalars[path] = scalar
        return _scalar_value(scalar, place, path)

    def _sequence(self, events: _Replay, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(events.peek(), yaml.SequenceEndEvent):
            items.append(self._value(events, (*path, len(items))))
        events.take()
        return items

    def _mapping(self, events: _Replay, path: Path) -> dict[str, object]:
        items: dict[str, object] = {}
        while not isinstance(events.peek(), yaml.MappingEndEvent):
            key, place = self._key(events, path)
            child = (*path, key)
            if key in items:
                first = self.keys[child].line
                if len(self.findings) == MAX_FINDINGS:
                    raise UnreadableError(place, f"more than {MAX_FINDINGS} keys stand twice; the others are not told.")
                self.findings.append(
                    UnreadableError(place, f"the key stands twice (first on line {first}). Keep one.", child)
                )
                events.skip()
                continue
            self.keys[child] = place
            items[key] = self._value(events, child)
        events.take()
        return items

    def _key(self, events: _Replay, path: Path) -> tuple[str, Place]:
        event = events.take()
        place = self._place(event)
        if not isinstance(event, yaml.ScalarEvent):
            quote = (
                " Put a value that begins with braces into quotes." if isinstance(event, yaml.MappingStartEvent) else ""
            )
            raise UnreadableError(place, f"a key must be text, not a list, a mapping or an alias.{quote}", path)
        if event.value == "<<" and not event.style:
            raise UnreadableError(place, "merge keys (<<) are not read. Write the keys out.", path)
        text = _text(event, place, path)
        if event.anchor is not None:
            events.remember(event)
        return text, place


def _text(event: yaml.ScalarEvent, place: Place, path: Path) -> str:
    """A scalar's text in the Unicode form NFC, in which Terraform keeps every string: what is read is what comes back.

    https://github.com/zclconf/go-cty/blob/main/docs/types.md (cty.String)
    """
    if _SURROGATE.search(event.value):
        raise UnreadableError(place, "an escape stands for half a character (a surrogate); write the whole one.", path)
    return unicodedata.normalize("NFC", event.value)


class _Replay:
    """A run of events that can be taken one by one, and remembered where an anchor starts."""

    def __init__(self, events: list[yaml.Event], anchors: dict[str, list[yaml.Event]]) -> None:
        self._events, self._next, self._anchors = events, 0, anchors

    def peek(self) -> yaml.Event:
        return self._events[self._next]

    def take(self) -> yaml.Event:
        event = self._events[self._next]
        self._next += 1
        return event

    def skip(self) -> None:
        """Leave out the node that comes next."""
        self._next = _end_of_node(self._events, self._next)

    def remember(self, event: yaml.NodeEvent) -> None:
        """Keep the node that starts with the event just taken, for its aliases."""
        start = self._next - 1
        self._anchors[str(event.anchor)] = self._events[start : _end_of_node(self._events, start)]


def _end_of_node(events: list[yaml.Event], start: int) -> int:
    depth = 0
    for index in range(start, len(events)):
        if isinstance(events[index], yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(events[index], yaml.CollectionEndEvent):
            depth -= 1
        if depth == 0:
            return index + 1
    raise AssertionError("the parser balances its events")


def _require_plain_collection(event: yaml.CollectionStartEvent, place: Place, path: Path) -> None:
    tag = event.tag
    if tag in (None, "!", f"{_PREFIX}map", f"{_PREFIX}seq"):
        return
    raise UnreadableError(place, tag_message(shown_tag(tag)), path)


def _scalar_value(scalar: Scalar, place: Place, path: Path) -> object:
    if scalar.plain:
        return _plain_value(scalar.text)
    if scalar.tag in (None, "!", f"{_PREFIX}str"):
        return scalar.text
    kind = {"int": int, "float": float, "bool": bool, "null": type(None)}.get(scalar.tag.removeprefix(_PREFIX))
    value = _plain_value(scalar.text)
    if kind is None:
        raise UnreadableError(place, tag_message(shown_tag(scalar.tag)), path)
    if type(value) is not kind:
        raise UnreadableError(place, f"{shown(scalar.text)} is not what its tag {shown_tag(scalar.tag)} says.", path)
    return value


def _plain_value(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text, 10 if text[:2] not in ("0x", "0o") else 0)
    if _FLOAT.match(text):
        return float(text)
    return text


def shown_tag(tag: str) -> str:
    return tag.replace(_PREFIX, "!!")
