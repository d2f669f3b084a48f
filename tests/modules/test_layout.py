"""What all modules have in common: files, pinned versions, described and exact variables, current tables."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from modules.roots import MODULES, NAMES

GENERATOR = MODULES.parent / "docs" / "generate_module_tables.py"
SIZES = """\
variable "sizes" {
  description = "Sizes."
  type = map(object({
    big   = optional(bool, true)
    label = string
  }))
  nullable = false

  validation {
    condition     = length(var.sizes) > 0
    error_message = "sizes must not be empty."
  }
}
"""
WITHOUT_TAGS = {"registry-scanning", "scanning"}  # settings of an account, which take none
FILES = {"README.md", "main.tf", "outputs.tf", "tests", "variables.tf", "versions.tf"}


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_module_tables", GENERATOR)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def read_terraform(module: str) -> str:
    return "".join(path.read_text() for path in sorted((MODULES / module).glob("*.tf")))


@pytest.mark.parametrize("module", NAMES)
def test_a_module_has_the_customary_files(module: str) -> None:
    assert {path.name for path in (MODULES / module).iterdir()} >= FILES


def test_all_modules_ask_for_the_same_versions() -> None:
    assert len({(MODULES / module / "versions.tf").read_text() for module in NAMES}) == 1


@pytest.mark.parametrize("module", NAMES)
def test_tables_in_the_readme_are_current(module: str, generator: ModuleType) -> None:
    readme = (MODULES / module / "README.md").read_text()
    assert readme == generator.updated(readme, generator.tables(MODULES / module)), "run `make docs`"


def test_a_readme_without_marks_is_refused(generator: ModuleType) -> None:
    with pytest.raises(ValueError, match="lacks a mark"):
        generator.updated("# a module\n", "tables")


def test_tables_show_types_on_one_line_and_what_must_be_given(tmp_path: Path, generator: ModuleType) -> None:
    (tmp_path / "variables.tf").write_text(SIZES)
    (tmp_path / "outputs.tf").write_text('output "total" {\n  description = "Sum."\n  value       = 1\n}\n')
    assert generator.tables(tmp_path) == (
        "## Variables\n\n| name | description | type | default |\n|---|---|---|---|\n"
        "| `sizes` | Sizes. | `map(object({ big = optional(bool, true), label = string }))` | required |\n\n"
        "## Outputs\n\n| name | description |\n|---|---|\n| `total` | Sum. |\n\n"
    )


@pytest.mark.parametrize("module", NAMES)
def test_variables_are_described_and_exact_and_in_order(module: str, generator: ModuleType) -> None:
    variables = generator.read_blocks(MODULES / module / "variables.tf")
    names = [variable.name for variable in variables]
    assert names == sorted(names)
    assert ("tags" in names) != (module in WITHOUT_TAGS)
    assert [variable.name for variable in variables if not variable.description.endswith(".")] == []
    assert [variable.name for variable in variables if re.search(r"\bany\b", variable.type or "any")] == []


@pytest.mark.parametrize("module", NAMES)
def test_a_variable_takes_null_only_where_null_is_its_default(module: str) -> None:
    text = (MODULES / module / "variables.tf").read_text()
    for name, body in re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text, re.MULTILINE | re.DOTALL):
        not_nullable = re.search(r"^  nullable += false$", body, re.MULTILINE) is not None
        null_default = re.search(r"^  default += null$", body, re.MULTILINE) is not None
        assert not_nullable != null_default, name


@pytest.mark.parametrize("module", NAMES)
def test_outputs_are_described_and_in_order(module: str, generator: ModuleType) -> None:
    outputs = generator.read_blocks(MODULES / module / "outputs.tf")
    assert [output.name for output in outputs] == sorted(output.name for output in outputs)
    assert all(output.description.endswith(".") for output in outputs)


@pytest.mark.parametrize("module", NAMES)
def test_a_module_looks_nothing_up(module: str) -> None:
    """Values come in by variables, so that a plan is the same whoever makes it, with few rights."""
    assert re.search(r'^data "', read_terraform(module), re.MULTILINE) is None


@pytest.mark.parametrize("module", NAMES)
def test_every_resource_that_takes_tags_has_the_modules_tags(module: str) -> None:
    iam = "iam_role|iam_instance_profile"
    others = (
        "cloudwatch_event_rule|cloudwatch_log_group|codebuild_project|ecr_repository|kms_key|launch_template|s3_bucket|"
        "sfn_state_machine|sns_topic|ssm_parameter"
    )
    taggable = rf"aws_(imagebuilder_\w+|{iam}|{others})"
    resources = re.findall(rf'^resource "{taggable}" "\w+" \{{\n(.*?)^\}}', read_terraform(module), re.M | re.S)
    assert bool(resources) != (module in WITHOUT_TAGS)
    assert all(re.search(r"^  tags += (merge\()?var\.tags\b", body, re.MULTILINE) for _, body in resources)
