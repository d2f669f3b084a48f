"""Each rule by its cases in `rules/<CODE>.yaml`: the exact findings of a changed spec, and those that must not be."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from case_files import cases_in
from changes import outcome
from specs import SMALL

from generator.check.rules import RULES

FOLDER = Path(__file__).parent / "rules"
CASES = cases_in(FOLDER)
SECTIONS = ("What:", "Why:", "Bad:", "Good:", "Source:")


@pytest.mark.parametrize(
    ("code", "case"), [pytest.param(code, case, id=f"{code}: {case['case']}") for code in CASES for case in CASES[code]]
)
def test_a_rule_finds_what_it_should_and_no_more(
    code: str, case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = [each for each in outcome(case).diagnostics if each.code == code]
    assert [str(each) for each in found] == [f"spec/{each} ({code})" for each in case["expected"]]
    assert {each.severity for each in found} <= {RULES[code].severity}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page_and_cases_that_fire_and_that_do_not(code: str) -> None:
    rule = RULES[code]
    starts = [rule.body.find(f"\n{section}") for section in SECTIONS[1:]]
    assert rule.body.startswith(SECTIONS[0])
    assert starts == sorted(starts)
    assert min(starts) > 0
    assert {bool(case["expected"]) for case in CASES[code]} == {True, False}


def test_cases_names_and_files_are_of_rules_that_there_are() -> None:
    assert set(CASES) == set(RULES)
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    folder = Path(__file__).parents[2] / "generator" / "check" / "rules"
    named = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}.py" for rule in RULES.values()}
    assert named == {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def test_every_code_that_is_told_has_a_rule() -> None:
    package = Path(__file__).parents[2] / "generator"
    sources = [*package.glob("spec/*.py"), *package.glob("documents/*.py"), *package.glob("check/script*.py")]
    told = {code for path in sources for code in re.findall(r'"(G[0-9]{3})"', path.read_text())}
    assert told <= set(RULES)
    assert {code for code in RULES if code[1] in "234"} <= told


def test_the_page_of_rules_is_current() -> None:
    script = Path(__file__).parents[2] / "docs" / "generate_rules.py"
    specification = importlib.util.spec_from_file_location("generate_rules", script)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), "run: python docs/generate_rules.py"


SPARE = {"write": {"images/spare.yaml": SMALL["images/web.yaml"].replace("image: web", "image: spare")}}


def test_a_code_of_the_command_line_is_ignored_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "G101" in {each.code for each in outcome(SPARE).diagnostics}
    without = outcome(SPARE, ("G101", "G110"))
    assert "G101" not in {each.code for each in without.diagnostics}
    assert without.idle == ("G110",)
