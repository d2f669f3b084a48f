"""What a plan would do, as lines: of real plans, and of what real plans seldom hold."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fleets import PLANS, plan_of
from made import attribute, change

from generator.review.diffs import lines_of
from generator.review.parts import diff_block
from generator.review.textdiff import Line, compared, shortened
from generator.terraform.plans import Plan, ResourceChange
from generator.terraform.values import UNKNOWN, Value, known

GOLDEN = Path(__file__).parent / "golden" / "diffs"
CASES = sorted(
    [
        *(path.parent.name for path in PLANS.glob("*/plan.json") if path.parent.name not in ("errored", "nothing")),
        *(str(path.relative_to(PLANS)).removesuffix(".json") for path in PLANS.glob("fleet/*/*.json")),
    ]
)


@pytest.mark.parametrize("case", CASES)
def test_a_real_plan_reads_as_it_should(case: str) -> None:
    text = diff_block(lines_of(plan_of(case), 1_000)).text + "\n"
    path = GOLDEN / f"{case.replace('/', '-')}.md"
    if os.environ.get("GOLDSMITH_REGENERATE"):
        path.write_text(text, encoding="utf-8")
    command = f"GOLDSMITH_REGENERATE=1 python -m pytest {Path(__file__).relative_to(Path.cwd())}"
    assert text == (path.read_text(encoding="utf-8") if path.exists() else ""), (
        f"review the difference, then: {command}"
    )


def lines(*changes: ResourceChange) -> list[str]:
    return [f"{line.kind}: {line.text}" for line in lines_of(Plan("r", changes), 1_000)]


def component(version: str, action: str, **others: object) -> ResourceChange:
    """One version of a component, as it comes or as it goes."""
    values = {"name": "prod-harden-os", "version": version, "description": "", **others}
    sides = [(None, value) if action == "create" else (value, None) for value in values.values()]
    attributes = [attribute(path, *side) for path, side in zip(values, sides, strict=True)]
    address = f"module.harden_{version.replace('.', '_')}.aws_imagebuilder_component.this"
    return change(address, action, *attributes)


def test_a_new_version_is_compared_with_the_one_that_goes() -> None:
    old = component("1.0.0", "delete", user_data="echo", data="a\nb\nc\n")
    new = component("1.0.1", "create", data="a\nB\nc\n")
    assert lines(old, new) == [
        "head: module.harden_1_0_0.aws_imagebuilder_component.this is destroyed",
        "note: module.harden_1_0_1.aws_imagebuilder_component.this takes its place: what differs is shown there",
        "head: module.harden_1_0_1.aws_imagebuilder_component.this is created",
        "note: compared with module.harden_1_0_0.aws_imagebuilder_component.this, whose place it takes",
        "same: data:",
        "same:   a",
        "remove:   b",
        "add:   B",
        "same:   c",
        'remove: user_data = "echo"',
        'remove: version = "1.0.0"',
        'add: version = "1.0.1"',
    ]


def test_where_two_go_nobody_knows_which_one_is_followed() -> None:
    told = lines(component("1.0.0", "delete"), component("1.0.1", "delete"), component("1.0.2", "create"))
    assert not [line for line in told if "place" in line]


def test_a_policy_is_compared_line_by_line_and_what_forces_a_replacement_is_marked() -> None:
    before, after = (json.dumps({"Statement": [{"Effect": effect, "Sid": "A"}]}) for effect in ("Deny", "Allow"))
    assert lines(change("aws_x.y", "replace", attribute("policy", before, after, forces=True))) == [
        "head: aws_x.y is replaced, because of policy",
        "same: policy:  # forces replacement",
        "same:   {",
        """same:     "Statement": [""",
        "same:       {",
        """remove:         "Effect": "Deny",""",
        """add:         "Effect": "Allow",""",
        '''same:         "Sid": "A"''',
        "same:       }",
        "same:     ]",
        "note:   …",
    ]


def test_what_aws_will_say_is_named_and_not_listed() -> None:
    told = lines(change("aws_x.y", "create", *(attribute(f"a{number}", None, UNKNOWN) for number in range(10))))
    assert told[1:] == ["note: known after apply: a0, a1, a2, a3, a4, a5, a6, a7, …"]


def test_empty_values_that_come_or_go_say_nothing() -> None:
    told = lines(
        change("aws_x.y", "delete", attribute("a", "", None), attribute("b", [], None), attribute("c", 0, None))
    )
    assert told[1:] == ["remove: c = 0"]


def test_tags_are_told_once() -> None:
    told = lines(
        change(
            "aws_x.y",
            "update",
            attribute("tags.Owner", "a", "b"),
            attribute("tags_all.Owner", "a", "b"),
            attribute("tags_all.Team", "a", "b"),
        )
    )
    assert told[1:] == [
        *('remove: tags.Owner = "a"', 'add: tags.Owner = "b"'),
        *('remove: tags_all.Team = "a"', 'add: tags_all.Team = "b"'),
    ]


def test_a_long_text_is_told_with_its_size_and_its_hash() -> None:
    long = known("x" * 100_000)
    assert long.size
    told = lines(change("aws_x.y", "update", attribute("data", "short", long)))
    assert told[-1] == f"add:   (100,000 characters in all, sha256 {long.sha256[:16]})"


def test_two_long_lines_are_shown_where_they_differ() -> None:
    before, after = "a" * 5_000 + "1" + "b" * 5_000, "a" * 5_000 + "2" + "b" * 5_000
    assert shortened(before, after) == f"…{'a' * 60}1{'b' * 239}… (10,001 characters)"
    assert shortened(after, before) == f"…{'a' * 60}2{'b' * 239}… (10,001 characters)"
    assert shortened("short", before) == "short"


def test_what_is_too_long_is_cut_in_its_longest_changes_and_every_head_is_shown() -> None:
    sizes = (30, 2, 100)
    changes = [
        change(f"aws_x.a{number}", "update", *(attribute(f"p{line:03}", None, line) for line in range(size)))
        for number, size in enumerate(sizes)
    ]
    whole = lines_of(Plan("r", tuple(changes)), 43)
    assert len(whole) == 43
    assert [line.text.split()[0] for line in whole if line.kind == "head"] == ["aws_x.a0", "aws_x.a1", "aws_x.a2"]
    assert [line.text for line in whole if line.kind == "note"] == ["… and 12 more lines", "… and 82 more lines"]
    assert lines_of(Plan("r", tuple(changes)), 135) == lines_of(Plan("r", tuple(changes)), 1_000)


def test_a_plan_of_very_many_changes_says_how_many_are_left_out() -> None:
    whole = lines_of(Plan("r", tuple(change(f"aws_x.a{number:03}") for number in range(100))), 10)
    assert len(whole) == 11
    assert whole[-1] == Line("note", "… and 90 more changes")


def test_texts_without_much_in_common_are_not_compared_pair_by_pair() -> None:
    """A comparison of 20,000 lines with 20,000 others would take minutes."""
    before, after = [f"old {number}" for number in range(20_000)], [f"new {number}" for number in range(20_000)]
    told = list(compared(["same", *before, "end"], ["same", *after, "end"]))
    assert [line.kind for line in told] == ["same", *["remove"] * 20_000, *["add"] * 20_000, "same"]


def test_equal_lines_between_two_differences_are_shortened_to_their_ends() -> None:
    middle = [f"line {number}" for number in range(20)]
    told = list(compared(["a", *middle, "b"], ["A", *middle, "B"]))
    assert [line.text for line in told] == [
        *("a", "A", "line 0", "line 1", "line 2", "…", "line 17", "line 18", "line 19", "b", "B")
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 50_000, "{not json", '{"a": 1e999}', "[NaN]", "\n\n", "{}", "[]"]
)
def test_what_only_looks_like_json_is_text(text: str) -> None:
    assert lines(change("aws_x.y", "update", attribute("a", text, Value("known", 1))))
