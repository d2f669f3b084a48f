"""Text as Markdown: the only way in which a value reaches a comment.

Whatever is not known to be plain words is shown as code, where neither Markdown, HTML, mentions, references nor links
mean anything: GitHub's filters leave out what is inside of `code` and `pre`
(https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/mention_filter.rb), and so do
GitLab's. Structure: https://spec.commonmark.org/0.31.2/, tables: https://github.github.com/gfm/#tables-extension-.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.review.visible import clipped, visible

NAME = 120  # characters of a name, an address or a tag that are shown
PROSE = 600  # of a message

# Words that are nothing but words. `@`, `#`, `!`, `~`, `%`, `&`, `$` and `^` begin references on GitHub or GitLab.
_PLAIN = re.compile(r"['\"(]*[^\W_]+(?:[.,;:()'\"/+=?-]+[^\W_]+)*[.,;:)?'\"]*|[→…]")
_REFERENCE = re.compile(r"://|\bwww\.|\b[a-z]+-\d|\b[0-9a-f]{7,}\b|:\w+:", re.IGNORECASE)
_NUMBERED = re.compile(r"\A(\d+)([.)])")  # at the start of a line, a list
_LONG_RUN = re.compile(r"`{65,}")  # cmark counts no fence beyond 255: src/blocks.c
_NOT_IN_LABEL = re.compile(r"[^\w .,/+~=±()→…-]|_|\b(?:end|graph|subgraph|style|class|click)\b", re.IGNORECASE)
_IN_COMMENT = (("--", "-\\u002d"), ("<", "\\u003c"), (">", "\\u003e"))


@dataclass(frozen=True)
class Md:
    """Text that is Markdown already. Not a `str`: whatever was not escaped cannot pass for it."""

    text: str

    def __str__(self) -> str:
        return self.text


def trusted(text: str) -> Md:
    """Markdown of the program's own, with no value of anybody's in it."""
    return Md(text)


def joined(separator: str, parts: Iterable[Md]) -> Md:
    return Md(separator.join(part.text for part in parts))


def code(text: str, limit: int = NAME) -> Md:
    """A code span on one line. A backtick in it is spelled out, so that nothing in it can end the span."""
    shown = clipped(text, limit).replace("`", "\\u0060")
    padding = " " if shown.strip() not in ("", shown) else ""  # one space at each end is taken off again
    return Md(f"`{padding}{shown}{padding}`") if shown else Md("(empty)")


def cell(text: str, limit: int = NAME) -> Md:
    """A code span inside of a table, where `|` ends a cell also in code."""
    return Md(code(text, limit).text.replace("|", "\\|"))


def prose(message: str, limit: int = PROSE) -> Md:
    """A message in plain words; what it has in backticks, and every word that is more than a word, is code."""
    parts = clipped(" ".join(message.split()).replace("->", "→"), limit).split("`")
    if len(parts) % 2 == 0:  # one that is left over marks nothing
        parts[-2:] = ["\\u0060".join(parts[-2:])]
    shown = [code(part, len(part)) if number % 2 else _words(part) for number, part in enumerate(parts)]
    return Md(_NUMBERED.sub(r"\1\\\2", joined("", shown).text))


def in_table(markdown: Md) -> Md:
    """The same inside of a table's cell."""
    return Md(markdown.text.replace("|", "\\|"))


def html_code(text: str, limit: int = NAME) -> Md:
    """The same as `code` where HTML stands around it: a `<summary>`, in which Markdown is not read."""
    return Md(f"<code>{html.escape(clipped(text, limit))}</code>")


def fenced(lines: Iterable[str], language: str = "") -> Md:
    """A block of code. Its fence is longer than any run of backticks in it; lines are one line each."""
    shown = [_LONG_RUN.sub(lambda run: f"```({len(run[0])} backticks)", visible(line)) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return Md("\n".join([f"{fence}{language}", *shown, fence]))


def html_comment(name: str, document: Mapping[str, object]) -> Md:
    """A comment with JSON that nothing in it can end: `--`, `<` and `>` are written as `\\u002d` and the like."""
    text = json.dumps(document, separators=(",", ":"))
    for plain, written in _IN_COMMENT:
        text = text.replace(plain, written)
    return Md(f"<!-- {name} {text} -->")


def label(text: str, limit: int = 60) -> str:
    """A quoted label of a Mermaid graph: whatever is not plain is an entity code of Mermaid's.

    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
    """
    shown = (text if len(text) <= limit else f"{text[: limit - 1]}…").replace("->", "→")
    escaped = _NOT_IN_LABEL.sub(lambda found: "".join(f"#{ord(each)};" for each in found[0]), visible(shown))
    return f'"{escaped}"'


def _words(text: str) -> Md:
    return Md("".join(_word(each) for each in re.split(r"(\s+)", text)))


def _word(word: str) -> str:
    if not word or word.isspace():
        return word
    if _PLAIN.fullmatch(word) and not _REFERENCE.search(word):
        return word
    shown = word.rstrip(".,;:") or word
    return f"{code(shown, len(shown))}{word[len(shown) :]}"
