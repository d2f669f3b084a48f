"""Lines as editors count them: YAML 1.1 breaks them at more signs than these do.

https://yaml.org/spec/1.1/#id871136 (b-line-separator and others); in YAML 1.2 they are text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

_ODD = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_BREAK = re.compile("\r\n?|[\n\x85\u2028\u2029]")


Counted = Callable[[int, int], tuple[int, int]]  # a line and column, from 1


def has_odd_breaks(text: str) -> bool:
    return bool(_ODD.search(text))


def as_editors_count(text: str) -> Counted:
    """Makes of a line and column by the YAML parser's count, from 1, those by which lines end at line feeds alone."""
    of_parser = [0, *(found.end() for found in _BREAK.finditer(text))]
    of_editors = [0, *(found.end() for found in re.finditer("\n", text))]

    def counted(line: int, column: int) -> tuple[int, int]:
        index = of_parser[min(line, len(of_parser)) - 1] + column - 1
        line = bisect_right(of_editors, index)
        return line, index - of_editors[line - 1] + 1

    return counted
