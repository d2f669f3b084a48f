"""Documents of components and workflows, in a form in which they can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.errors import SpecError
from generator.source.yaml import parse
from generator.spec.documents import canonical_text


@dataclass(frozen=True)
class Read:
    """What a document means: two that mean the same have one text, whatever their comments and the order of keys."""

    text: str
    data: Any


def document_of(text: str) -> Read:
    """The document of a text; one that cannot be read is its text."""
    try:
        document = parse("document", text.encode())
    except SpecError:
        return Read(text, text)
    return Read(canonical_text(document), document.data)
