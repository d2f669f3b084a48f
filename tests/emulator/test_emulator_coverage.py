"""docs/emulator.md cannot drift from the operations that the embedded Image Builder has."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from moto.core.utils import get_service_model

SCRIPT = Path(__file__).parents[2] / "docs" / "generate_emulator_coverage.py"


def load_script() -> Any:
    specification = importlib.util.spec_from_file_location("generate_emulator_coverage", SCRIPT)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_page_names_what_works_and_what_is_not_there() -> None:
    script = load_script()
    page = script.PAGE.read_text()
    assert script.generated() == page, "run: python docs/generate_emulator_coverage.py"
    assert "| CreateImage | works |" in page


def test_the_page_has_every_operation_of_the_model() -> None:
    page = load_script().generated()
    assert all(f"| {name} | " in page for name in get_service_model("imagebuilder").operation_names)


def test_an_operation_that_is_not_there_is_named_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.emulator.imagebuilder.responses import ImageBuilderResponse

    monkeypatch.delattr(ImageBuilderResponse, "list_images")
    assert "| ListImages | not there |" in load_script().generated()


def test_a_note_is_about_an_operation_that_exists() -> None:
    script = load_script()
    operations = {line.split(" | ")[0].removeprefix("| ") for line in script.generated().splitlines()}
    assert set(script.NOTES) <= operations
