"""What Terraform's plan lets through, and what only it would refuse: `goldsmith check` tells all of it before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from changes import outcome

LISTS: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "questionable.yaml").read_text())


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{name}: {case['wrong']}") for name, cases in LISTS.items() for case in cases]
)
def test_what_plan_accepts_or_refuses_is_told_before_it(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    severity, code, text = (case["found"].get(key, "") for key in ("severity", "code", "text"))
    told = [str(each) for each in outcome(case).diagnostics if (each.severity, each.code) == (severity, code)]
    assert any(text in each for each in told), told


def test_all_of_them_are_here() -> None:
    assert {name: len(cases) for name, cases in LISTS.items()} == {"accepted": 27, "rejected": 10}
