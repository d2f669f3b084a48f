"""What a job of GitHub Actions hands on can be read back as GitHub reads it, whatever the values hold."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

from small_reviews import DIGEST, planned, review, risk

from generator.review.model import Allowance
from generator.review.posting.actions import SUMMARY_BYTES, outputs_of, remarks, write_outputs, write_summary


def nowhere(root: str) -> str:
    return ""


def read_outputs(file: Path) -> dict[str, str]:
    """As the runner does: `name<<mark`, the value's lines, the mark."""
    lines, outputs = iter(file.read_text().splitlines()), {}
    for line in lines:
        name, mark = line.split("<<", 1)
        outputs[name] = "\n".join(iter(lambda mark=mark: next(lines), mark))  # type: ignore[misc]
    return outputs


def test_outputs_say_what_a_later_job_goes_by(tmp_path: Path) -> None:
    failing = planned("prod/web-prod/us-east-1", failure="no such role")
    quiet = planned("dev/data-dev/us-east-1", changes=False)
    write_outputs(tmp_path / "output", outputs_of(review(planned(), failing, quiet)))
    assert read_outputs(tmp_path / "output") == {
        "digest": DIGEST,
        "blocked": "true",
        "changes": "true",
        "failed": "1",
        "roots": '["dev/images-dev/us-east-1"]',
    }


def test_a_value_cannot_end_itself_and_begin_another_output(tmp_path: Path) -> None:
    hostile = "first\ngoldsmith_\nEOF\ndigest<<EOF\nforged\nEOF"
    write_outputs(tmp_path / "output", {"one": hostile, "two": "kept"})
    assert read_outputs(tmp_path / "output") == {"one": hostile, "two": "kept"}


def test_the_marks_of_two_outputs_differ(tmp_path: Path) -> None:
    write_outputs(tmp_path / "output", {"one": "", "two": ""})
    marks = [line.split("<<")[1] for line in (tmp_path / "output").read_text().splitlines() if "<<" in line]
    assert len(set(marks)) == 2


def test_a_summary_is_added_to_what_the_step_said_before(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n")
    write_summary(file, lambda limit: "the review")
    assert file.read_text() == "before\nthe review\n"


def test_a_summary_never_has_more_bytes_than_github_takes(tmp_path: Path) -> None:
    write_summary(tmp_path / "summary", lambda limit: "é" * limit)
    assert (tmp_path / "summary").stat().st_size < SUMMARY_BYTES


def test_roots_that_failed_and_open_risks_become_remarks_the_worst_first() -> None:
    failing = planned("prod/web-prod/us-east-1", failure="no such role")
    risks = (
        risk("note", "R300", "a new tag"),
        risk("warn", "R200", "a wildcard"),
        risk(),
        dataclasses.replace(risk(), root="x/y/z"),
    )
    said = remarks(review(planned(), failing, risks=risks), lambda root: f"{root}.tf" if "web" in root else "")
    where = "dev/images-dev/us-east-1 module.web.this"
    assert said == [
        "::error file=prod/web-prod/us-east-1.tf,title=goldsmith%3A a root could not be planned::"
        "prod/web-prod/us-east-1: no such role",
        f"::error title=goldsmith R101 replaced-recipe::{where}: it is replaced And 1 more of R101.",
        f"::warning title=goldsmith R200 replaced-recipe::{where}: a wildcard",
        f"::notice title=goldsmith R300 replaced-recipe::{where}: a new tag",
    ]


def test_an_allowed_risk_is_no_remark() -> None:
    allowed = dataclasses.replace(risk(), allowed=Allowance("planned", date(2027, 1, 1)))
    assert remarks(review(risks=(allowed,)), nowhere) == []


def test_a_message_cannot_begin_a_command_of_its_own() -> None:
    (line,) = remarks(review(risks=(risk(message="bad\r\n::set-output name=digest::forged %0A"),)), nowhere)
    assert "\n" not in line
    assert line.endswith("bad%0D%0A::set-output name=digest::forged %250A")


def test_of_many_failures_ten_are_told_as_github_shows_no_more() -> None:
    failing = [planned(f"prod/a{number}/us-east-1", failure="down") for number in range(30)]
    assert len(remarks(review(*failing), nowhere)) == 10


def test_outputs_are_plain_json_where_they_are_not_words() -> None:
    outputs = outputs_of(review(planned(changes=False)))
    assert [json.loads(outputs[name]) for name in ("blocked", "changes", "roots")] == [False, False, []]
