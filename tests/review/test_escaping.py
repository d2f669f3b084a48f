"""Whatever a text holds, it stays in its place: read back with a Markdown parser."""

from __future__ import annotations

import json
import re

import pytest
from hostile_text import texts
from hypothesis import given
from markdown_it import MarkdownIt

from generator.review.escaping import cell, code, fenced, html_comment, label, prose
from generator.review.visible import clipped, visible

PARSER = MarkdownIt("gfm-like")


def inline(markdown: str) -> list[tuple[str, str]]:
    (_, inner, _) = PARSER.parse(f"x {markdown} y")
    return [(token.type, token.content) for token in inner.children or []]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31mred\x00", "\\x1b[31mred\\x00"),
        ("user\u202eevil", "user\\u202eevil"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028end\x85", "line\\u2028end\\x85"),
        ("\ud800", "\\ud800"),
        ("a" + "\u0301" * 6, "a" + "\u0301" * 3 + "\\u0301" * 3),
        ("Grüße 🙂 שלום", "Grüße 🙂 שלום"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_is_too_long_says_how_much_is_left_out() -> None:
    assert clipped("x" * 1_000_010, 10) == "xxxxxxxxxx… (1,000,000 more characters)"


@given(texts)
def test_a_code_span_holds_all_of_its_text(text: str) -> None:
    shown = clipped(text, 120).replace("`", "\\u0060") or "(empty)"
    children = inline(code(text).text)
    if text:
        assert children == [("text", "x "), ("code_inline", shown), ("text", " y")]


@given(texts)
def test_a_cell_holds_all_of_its_text(text: str) -> None:
    tokens = PARSER.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |\n")
    contents = [token.content for token in tokens if token.type == "inline"]
    assert [token.type for token in tokens].count("td_open") == 2
    assert contents[-1] == "end"


@given(texts)
def test_prose_is_words_and_code_and_nothing_else(text: str) -> None:
    (opening, inner, closing) = PARSER.parse(f"- {prose(text)} y")[2:5]
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {token.type for token in inner.children or []} <= {"text", "code_inline"}
    words = "".join(token.content for token in inner.children or [] if token.type == "text")
    assert not set("@#!~%&$^*<>[]|\\`") & set(words)
    assert "://" not in words


@pytest.mark.parametrize(
    ("message", "markdown"),
    [
        ("a key is destroyed; what it encrypts is lost", "a key is destroyed; what it encrypts is lost"),
        ("`version` changes: 1.0.3 -> 1.0.4", "`version` changes: 1.0.3 → 1.0.4"),
        ("thanks @everyone, see #12 (https://x.example)", "thanks `@everyone`, see `#12` `(https://x.example)`"),
        ("module.x[0] of aws_kms_key: it goes.", "`module.x[0]` of `aws_kms_key`: it goes."),
        ("1. no list", "1\\. no list"),
        ("- no list", "`-` no list"),
        ("one ` left over", "one `\\u0060` left over"),
        ("account 111111111111 in abc1234def", "account `111111111111` in `abc1234def`"),
        ("see GH-12 and JIRA-7", "see `GH-12` and `JIRA-7`"),
    ],
)
def test_prose_keeps_words_readable(message: str, markdown: str) -> None:
    assert prose(message).text == markdown


@given(texts, texts)
def test_a_block_holds_each_line_as_one(first: str, second: str) -> None:
    block = fenced([f"+ {first}", second], "diff").text
    tokens = PARSER.parse(f"before\n\n{block}\n\nafter\n")
    assert [token.type for token in tokens if token.type in ("fence", "inline")] == ["inline", "fence", "inline"]
    (fence,) = (token for token in tokens if token.type == "fence")
    assert fence.content.count("\n") == 2
    assert fence.info == "diff"


def test_runs_of_backticks_that_no_fence_outdoes_are_counted() -> None:
    assert fenced(["`" * 300]).text == "````\n```(300 backticks)\n````"


@given(texts)
def test_a_comment_is_one_comment_and_gives_its_text_back(text: str) -> None:
    comment = html_comment("name", {"key": text}).text
    assert comment.count("-->") == comment.count("<!--") == 1
    assert comment.count("--") == comment.count("<") + comment.count(">") == 2
    assert comment.isascii()
    assert json.loads(comment.removeprefix("<!-- name ").removesuffix(" -->")) == {"key": text}


@given(texts)
def test_a_label_is_one_quoted_string_for_mermaid(text: str) -> None:
    shown = label(text)
    assert shown[0] == shown[-1] == '"'
    assert not set('"<>&`;#[]{}|%:\n\r\\') & set(re.sub(r"#\d+;", "", shown[1:-1]))
    assert len(shown) < 62 * len("#1114111;")


def test_a_label_keeps_what_is_plain_and_spells_the_rest() -> None:
    assert label('a "b" <c> #1; end') == '"a #34;b#34; #60;c#62; #35;1#59; #101;#110;#100;"'
