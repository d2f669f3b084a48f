"""Component documents: what is right passes, and each way to be wrong is told word for word (`cases/`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.documents.actions import ACTIONS
from generator.documents.component import check_component
from generator.errors import SpecError
from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec.systems import SYSTEMS_FILE

HERE = Path(__file__).parent
CATALOG = sorted(
    path for path in (HERE.parents[1] / "environments").rglob("components/*.yaml") if path.name != SYSTEMS_FILE
)
ACCEPTED = [pytest.param(case, id=case["case"]) for case in yaml.safe_load((HERE / "accepted.yaml").read_text())]
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((HERE / "cases").glob("*.yaml"))
    if not path.stem.startswith("workflow-")
    for case in yaml.safe_load(path.read_text())
]


def findings(text: str) -> list[str]:
    """What is found in a document, each with its place."""
    report = Report()
    try:
        check_component(parse("d.yaml", text.encode()), report)
    except SpecError as error:
        report.add(error.diagnostics)
    return [str(each).removeprefix("d.yaml:") for each in report.diagnostics]


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_document_is_told_in_full(case: dict[str, Any]) -> None:
    assert findings(case["document"]) == case["expected"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("case", ACCEPTED)
def test_what_aws_takes_passes(case: dict[str, Any], line_end: str) -> None:
    assert findings("\ufeff" + case["document"].replace("\n", line_end)) == []


@pytest.mark.parametrize("path", CATALOG, ids=lambda path: path.stem)
def test_the_catalog_is_right(path: Path) -> None:
    assert findings(path.read_text()) == []


def test_a_document_with_all_that_there_is_passes() -> None:
    assert findings((HERE / "everything.yaml").read_text()) == []
    assert findings((HERE / "everything-windows.yaml").read_text()) == []


def test_every_action_is_in_a_document_that_passes() -> None:
    texts = "".join(path.read_text() for path in HERE.glob("everything*.yaml"))
    assert [name for name in ACTIONS if f"action: {name}\n" not in texts] == []
