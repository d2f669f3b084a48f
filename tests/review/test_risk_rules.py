"""Each risk rule by its cases in `rules/<CODE>.yaml`: the exact findings of a plan, and so those that must not be."""

from __future__ import annotations

import importlib.util
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from case_files import cases_in
from plan_excerpts import plan_document

from generator.review.findings import findings_of
from generator.review.model import LEVELS, Planned, PlannedRoot, Reason, Risk
from generator.review.risks import find_risks
from generator.review.rules import RULES
from generator.review.subjects import Place
from generator.spec.risk_codes import RISK_CODES
from generator.terraform.changes import read_plan
from generator.terraform.secrets import DigestKey

FOLDER = Path(__file__).parent / "rules"
CASES = cases_in(FOLDER)
SECTIONS = ("What:", "Why:", "Bad:", "Good:", "Source:")
BUILD, WEB, DATA = "333333333333", "444444444444", "555555555555"  # 123456789012 is nobody's
PLACE = Place("prod/images-prod/us-east-1", "prod", BUILD, "us-east-1", frozenset({BUILD, WEB, DATA}))
KEY = DigestKey("made-up")  # digests are of no matter here, and without a key each secret takes 50 ms
ELSEWHERE = {"R001", "R801", "R802", "R803"}  # found by no rule: tests of their own


def document_of(case: dict[str, Any]) -> dict[str, Any]:
    return plan_document(case.get("plan", ()), case.get("drift", ()), case.get("checks", ()))


def risks_of(case: dict[str, Any]) -> tuple[Risk, ...]:
    root = PlannedRoot(
        name=PLACE.root,
        environment=PLACE.environment,
        account="images-prod",
        account_id=PLACE.account_id,
        region=PLACE.region,
        kind="build",
        state_key="prod/images-prod/us-east-1.tfstate",
        plan=read_plan(PLACE.root, document_of(case), 0.0, KEY),
        reasons=tuple(Reason(**each) for each in case.get("reasons", ())),
        removed=case.get("removed", False),
        findings=findings_of(document_of(case), PLACE),
    )
    return find_risks(Planned((root,)), (), date(2026, 11, 1))


def told(risk: Risk) -> str:
    level = "" if risk.level == RULES[risk.code].level else f"{risk.level}: "
    return f"{level}{risk.address or 'root'}: {risk.message}"


@pytest.mark.parametrize(
    ("code", "case"), [pytest.param(code, case, id=f"{code}: {case['case']}") for code in CASES for case in CASES[code]]
)
def test_a_rule_finds_what_it_should_and_no_more(code: str, case: dict[str, Any]) -> None:
    assert [told(risk) for risk in risks_of(case) if risk.code == code] == case["expected"]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page_and_cases_that_fire_and_that_do_not(code: str) -> None:
    rule = RULES[code]
    starts = [rule.body.find(f"\n{section}") for section in SECTIONS[1:]]
    assert rule.body.startswith(SECTIONS[0])
    assert starts == sorted(starts)
    assert min(starts) > 0
    assert rule.level in LEVELS
    if code not in ELSEWHERE:
        assert {bool(case["expected"]) for case in CASES[code]} == {True, False}


def test_cases_names_and_files_are_of_rules_that_there_are() -> None:
    assert set(CASES) == set(RULES) - ELSEWHERE
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    folder = Path(__file__).parents[2] / "generator" / "review" / "rules"
    named = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}.py" for rule in RULES.values()}
    assert named == {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def test_a_spec_may_name_the_rules_that_there_are() -> None:
    assert {rule.code: rule.name for rule in RULES.values()} == RISK_CODES


def test_the_page_of_risks_is_current() -> None:
    script = Path(__file__).parents[2] / "docs" / "generate_risks.py"
    specification = importlib.util.spec_from_file_location("generate_risks", script)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), "run: python docs/generate_risks.py"


@pytest.mark.parametrize("mark", ["unknown", "before_sensitive", "after_sensitive"])
@pytest.mark.parametrize("code", CASES)
def test_no_rule_stumbles_over_what_is_secret_or_not_known(code: str, mark: str) -> None:
    """Each attribute of each case in turn, at the top and below, is a secret or is known after apply only."""
    for case in CASES[code]:
        for index, change in enumerate(case.get("plan", ())):
            for key, value in {**(change.get("before") or {}), **(change.get("after") or {})}.items():
                for marks in (True, *_below(value)):
                    changed = deepcopy(case)
                    changed["plan"][index][mark] = {key: marks}
                    assert all(isinstance(risk.message, str) for risk in risks_of(changed))


def _below(value: Any) -> list[Any]:
    """Marks for what is inside of a value, one level down."""
    if isinstance(value, list):
        return [[True] * len(value), *([each] for each in (_below(value[0]) if value else ()))]
    return [{key: True} for key in value] if isinstance(value, dict) else []
