"""docs/components.md is what the documents say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import yaml

from .test_documents import BUILD, TEST
from .test_pairs import PAIRS

# What the distributions of the throw-away instances stand for.
SYSTEMS = {
    "al2": "Amazon Linux",
    "al2023": "Amazon Linux",
    "rhel": "Red Hat Enterprise Linux",
    "ubuntu": "Ubuntu",
    "debian": "Debian",
}

SCRIPT = Path(__file__).parents[2] / "docs" / "generate_component_table.py"


def load_script() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate_component_table", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    return script


def test_the_table_is_that_of_the_documents() -> None:
    script = load_script()
    page = script.PAGE.read_text("utf-8")
    assert script.generated(page) == page, "run: python docs/generate_component_table.py"


def test_every_build_component_has_a_test_of_its_own_and_linux_ones_are_run() -> None:
    tests = load_script().TESTS
    assert (sorted(tests), sorted(tests.values())) == (BUILD, TEST)
    assert {name: test for name, test in tests.items() if not name.startswith("windows-")} == {
        name: test for name, (test, _) in PAIRS.items()
    }


def test_a_component_and_its_test_are_for_the_systems_that_they_are_run_on() -> None:
    said = yaml.safe_load((load_script().COMPONENTS / "systems.yaml").read_text("utf-8"))["components"]
    assert sorted(said) == sorted((*BUILD, *TEST))
    for build, (test, distributions) in PAIRS.items():
        run = list(dict.fromkeys(SYSTEMS[each] for each in distributions))
        assert (said[build]["systems"], said[test]["systems"]) == (run, run)
