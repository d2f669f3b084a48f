"""docs/spec.md cannot drift from the models that read a spec."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from generator.spec.imports import ImportWritten
from generator.spec.written import EnvironmentWritten, ImageWritten, LockWritten, OrganizationWritten

SCRIPT = Path(__file__).parents[2] / "docs" / "generate_spec_reference.py"


def load_script() -> Any:
    specification = importlib.util.spec_from_file_location("generate_spec_reference", SCRIPT)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_tables_of_keys_are_those_of_the_models() -> None:
    script = load_script()
    page = script.PAGE.read_text()
    assert script.generated(page) == page, "run: python docs/generate_spec_reference.py"


def test_every_key_has_a_description() -> None:
    for name, model in load_script().MODELS.items():
        assert all(field.description for field in model.model_fields.values()), name


@pytest.mark.parametrize("model", [OrganizationWritten, EnvironmentWritten, ImageWritten, ImportWritten, LockWritten])
def test_every_file_of_a_spec_has_a_json_schema(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    assert schema["additionalProperties"] is False
    assert json.dumps(schema)
