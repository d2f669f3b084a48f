"""Merge conflicts as git leaves them in a file, in its styles `merge`, `diff3` and `zdiff3`.

Lines that begin with seven of a character part our side, what both came from, and their side. Those of a conflict
inside of a common ancestor are longer, and stay within it.

https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
"""

from __future__ import annotations

import re
from typing import NamedTuple

SETTLED_BY_LOCK = "Run `goldsmith lock`, which settles it."
SETTLED_BY_HAND = "Keep what holds of both sides, and remove the markers."

_MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: (.*))?\Z")
# Where a marker may follow, by what stands before it: "" is outside of a conflict.
_FOLLOWS = {"": "<", "<": "|=", "|": "=", "=": ">"}


class Sides(NamedTuple):
    """A file as each side has it, what git calls the sides, and the line where the first conflict begins."""

    ours: str
    theirs: str
    our_label: str
    their_label: str
    line: int


def sides_of(text: str, *, keep_lines: bool = False) -> Sides | None:
    """Both sides of a text with conflicts; None where it has none, or markers that are not whole.

    With `keep_lines` what is left out leaves an empty line, so that places are those of the text.
    """
    if "<<<<<<< " not in text and "<<<<<<<\n" not in text:
        return None
    ours: list[str] = []
    theirs: list[str] = []
    labels = {"<": "", ">": ""}
    state, first = "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        marker = _MARKER.match(line)
        kind = marker[1][0] if marker else ""
        if marker and kind in _FOLLOWS[state]:
            state = "" if kind == ">" else kind
            first = first or number
            if kind in labels:
                labels[kind] = labels[kind] or (marker[2] or "").strip()
            is_ours = is_theirs = False
        elif kind in ("<", ">"):
            return None
        else:
            is_ours, is_theirs = state in ("", "<"), state in ("", "=")
        ours += _kept(line, is_ours, keep_lines)
        theirs += _kept(line, is_theirs, keep_lines)
    if state or not first:
        return None
    return Sides("\n".join(ours), "\n".join(theirs), labels["<"] or "ours", labels[">"] or "theirs", first)


def _kept(line: str, is_kept: bool, keep_lines: bool) -> list[str]:
    return [line] if is_kept else [""] if keep_lines else []
