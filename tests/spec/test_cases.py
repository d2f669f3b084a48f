"""Every way in which a spec can be wrong: the changes, and each finding word for word, are in `cases/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from case_files import cases_in
from specs import write_spec

from generator.spec.loading import read

CASES = [
    pytest.param(case, id=f"{name}: {case['case']}")
    for name, cases in cases_in(Path(__file__).parent / "cases").items()
    for case in cases
]


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_spec_is_told_in_full(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = write_spec(Path("spec"), case.get("spec"))
    _change(spec, case)
    reading = read(spec)
    assert [str(each).removeprefix("spec/") for each in reading.diagnostics] == case["expected"]
    assert (reading.spec is None) == bool(reading.errors)


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_spec_is_read_whatever_else_its_environment_says(case: dict[str, Any], tmp_path: Path) -> None:
    """What is wrong in one place leaves a hole where another looks: it is told all the same, and nothing breaks."""
    spec = write_spec(tmp_path / "spec", case.get("spec"))
    _change(spec, case)
    environment = spec / "prod.yaml"
    if environment.is_file() and not {"lifecycle:", "keep:", "notify:"} & set(environment.read_text().split()):
        environment.write_text(environment.read_text() + "\nlifecycle: {delete: keep 5}\nkeep: 2\nnotify: own\n")
    reading = read(spec)
    assert reading.spec is not None or reading.errors


def _change(spec: Path, case: dict[str, Any]) -> None:
    for name, pairs in case.get("replace", {}).items():
        text = (spec / name).read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (spec / name).write_text(text)
    for name, text in case.get("write", {}).items():
        (spec / name).parent.mkdir(parents=True, exist_ok=True)
        (spec / name).write_text(text)
    for name in case.get("remove", []):
        (spec / name).unlink()
