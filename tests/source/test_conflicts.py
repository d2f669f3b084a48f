from __future__ import annotations

import pytest

from generator.errors import SpecError
from generator.source.conflicts import sides_of
from generator.source.yaml import parse

MERGE = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\nc: 4\n>>>>>>> feature/x\nd: 5\n"


def test_each_side_has_its_own_lines_and_those_of_both() -> None:
    sides = sides_of(MERGE)
    assert sides is not None
    assert (sides.ours, sides.theirs) == ("a: 1\nb: 2\nd: 5\n", "a: 1\nb: 3\nc: 4\nd: 5\n")
    assert (sides.our_label, sides.their_label, sides.line) == ("HEAD", "feature/x", 2)


def test_lines_keep_their_numbers_when_they_are_asked_to() -> None:
    sides = sides_of(MERGE, keep_lines=True)
    assert sides is not None
    assert sides.ours.split("\n") == ["a: 1", "", "b: 2", "", "", "", "", "d: 5", ""]
    assert sides.theirs.split("\n") == ["a: 1", "", "", "", "b: 3", "c: 4", "", "d: 5", ""]


def test_what_both_came_from_is_no_side_even_where_it_is_a_conflict_itself() -> None:
    base = "||||||| merged common ancestors\n<<<<<<<<< 1\nb: 0\n=========\nb: 1\n>>>>>>>>> 2\n"
    sides = sides_of(MERGE.replace("=======\n", f"{base}=======\n"))
    assert sides is not None
    assert (sides.ours, sides.theirs) == ("a: 1\nb: 2\nd: 5\n", "a: 1\nb: 3\nc: 4\nd: 5\n")


def test_line_ends_of_windows_are_read() -> None:
    assert sides_of(MERGE.replace("\n", "\r\n")) == sides_of(MERGE)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "<<<<<<< HEAD\na: 1\n",
        "<<<<<<< HEAD\na: 1\n=======\na: 2\n",
        ">>>>>>> x\n<<<<<<< HEAD\na: 1\n=======\na: 2\n",
        "<<<<<<< HEAD\n<<<<<<< HEAD\n=======\n>>>>>>> x\n",
        "text: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n",
    ],
)
def test_a_text_without_whole_markers_has_no_conflict(text: str) -> None:
    assert sides_of(text) is None


def test_a_file_with_a_conflict_is_said_to_have_one() -> None:
    with pytest.raises(SpecError) as caught:
        parse("images/web.yaml", MERGE.encode())
    assert str(caught.value) == (
        "images/web.yaml:2:1: a merge of HEAD and feature/x has left a conflict here. "
        "Keep what holds of both sides, and remove the markers."
    )
