"""Text of unknown origin made fit to be looked at: what cannot be seen is spelled out, and what is too long is cut.

Tags, names, documents and errors come from a spec, from AWS and from providers. A right-to-left override or a
zero-width space in one of them would show a reviewer something else than what is applied
(https://trojansource.codes/, CVE-2021-42574).
"""

from __future__ import annotations

import unicodedata

_MARKS = 3  # combining marks on one letter: more of them are drawn over the lines around it


def visible(text: str) -> str:
    """One line without control characters, direction overrides, line ends or odd spaces: `\\n`, `\\u202e`."""
    spelled = text if text.isprintable() else "".join(c if c.isprintable() else spelled_out(c) for c in text)
    return spelled if spelled.isascii() else _few_marks(spelled)


def clipped(text: str, limit: int) -> str:
    """The beginning of `text`, visible, with a word on how much is left out. `limit` counts its characters."""
    if len(text) <= limit:
        return visible(text)
    return f"{visible(text[:limit])}… ({len(text) - limit:,} more characters)"


def spelled_out(character: str) -> str:
    """`\\n`, `\\x1b`, `\\u202e`, as JSON and Python write them."""
    return character.encode("unicode_escape").decode()


def _few_marks(text: str) -> str:
    shown, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        shown.append(character if marks <= _MARKS else f"\\u{ord(character):04x}")
    return "".join(shown)
