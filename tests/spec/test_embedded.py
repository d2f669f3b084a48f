"""Dockerfile templates and user data: their findings are where the words stand, and no text makes the checks fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.documents.dockerfile import PARENT, WHOLE_LINES, template_problems
from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec.embedded import Embedded
from generator.spec.user_data import user_data_problems

LINES = st.lists(
    st.sampled_from(
        [PARENT, f"FROM {PARENT}", *WHOLE_LINES, "RUN <<EOF", "EOF", "RUN a \\", "# escape=`", "#cloud-config",
         "<powershell>", "</powershell>", "version: 1.0", "a: [", "- b", "\t", "#!/bin/sh", "fi"]
    )
    | st.text(max_size=20)
)  # fmt: skip


@given(LINES.map("\n".join), st.sampled_from(["Linux", "Windows", "macOS"]))
def test_whatever_a_text_holds_its_findings_are_within_it(text: str, platform: str) -> None:
    for offset, message in [*template_problems(text), *user_data_problems(text, platform)]:
        assert 0 <= offset <= len(text)
        assert message


@pytest.mark.parametrize(
    ("yaml", "place"),
    [
        ("key: |\n  one\n  two one\n  three\n", (3, 7)),
        ("key: >-\n  one\n\n  two one\n\n  three\n", (4, 7)),
        ('key: "one\\ntwo one\\nthree"\n', (1, 16)),
    ],
    ids=["literal", "folded", "quoted"],
)
def test_a_finding_is_where_its_words_stand_in_the_yaml(yaml: str, place: tuple[int, int]) -> None:
    document = parse("d.yaml", yaml.encode())
    data = document.data
    assert isinstance(data, dict)
    text, report = data["key"], Report()
    Embedded(text, document, ("key",)).error(text.index("two one") + 4, "is wrong.", "G317", report)
    Embedded(text, document, ("key",), "its/file").error(text.index("two one") + 4, "is wrong.", "G317", report)
    line, column = place
    assert [str(each) for each in report.diagnostics] == [
        f"d.yaml:{line}:{column}: key: is wrong. (G317)",
        "its/file:2:5: is wrong. (G317)",
    ]


def test_many_findings_take_no_time_to_place() -> None:
    """Each is looked for in the whole text, so of very many only the first are told."""
    text = "RUN a\nfoo\n" * 1500
    assert len(template_problems(text)) == 20
