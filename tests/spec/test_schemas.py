"""The JSON Schemas for editors: every example fits its own, what is plainly wrong does not; the files are current."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from specs import SMALL

from generator.review.json_schema import review_schemas
from generator.rollout.document import rollout_schemas
from generator.rollout.next_document import step_schemas
from generator.rollout.shown import record_schemas
from generator.source.yaml import parse
from generator.spec.json_schema import schemas

PROJECT = Path(__file__).parents[2]
SCHEMAS = schemas()
CASES = PROJECT / "tests" / "documents" / "cases"
FOLDERS = {"components": "component", "images": "image", "imports": "import", "workflows": "workflow"}


def kind_of(path: Path) -> str | None:
    """Which schema a file under environments/ goes by; None for what is no file of a spec."""
    if (path.parent / "organization.yaml").is_file():
        others = {
            "organization.yaml": "organization",
            "versions.lock.yaml": "lock",
            "launch_templates.lock.yaml": "launch-templates",
            "accounts.lock.yaml": "accounts-lock",
        }
        return others.get(path.name, "environment")
    if path.name == "systems.yaml":
        return "systems"
    return FOLDERS.get(path.parent.name) if (path.parent.parent / "organization.yaml").is_file() else None


FILES = [(path, kind) for path in sorted((PROJECT / "environments").rglob("*.yaml")) if (kind := kind_of(path))]
WRITTEN = [(path, kind) for path, kind in FILES if not path.name.endswith(".lock.yaml")]  # by hand


def problems(kind: str, text: bytes) -> list[str]:
    found = Draft202012Validator(SCHEMAS[kind]).iter_errors(parse("f.yaml", text).data)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_one_and_refuses_an_empty_mapping(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert problems(kind, b"{}")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_file_is_current(kind: str) -> None:
    path = PROJECT / "docs" / "schemas" / f"{kind}.schema.json"
    assert json.loads(path.read_text()) == json.loads(json.dumps(SCHEMAS[kind])), "run: make docs"


@pytest.mark.parametrize(("path", "kind"), FILES, ids=lambda value: str(value).removeprefix(str(PROJECT)))
def test_every_example_fits(path: Path, kind: str) -> None:
    assert problems(kind, path.read_bytes()) == []


@pytest.mark.parametrize(("path", "kind"), WRITTEN, ids=lambda value: str(value).removeprefix(str(PROJECT)))
def test_every_example_names_its_schema_to_editors(path: Path, kind: str) -> None:
    first = path.read_text().split("\n", 1)[0]
    assert first.startswith("# yaml-language-server: $schema=")
    named = path.parent / first.partition("=")[2]
    assert named.resolve() == PROJECT / "docs" / "schemas" / f"{kind}.schema.json"
    assert named.is_file()


@pytest.mark.parametrize("path", sorted((PROJECT / "tests/documents").glob("everything*.yaml")), ids=lambda p: p.stem)
def test_a_document_with_all_that_there_is_fits(path: Path) -> None:
    assert problems("workflow" if "workflow" in path.stem else "component", path.read_bytes()) == []


BEYOND_A_SCHEMA: dict[str, list[str]] = {
    "head": ["phase twice", "only a phase of the container's host"],
    "steps": [
        "name twice", "nested document with a time limit", "two platforms", "updates on macOS", "owner on Windows",
    ],
    "inputs": [
        "no URL of S3", "upload to a path", "download from S3 by URL", "checksum without algorithm",
        "type of the registry", "root of the registry",
    ],
    "conditions": ["nested too deep", "no number", "no pattern", "a number compared with a word"],
    "loops": ["step of zero", "the wrong way", "a name for two loops of a phase", "the name of no loop"],
    "workflow-head": ["parameter twice", "defaults of other types", "defaults in quotes", "output twice"],
    "workflow-steps": [
        "name twice", "components in a distribution", "findings in a build", "distribution in a test",
        "container and AMI",
    ],
    "workflow-inputs": [
        "no instance", "no AMI", "no topic", "no state machine", "no JSON", "variable outside of braces in JSON",
        "long JSON", "text for a list by a parameter", "list for a text by a parameter", "parameter for mappings",
    ],
    "workflow-conditions": ["five levels", "no number", "no truth value", "deep operand"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BEYOND_A_SCHEMA))
def test_most_wrong_documents_do_not_fit(name: str) -> None:
    """What needs more than one place to be looked at (references, names that stand twice) is the check's alone."""
    kind = "workflow" if name.startswith("workflow-") else "component"
    passing = [
        case["case"]
        for case in yaml.safe_load((CASES / f"{name}.yaml").read_text())
        if not problems(kind, case["document"].encode())
    ]
    assert passing == BEYOND_A_SCHEMA[name]


@pytest.mark.parametrize(
    ("kind", "file", "old", "new"),
    [
        ("organization", "organization.yaml", '"333333333333"', "333333333333"),
        ("organization", "organization.yaml", "roles:", "rolls:"),
        ("environment", "prod.yaml", "images: [web]", "images: web"),
        ("environment", "prod.yaml", "  region: us-east-1\n", ""),
        ("image", "images/web.yaml", "components: [harden-os, {aws: update-linux}]", "components: []"),
        ("image", "images/web.yaml", "image: web", "image: web\nvolume: {size: big}"),
        ("image", "images/web.yaml", "image: web", "image: web\nscanning: maybe"),
        ("image", "images/web.yaml", "image: web", "image: web\ndescription:"),
    ],
)
def test_a_wrong_spec_does_not_fit(kind: str, file: str, old: str, new: str) -> None:
    assert problems(kind, SMALL[file].encode()) == []
    assert old in SMALL[file]
    assert problems(kind, SMALL[file].replace(old, new).encode())


def test_the_script_writes_every_schema() -> None:
    spec = importlib.util.spec_from_file_location("generate_schemas", PROJECT / "docs" / "generate_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert {name.removesuffix(".schema.json") for name in module.generated()} == {
        *SCHEMAS,
        *review_schemas(),
        *rollout_schemas(),
        *record_schemas(),
        *step_schemas(),
    }
