from __future__ import annotations

import click
import pytest

from generator.check.for_people import WIDEST, in_two, text_of
from generator.errors import Diagnostic


def shown(*diagnostics: Diagnostic, lines: list[str]) -> list[str]:
    return click.unstyle(text_of(diagnostics, lambda _: lines)).split("\n")


def test_findings_of_a_file_stand_together_and_files_apart() -> None:
    found = [
        Diagnostic("a.yaml", 0, 0, "", "One."),
        Diagnostic("a.yaml", 0, 0, "", "Two."),
        Diagnostic("b.yaml", 0, 0, "", "One."),
    ]
    assert shown(*found, lines=[]) == ["a.yaml: One.", "a.yaml: Two.", "", "b.yaml: One."]


def test_a_mark_is_below_what_is_meant_whatever_stands_before_it() -> None:
    line = "\tname: 日本e\u0301x"
    begin = line.index("x") + 1
    assert shown(Diagnostic("a.yaml", 1, begin, "", "No.", end_column=begin + 1), lines=[line]) == [
        f"a.yaml:1:{begin}: No.",
        "    1 |  name: 日本e x".replace("e x", "e\u0301x") if "\u0301".isprintable() else "",
        "      |  " + " " * len("name: ") + " " * 5 + "^",
    ]


def test_of_a_very_long_line_the_part_around_the_cause_is_shown() -> None:
    line = "a" * 5000 + "b" + "c" * 5000
    _, excerpt, mark = shown(Diagnostic("a.yaml", 1, 5001, "", "No.", end_column=5002), lines=[line])
    assert len(excerpt) == len("    1 | ") + WIDEST
    assert excerpt[mark.index("^")] == "b"


def test_a_line_that_is_gone_is_not_shown() -> None:
    assert shown(Diagnostic("a.yaml", 9, 1, "", "No."), lines=["a: 1"]) == ["a.yaml:9:1: No."]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("'a' is not allowed; b is.", ("'a' is not allowed; b is.", "")),
        ("is missing. Add it.", ("is missing.", "Add it.")),
        ("is missing. Add it. Then go.", ("is missing.", "Add it. Then go.")),
        ("'One. Two' is no name. Take another.", ("'One. Two' is no name.", "Take another.")),
        ("AWS's own key. Bad. 'a. B'", ("AWS's own key.", "Bad. 'a. B'")),
        ("there is no b. `goldsmith explain` lists all.", ("there is no b.", "`goldsmith explain` lists all.")),
        ("{{ a. B }}: there is no such thing. Go.", ("{{ a. B }}: there is no such thing.", "Go.")),
        ("takes 1.5 or so. No more", ("takes 1.5 or so.", "No more")),
    ],
)
def test_a_message_is_what_is_wrong_and_what_to_do(message: str, parts: tuple[str, str]) -> None:
    assert in_two(message) == parts
