"""Every example of every module's README, planned by the real provider in one root."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from provider_schema import attributes_script

from generator.emulator.endpoint import Endpoint
from modules.readme import Example, read_examples
from modules.roots import NAMES, Root, make_root

EXAMPLES = read_examples()
SCRIPT = attributes_script()
ATTRIBUTES = {resource: SCRIPT.read(resource) for resource in SCRIPT.resources()}
POLICIES = Path(__file__).parent / "policies.json"
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, running_provider: Mapping[str, str]) -> Root:
    files = {f"{example.id}.tf": example.hcl for example in EXAMPLES}
    directory = tmp_path_factory.mktemp("examples")
    return make_root(directory, emulator, {"provider.tf": PROVIDER, **files}, running_provider)


@pytest.fixture(scope="module")
def planned(root: Root) -> dict[str, dict[str, dict[str, Any]]]:
    """Planned values by example and by address below the example's module call."""
    plan = root.plan()
    assert plan["complete"]
    calls = plan["planned_values"]["root_module"]["child_modules"]
    resources: dict[str, dict[str, dict[str, Any]]] = {example.id: {} for example in EXAMPLES}
    for call in calls:
        prefix = call["address"]
        example = next(example.id for example in EXAMPLES if prefix.startswith(f"module.{example.id}-"))
        resources[example] |= {
            resource["address"].removeprefix(f"{prefix}."): resource["values"] for resource in call["resources"]
        }
    return resources


def value_at(resources: dict[str, dict[str, Any]], path: str) -> Any:
    """The value at ADDRESS.ATTRIBUTE.0.ATTRIBUTE; `resources` is how many there are."""
    if path == "resources":
        return len(resources)
    address = next((address for address in resources if path.startswith(f"{address}.")), None)
    assert address, f"{path}: no such resource; planned are {', '.join(sorted(resources))}"
    value: Any = resources[address]
    for step in path.removeprefix(f"{address}.").split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@pytest.mark.parametrize("module", NAMES)
def test_each_module_shows_two_examples_or_more(module: str) -> None:
    assert sum(example.module == module for example in EXAMPLES) >= 2


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_an_example_plans_what_it_says(example: Example, planned: dict[str, dict[str, dict[str, Any]]]) -> None:
    assert "resources" in dict(example.expectations)
    seen = {path: value_at(planned[example.id], path) for path, _ in example.expectations}
    assert seen == dict(example.expectations)


def test_the_modules_and_their_examples_are_formatted(root: Root) -> None:
    root.run("fmt", "-check", "-diff", "-recursive", ".")


def test_policies_grant_what_was_reviewed(planned: dict[str, dict[str, dict[str, Any]]]) -> None:
    seen = {
        f"{example} {address} {attribute}": json.loads(values[attribute])
        for example, resources in planned.items()
        for address, values in resources.items()
        for attribute in ("assume_role_policy", "policy")
        if isinstance(values.get(attribute), str)
    }
    if os.environ.get("GOLDSMITH_REGENERATE"):
        POLICIES.write_text(json.dumps(seen, indent=2, sort_keys=True) + "\n")
    command = f"GOLDSMITH_REGENERATE=1 python -m pytest {Path(__file__).relative_to(Path.cwd())}"
    assert seen == json.loads(POLICIES.read_text()), f"review the difference, then: {command}"


def set_attributes(values: Any, path: str = "") -> set[str]:
    """The attributes that hold something, nested ones with dots: `volume.size`; a map's keys are no attributes."""
    if isinstance(values, list) and any(isinstance(each, dict) for each in values):
        return {found for each in values for found in set_attributes(each, path)}
    if isinstance(values, dict) and (not path or any(isinstance(each, list | dict) for each in values.values())):
        return {
            found for name, each in values.items() for found in set_attributes(each, f"{path}.{name}" if path else name)
        }
    if isinstance(values, dict):
        return {path, *(f"{path}.{name}" for name, each in values.items() if each not in (None, "", [], {}))}
    return set() if values in (None, "", [], {}) else {path}


@pytest.mark.parametrize("resource", ATTRIBUTES)
def test_every_attribute_that_a_key_reaches_is_set_by_an_example(
    planned: dict[str, dict[str, dict[str, Any]]], resource: str
) -> None:
    """Named in a module's text is not enough: an example's plan has to hold a value."""
    found: set[str] = set()
    for resources in planned.values():
        for address, values in resources.items():
            if address.startswith(f"aws_imagebuilder_{resource}."):
                found |= set_attributes(values)
    reached = {name for name, reach in ATTRIBUTES[resource].items() if reach.kind == "key"}
    assert sorted(reached - found) == []
