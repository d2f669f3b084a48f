"""The comment: whole, in its place whatever the plans hold, and never too long."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fleet_of_300 import fleet_of_300
from hostile_text import texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import attribute, change, log_group, review, root
from markdown_it import MarkdownIt
from markdown_it.token import Token
from situations import SITUATIONS, hostile

from generator.review.markdown import markdown
from generator.review.model import Risk

GOLDEN = Path(__file__).parent / "golden"
PARSER = MarkdownIt("gfm-like")
LINK = "https://ci.example/runs/7"
SMALLER = {"tables": 15_150, "counts": 14_600}


def assert_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDSMITH_REGENERATE"):
        path.write_text(text, encoding="utf-8")
    command = f"GOLDSMITH_REGENERATE=1 python -m pytest {Path(__file__).relative_to(Path.cwd())}"
    assert text == path.read_text(encoding="utf-8"), f"review the difference, then: {command}"


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_situation_has_its_comment(name: str) -> None:
    assert_golden(name, markdown(SITUATIONS[name](), link=LINK))


@pytest.mark.parametrize("name", SMALLER)
def test_what_does_not_fit_becomes_tables_and_then_counts(name: str) -> None:
    assert_golden(name, markdown(fleet_of_300(), link=LINK, limit=SMALLER[name]))


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_same_review_gives_the_same_comment(name: str) -> None:
    assert markdown(SITUATIONS[name]()) == markdown(SITUATIONS[name]())


def skeleton(text: str) -> list[str]:
    """The blocks of a comment, without what they say; how often headings, cells and items come."""
    return [f"{token.type} {token.tag} {token.info}" for token in PARSER.parse(text)]


def inline(text: str) -> list[Token]:
    return [child for token in PARSER.parse(text) for child in token.children or []]


def assert_harmless(text: str, like: str) -> None:
    assert skeleton(text) == skeleton(like)
    children = inline(text)
    assert {each.content for each in children if each.type == "html_inline"} <= {"<br>"}
    assert {each.attrs["href"] for each in children if each.type == "link_open"} <= {LINK}
    assert {each.type for each in children} <= {
        *("text", "code_inline", "softbreak", "html_inline", "link_open", "link_close"),
        *("strong_open", "strong_close", "em_open", "em_close"),
    }
    words = "".join(each.content for each in children if each.type == "text")
    assert not re.search(r"@\w|#\d|://|www\.", words)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool))
def test_nothing_breaks_out_of_its_place(text: str) -> None:
    assert_harmless(markdown(hostile(text), link=LINK), like=markdown(hostile("plain"), link=LINK))


@pytest.mark.parametrize("text", ["x" * 2**20, "`" * 2**20, "</details>\n" * 2**16, "🙂" * 2**20, "a\n" * 2**19])
def test_a_text_of_a_mebibyte_is_no_other(text: str) -> None:
    comment = markdown(hostile(text), link=LINK)
    assert_harmless(comment, like=markdown(hostile("plain"), link=LINK))
    assert_fits(comment)


def assert_fits(comment: str) -> None:
    assert len(comment.encode("utf-16-le")) // 2 <= 65_536
    assert len(comment.encode()) <= 262_144


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 700), st.integers(1, 60), st.sampled_from(["plain", "🙂" * 200, "<&>|`" * 50]))
def test_a_comment_is_never_too_long_and_never_cut(roots: int, groups: int, text: str) -> None:
    whole = [
        [
            root(
                f"{text}/{number:04}/{region}", [change(f"{text}.{number % groups}", "update", attribute("a", text, 1))]
            )
            for number in range(roots)
            if number % groups == group
        ]
        for group in range(groups)
        for region in ("us-east-1",)
    ]
    every = [each for each in whole if each]
    risks = [Risk("R1", text, "warn", each.name, text, text) for each in (every[0] if every else [])]
    comment = markdown(review(every, risks=risks), link=LINK)
    assert_fits(comment)
    assert comment.count("<details>") == comment.count("</details>")
    assert len([token for token in PARSER.parse(comment) if token.type == "fence"]) * 2 == len(
        [line for line in comment.split("\n") if re.match(r"`{3,}\w*$", line)]
    )


def test_a_risk_of_no_root_is_one_of_the_spec() -> None:
    comment = markdown(
        review([[root("dev/a/b", [log_group()])]], risks=[Risk("R001", "idle", "note", "", "", "it idles")])
    )
    assert "- 💬 note **`R001`** `idle` in the spec: it idles\n" in comment


def test_roots_that_are_gone_from_the_spec_say_so() -> None:
    gone = change("aws_kms_key.this", "delete", attribute("description", "x"))
    roots = [replace(root(f"dev/a/{number}", [gone]), removed=True) for number in range(2)]
    assert "| `dev` 2 roots<br>gone from the spec | +0 ~0 ±0 -1 |" in markdown(review([roots]))


def test_diffs_that_do_not_fit_are_left_out_whole_and_counted() -> None:
    groups = [
        [root(f"prod/app-{number}/us-east-1", [change(f"aws_thing.a{line}") for line in range(900 + number)])]
        for number in range(90)
    ]
    comment = markdown(review(groups))
    shown = comment.count("<details>") - 1  # the graph
    assert 0 < shown < 90
    assert f"… and {90 - shown} more groups, too long to be shown here." in comment
    assert_fits(comment)


def test_one_long_diff_does_not_take_the_place_of_the_others() -> None:
    sizes = (2_000, 3, 3)
    groups = [
        [root(f"prod/app-{number}/us-east-1", [change(f"aws_thing.{'a' * 150}{line}") for line in range(size)])]
        for number, size in enumerate(sizes)
    ]
    comment = markdown(review(groups))
    assert comment.count("```diff") == 3
    assert "too long to be shown here" not in comment
    assert re.search(r"# … and [\d,]+ more changes", comment)


def test_a_fleet_of_thousands_is_told_in_counts() -> None:
    names = [f"prod/application-{number:05}/us-east-1" for number in range(5_000)]
    comment = markdown(review([[root(name, [log_group()]) for name in names]]))
    assert '"roots":null' in comment
    assert "5,000 of 5,000 roots change: 5,000 to add" in comment
    assert_fits(comment)
