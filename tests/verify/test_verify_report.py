from __future__ import annotations

import io
import subprocess
import sys

from rich.console import Console

from generator.verify.checks import Check, equal, skipped
from generator.verify.report import as_json, as_table, summary

CHECKS = [
    equal("prod/web/us-east-1", "role.trust", ["111111111111"], ["111111111111"]),
    equal("prod/web/us-east-1", "plan", "no changes", ["aws_kms_key.this (update)", "output.a (change)"]),
    skipped("prod/images/us-east-1", "parameter.web.us-east-1", "an AMI", "no image built yet"),
]


def test_json_has_a_version_the_counts_and_every_check() -> None:
    assert as_json(CHECKS) == {
        "version": 1,
        "passed": 1,
        "failed": 1,
        "skipped": 1,
        "checks": [
            {
                "root": "prod/web/us-east-1",
                "name": "role.trust",
                "expected": "111111111111",
                "actual": "111111111111",
                "result": "passed",
            },
            {
                "root": "prod/web/us-east-1",
                "name": "plan",
                "expected": "no changes",
                "actual": "aws_kms_key.this (update), output.a (change)",
                "result": "failed",
            },
            {
                "root": "prod/images/us-east-1",
                "name": "parameter.web.us-east-1",
                "expected": "an AMI",
                "actual": "no image built yet",
                "result": "skipped",
            },
        ],
    }


def test_the_table_names_a_root_once_and_repeats_no_value() -> None:
    screen = io.StringIO()
    Console(file=screen, width=140).print(as_table(CHECKS))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in screen.getvalue().splitlines() if "│" in line]
    assert rows == [
        ["prod/web/us-east-1", "role.trust", "111111111111", "", "passed"],
        ["", "plan", "no changes", "aws_kms_key.this (update), output.a (change)", "failed"],
        ["prod/images/us-east-1", "parameter.web.us-east-1", "an AMI", "no image built yet", "skipped"],
    ]


def test_values_are_text_and_never_markup() -> None:
    screen = io.StringIO()
    Console(file=screen, width=140).print(as_table([equal("a", "b", "[red]x[/red]", "[link=y]z")]))
    assert "[red]x[/red]" in screen.getvalue()
    assert "[link=y]z" in screen.getvalue()


def test_no_value_is_broken_where_output_is_not_a_terminal() -> None:
    value = "arn:aws:imagebuilder:us-east-1:111111111111:" + "x" * 300
    program = (
        "from generator.verify.checks import equal\nfrom generator.verify.report import print_table\n"
        f"print_table([equal('root', 'name', 'other', {value!r})])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert value in finished.stdout


def test_the_summary_leaves_out_what_there_is_none_of() -> None:
    assert summary(CHECKS) == "1 passed, 1 failed, 1 skipped"
    assert summary(CHECKS[:1]) == "1 passed"
    assert summary([Check("a", "b", "c", "d", "skipped")]) == "0 passed, 1 skipped"
