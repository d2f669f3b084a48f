"""GitHub's expressions, as far as our workflows use them, and strictly: what is not known is an error.

https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<op>\|\||&&|==|!=|[!().\[\],])|'(?P<text>(?:[^']|'')*)'|(?P<number>\d+)|(?P<name>[\w-]+))"
)
_WORDS = {"true": True, "false": False, "null": None}


class Expression:
    """One expression; `value` is what it comes to. Operators give back an operand, as in JavaScript."""

    def __init__(self, text: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self._tokens = _tokens(text)
        self._contexts = contexts
        self._functions = {"fromJSON": json.loads, **functions}
        self.value = self._either()
        if self._tokens:
            raise SyntaxError(f"{text}: {self._tokens} is left over")

    def _taken(self, *wanted: str) -> bool:
        if self._tokens and self._tokens[0][0] == "op" and self._tokens[0][1] in wanted:
            self._tokens.pop(0)
            return True
        return False

    def _either(self) -> Any:
        value = self._both()
        while self._taken("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._taken("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        while True:
            if self._taken("=="):
                value = _equal(value, self._single())
            elif self._taken("!="):
                value = not _equal(value, self._single())
            else:
                return value

    def _single(self) -> Any:
        if self._taken("!"):
            return not self._single()
        if self._taken("("):
            value = self._either()
            assert self._taken(")")
            return self._of(value)
        kind, token = self._tokens.pop(0)
        if kind == "text":
            return token.replace("''", "'")
        if kind == "number":
            return int(token)
        if self._taken("("):
            return self._of(self._called(token))
        return self._of(_WORDS[token] if token in _WORDS else self._contexts[token])

    def _called(self, name: str) -> Any:
        arguments = []
        while not self._taken(")"):
            arguments.append(self._either())
            self._taken(",")
        return self._functions[name](*arguments)

    def _of(self, value: Any) -> Any:
        """What is missing is null, and so is what would be inside of it."""
        while True:
            if self._taken("."):
                name = self._tokens.pop(0)[1]
                value = value.get(name) if isinstance(value, Mapping) else None
            elif self._taken("["):
                index = self._either()
                assert self._taken("]")
                value = value[index] if isinstance(value, list) and index < len(value) else None
            else:
                return value


def _equal(left: Any, right: Any) -> bool:
    """Texts whatever their case; of unlike kinds as numbers, where nothing and an empty text are 0."""
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right):
        return bool(left == right)
    return _number(left) == _number(right)


def _number(value: Any) -> float:
    if isinstance(value, Mapping | list):
        return math.nan
    try:
        return float(value or 0)
    except ValueError:
        return math.nan


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise SyntaxError(f"{text[place:]!r} is no part of an expression")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return tokens
