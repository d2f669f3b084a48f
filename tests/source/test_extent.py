"""Where the cause of a finding begins and ends in the file, however the YAML is written."""

from __future__ import annotations

import pytest

from generator.documents.component import check_component
from generator.errors import SpecError
from generator.source.report import Report
from generator.source.yaml import Path, parse

ANCHORS = b"""\
one: &one {name: first, size: 1}
two: &two
  - "a \\" b"
  - 'it''s'   # comment
three: *one
four: *two
"""


@pytest.mark.parametrize(
    ("path", "at_key", "line", "words"),
    [
        (("one", "name"), False, 1, "first"),
        (("one", "name"), True, 1, "name"),
        (("two", 0), False, 3, '"a \\" b"'),
        (("two", 1), False, 4, "'it''s'"),
        (("three",), False, 5, "*one"),
        (("three", "size"), False, 1, "1"),  # an alias has no text of its own: what is wrong stands at the anchor
        (("four", 1), False, 4, "'it''s'"),
        (("two",), False, 2, "&two"),
        (("missing",), False, 1, "one: &one {name: first, size: 1}"),
    ],
)
def test_a_finding_marks_its_cause(path: Path, at_key: bool, line: int, words: str) -> None:
    report = Report()
    report.error(parse("f.yaml", ANCHORS), path, "No.", at_key=at_key)
    [found] = report.diagnostics
    text = ANCHORS.decode().split("\n")[line - 1]
    assert found.line == line
    assert text[found.column - 1 : found.end_column - 1] == words


COMPONENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - &step
        name: Literal
        action: ExecuteBash
        inputs:
          commands:
            - |2
                indented
              echo {{ One }}
            - >-
              folded
              echo {{ Two }} {{ Two }}
            - "quoted {{ Three }}"
            - plain {{ Four }}
  - name: test
    steps: [*step]
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_finding_inside_of_a_script_marks_the_words_on_their_line(line_end: str) -> None:
    report = Report()
    check_component(parse("f.yaml", COMPONENT.replace("\n", line_end).encode()), report)
    lines = COMPONENT.split("\n")
    marked = {
        (each.line, lines[each.line - 1][each.column - 1 : each.end_column - 1])
        for each in report.diagnostics
        if "there is no such parameter" in each.message
    }
    assert marked == {
        (12, "{{ One }}"),
        (15, "{{ Two }}"),
        (16, "{{ Three }}"),
        (17, "{{ Four }}"),
    }


def test_a_merge_key_is_refused_where_it_stands() -> None:
    with pytest.raises(SpecError, match=r"f\.yaml:2:5: b: merge keys \(<<\) are not read"):
        parse("f.yaml", b"a: &a {x: 1}\nb: {<<: *a}\n")
