"""The blocks that a Terraform file begins, so far as to say which there are: not what is in them.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d][\w-]*")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)[^\n]*\n")
_SKIPPED = re.compile(r"(?:[ \t\r\ufeff]|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_CLOSING = {"{": "}", "[": "]", "(": ")"}


@dataclass(frozen=True)
class Block:
    """`resource "aws_vpc" "this" {`: its words without quotes, and the line that it begins on."""

    words: tuple[str, ...]
    line: int


class NotHclError(ValueError):
    """Text that no Terraform reads."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(problem)


def top_level_blocks(text: str) -> list[Block]:
    """The blocks of a file. Raises NotHclError where it is none, as far as that is looked at."""
    blocks: list[Block] = []
    words: list[str] = []
    start = 0
    for kind, value, place in _tokens(text):
        if kind == "word":
            start = place if not words else start
            words.append(value)
        elif kind == "open" and value == "{" and words:
            blocks.append(Block(tuple(words), _line(text, start)))
            words = []
        elif kind == "end" and not words:
            continue
        else:
            raise NotHclError(_line(text, place), "holds something else than blocks and comments")
    if words:
        raise NotHclError(_line(text, start), f"{words[0]} begins no block")
    return blocks


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """What stands outside of all brackets: words and strings, `{` with all up to its `}`, ends of lines."""
    place = 0
    while place < len(text):
        if skipped := _SKIPPED.match(text, place):
            place = skipped.end()
        elif text[place] == "\n":
            yield "end", "", place
            place += 1
        elif word := _WORD.match(text, place):
            yield "word", word[0], place
            place = word.end()
        elif text[place] == '"':
            end = _after_string(text, place)
            yield "word", text[place + 1 : end - 1], place
            place = end
        elif text[place] in _CLOSING:
            yield "open", text[place], place
            place = _after_brackets(text, place)
        else:
            yield "other", text[place], place
            place += 1


def _after_brackets(text: str, start: int) -> int:
    """The place after the bracket that closes the one at `start`."""
    open_brackets = [text[start]]
    place = start + 1
    while open_brackets:
        if place >= len(text):
            raise NotHclError(_line(text, start), f"a {open_brackets[-1]} is not closed")
        if skipped := _SKIPPED.match(text, place):
            place = skipped.end()
        elif heredoc := _HEREDOC.match(text, place):
            place = _after_heredoc(text, heredoc)
        elif text[place] == '"':
            place = _after_string(text, place)
        else:
            if text[place] in _CLOSING:
                open_brackets.append(text[place])
            elif text[place] in _CLOSING.values() and text[place] != _CLOSING[open_brackets.pop()]:
                raise NotHclError(_line(text, place), f"a {text[place]} closes nothing")
            place += 1
    return place


def _after_string(text: str, start: int) -> int:
    """The place after the quotation mark that ends the string at `start`, templates in it included."""
    place = start + 1
    while place < len(text) and text[place] not in '"\n':
        if text[place] == "\\":
            place += 2
        elif text.startswith(("$${", "%%{"), place):
            place += 3
        elif text.startswith(("${", "%{"), place):
            place = _after_brackets(text, place + 1)
        else:
            place += 1
    if text[place : place + 1] != '"':
        raise NotHclError(_line(text, start), "a string is not closed")
    return place + 1


def _after_heredoc(text: str, head: re.Match[str]) -> int:
    end = re.compile(rf"^[ \t]*{re.escape(head[1])}[ \t]*\r?$", re.MULTILINE).search(text, head.end())
    if end is None:
        raise NotHclError(_line(text, head.start()), f"the text up to {head[1]} is not closed")
    return end.end()


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
