"""Patterns in which `*` stands for any letters, and `?` for one. Brackets, which addresses have, are letters."""

from __future__ import annotations


def glob_matches(pattern: str, text: str) -> bool:
    """Whether a pattern is all of a text. Takes at most their lengths' product, whatever the pattern."""
    at = here = mark = 0
    star = -1
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at, here = at + 1, here + 1
        elif star >= 0:  # let the last star take one letter more
            at, mark = star + 1, mark + 1
            here = mark
        else:
            return False
    return not pattern[at:].strip("*")
