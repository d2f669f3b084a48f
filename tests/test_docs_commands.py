"""Every command that a page shows is one that Goldsmith has, with options that it has and values that these take.

Nothing is run: each is read by the command line's own parser. A word in capitals, or one with a bar, brackets or dots,
stands for something else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from generator.cli import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / "modules").glob("*/README.md")])
# A block between fences, one that is indented, or code in a sentence, which may go over the end of a line.
BLOCK = re.compile(r"^ *(```+|~~~+)[^\n]*\n(.*?)^ *\1|^((?: {4,}[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
CALL = re.compile(r"(?<![\w./@'\"-])goldsmith (?=[a-z-])([^\n`]*)")
STANDS_FOR = re.compile(r"[A-Z|\[\]<>$…]|\.\.\.")


def calls_in(page: str) -> Iterator[list[str]]:
    """The words after `goldsmith`, of each command of a page."""
    for text in codes_of(page):
        for rest in CALL.findall(text.replace("\\\n", " ")):
            yield words_of(rest)


def codes_of(page: str) -> Iterator[str]:
    for block in BLOCK.finditer(page):
        yield block[2] or block[3]
    for code in INLINE.findall(BLOCK.sub("", page)):
        text = " ".join(code.split())
        yield f"{text} VALUE" if text.rpartition(" ")[2].startswith("--") else text  # an option that is only named


def words_of(rest: str) -> list[str]:
    """Up to where the shell would begin another command, a comment or a redirection."""
    lexer = shlex.shlex(rest, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("();<>|&"):
            break
        words.append(word)
    return words


def wrong_with(words: list[str]) -> str | None:
    """What the command line has against these words; None if nothing."""
    command: click.Command = cli
    context, rest = click.Context(command, info_name="goldsmith"), words
    try:
        while isinstance(command, click.Group) and rest:
            if STANDS_FOR.search(rest[0]):
                return None
            name, found, rest = command.resolve_command(context, spelled(command, context, rest))
            command = found or command  # an unknown one is an error
            context = click.Context(command, info_name=name, parent=context)
        return wrong_values(command, context, rest)
    except click.exceptions.UsageError as error:
        return error.format_message()


def spelled(command: click.Group, context: click.Context, rest: list[str]) -> list[str]:
    """With the options of the group gone, and short forms of its commands spelled out."""
    command.parse_args(context, [*rest])
    return [*context._protected_args, *context.args]


def wrong_values(command: click.Command, context: click.Context, rest: list[str]) -> str | None:
    values, extra, _ = command.make_parser(context).parse_args(args=[*rest])
    if extra and not any(map(STANDS_FOR.search, extra)):
        return f"takes no {extra[0]}"
    for parameter in command.params:
        for value in values_of(values.get(parameter.name or "")):
            if isinstance(parameter.type, click.Choice) and not STANDS_FOR.search(value):
                parameter.type.convert(value, parameter, context)
    return None


def values_of(given: object) -> list[str]:
    return [each for each in (given if isinstance(given, list | tuple) else [given]) if isinstance(each, str)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_exists(page: Path) -> None:
    wrong = {" ".join(words): wrong_with(words) for words in calls_in(page.read_text())}
    assert {words: why for words, why in wrong.items() if why} == {}


def test_pages_show_commands() -> None:
    assert sum(len([*calls_in(page.read_text())]) for page in PAGES) > 200


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("plan prod --save planned.json", None),
        ("rollout prod --approved 5b0c9d1e77aa", None),
        ("rollout status|resume ID", None),
        ("rollout run --engine ENGINE", None),
        ("plan --svae planned.json", "No such option"),
        ("plam prod", "No such command 'plam'"),
        ("rollout run --engine celery", "'celery' is not one of"),
        ("rollout run prod --approved", "requires an argument"),
        ("rollout abort one two", "takes no two"),
    ],
)
def test_what_is_wrong_is_found(words: str, why: str | None) -> None:
    said = wrong_with(words.split())
    assert said is None if why is None else why in (said or "")
