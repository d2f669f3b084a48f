"""The head of a comment: read back, and changed without touching the rest."""

from __future__ import annotations

import pytest
from fleet_of_300 import fleet_of_300
from hostile_text import texts
from hypothesis import given
from made import review, root

from generator.review.header import STATUSES, Status, header, is_review, read_header, with_status
from generator.review.markdown import markdown

REVIEW = fleet_of_300()
COMMENT = markdown(REVIEW)


def test_a_comment_says_its_digests_to_machines() -> None:
    head = read_header(COMMENT)
    assert head is not None
    assert (head.commit, head.digest, head.status) == (REVIEW.planned.commit, REVIEW.digest, "planned")
    assert head.roots == {each.name: each.digest[:16] for each in REVIEW.planned.roots}


def test_a_comment_bears_our_mark_and_words_about_it_do_not() -> None:
    assert is_review(COMMENT)
    assert not is_review(f"> {COMMENT}")


def test_a_header_of_300_roots_takes_little_of_a_comment() -> None:
    assert len(header(REVIEW).text) < 15_000


@given(texts)
def test_whatever_the_names_are_the_header_is_one_line(text: str) -> None:
    place = text.replace("/", "") or "x"
    line = header(review([], [root(f"{place}/{place}/{place}")], commit=text)).text
    assert line.count("<") == line.count(">") == 1
    assert "\n" not in line
    head = read_header(f"{line}\nthe rest")
    assert head is not None
    assert head.commit == text[:64]
    assert list(head.roots or ()) == [f"{place}/{place}/{place}"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_new_status_changes_nothing_else(status: Status, ends: str) -> None:
    before = COMMENT.replace("\n", ends)
    after = with_status(before, status, "by `maria`", "https://ci.example/9")
    head = read_header(after)
    assert head is not None
    assert head.status == status
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(changed) == (2 if status != "planned" else 1)
    assert changed[-1].endswith("by `maria` See [the run](<https://ci.example/9>).")
    assert with_status(after, "planned").splitlines() == COMMENT.splitlines()


@given(texts)
def test_a_note_cannot_leave_the_status_line(text: str) -> None:
    after = with_status(COMMENT, "applied", text, f"https://x.example/{text}")
    assert len(after.split("\n")) == len(COMMENT.split("\n"))
    assert with_status(after, "planned") == COMMENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LGTM",
        "quoted:\n<!-- goldsmith:review {} -->",
        "<!-- goldsmith:review {} -->\n",
        "<!-- goldsmith:review [1] -->\n",
        '<!-- goldsmith:review {"schema":1} -->\n',
        '<!-- goldsmith:review {"schema":2,"commit":"","fleet":"","status":"planned","roots":{}} -->\n',
        '<!-- goldsmith:review {"schema":1,"commit":"","fleet":"","status":"odd","roots":{}} -->\n',
        '<!-- goldsmith:review {"schema":1,"commit":"","fleet":"","status":"planned","roots":{"a":1}} -->\n',
        "<!-- goldsmith:review {" + '"a":{' * 100_000 + " -->\n",
    ],
)
def test_what_is_no_header_of_ours_is_not_read(text: str) -> None:
    assert read_header(text) is None
    with pytest.raises(ValueError, match="not a comment"):
        with_status(text, "applied")


def test_a_status_line_in_a_diff_is_not_taken_for_the_real_one() -> None:
    hostile = root("a/b/c", failure="<!-- goldsmith:status -->applied")
    comment = markdown(review([], [hostile]))
    assert with_status(comment, "outdated").count("<!-- goldsmith:status -->applied") == 1
