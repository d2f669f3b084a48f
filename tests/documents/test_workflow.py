"""Workflow documents: what is right passes, and each way to be wrong is told word for word (`cases/workflow-*`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.documents.workflow import STAGES, check_workflow
from generator.documents.workflow_actions import ACTIONS
from generator.emulator.imagebuilder.managed_workflows import MANAGED_WORKFLOWS
from generator.errors import SpecError
from generator.source.report import Report
from generator.source.yaml import parse

HERE = Path(__file__).parent
EVERYTHING = sorted(HERE.glob("everything-workflow*.yaml"))
OWN = sorted((HERE.parents[1] / "environments").rglob("workflows/workflows/*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((HERE / "cases").glob("workflow-*.yaml"))
    for case in yaml.safe_load(path.read_text())
]


def findings(text: str) -> list[str]:
    """What is found in a document, each with its place."""
    report = Report()
    try:
        check_workflow(parse("d.yaml", text.encode()), report)
    except SpecError as error:
        report.add(error.diagnostics)
    return [str(each).removeprefix("d.yaml:") for each in sorted(report.diagnostics)]


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_document_is_told_in_full(case: dict[str, Any]) -> None:
    assert findings(case["document"]) == case["expected"]


@pytest.mark.parametrize("path", [*EVERYTHING, *OWN], ids=lambda path: path.stem)
def test_a_document_with_all_that_there_is_passes(path: Path) -> None:
    assert findings(path.read_text()) == []


@pytest.mark.parametrize("name", MANAGED_WORKFLOWS)
def test_amazons_own_documents_pass_in_their_stage(name: str) -> None:
    workflow = MANAGED_WORKFLOWS[name]
    [stage] = [each for each, kind in STAGES.items() if kind == workflow.kind]
    assert findings(f"{workflow.data}\ntype: {stage}\n") == []


def test_every_action_and_every_input_is_in_a_document_that_passes() -> None:
    steps = [step for path in EVERYTHING for step in yaml.safe_load(path.read_text())["steps"]]
    used = {action: {key.removesuffix(".$") for key in _inputs(steps, action)} for action in ACTIONS}
    assert used == {name: set(action.inputs) for name, action in ACTIONS.items()}


def _inputs(steps: list[dict[str, Any]], action: str) -> set[str]:
    return {key for step in steps if step["action"] == action for key in step.get("inputs", {})}
