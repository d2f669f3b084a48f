"""What drifted, as it is shown: golden texts of a real plan. Regenerate them with GOLDSMITH_REGENERATE=1."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from by_hand import ONE_ROOT
from jsonschema import Draft202012Validator
from rich.console import Console
from specs import write_spec

from generator.review.drift import drift_issues
from generator.review.drift_document import drift_document
from generator.review.drift_markdown import drift_markdown, owner_names
from generator.review.drift_terminal import drift_summary
from generator.review.drifted import Drifted, drifted_of
from generator.review.json_schema import review_schemas
from generator.review.limits import units
from generator.review.model import Planned, PlannedRoot
from generator.review.planning import with_digest
from generator.review.record import read_planned, write_planned
from generator.spec import load
from generator.spec.model import Spec
from generator.terraform.drift import read_drift
from generator.terraform.plans import Plan

TESTS = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    write_spec(tmp_path, ONE_ROOT)
    return load(tmp_path)


def plan(name: str) -> Plan:
    document = json.loads((TESTS / "plans" / "refreshed" / f"{name}.json").read_text())
    return read_drift("prod/images-prod/us-east-1", document, 1.0)


def root(region: str, found: Plan | None, failure: str = "") -> PlannedRoot:
    name = f"prod/images-prod/{region}"
    made = PlannedRoot(name, "prod", "images-prod", "333333333333", region, "build", f"{name}/terraform.tfstate")
    return with_digest(replace(made, plan=found and replace(found, root=name), failure=failure))


def planned() -> Planned:
    found = plan("by-hand")
    less = replace(found, changes=found.changes[:1])
    roots = (root("us-east-1", found), root("eu-central-1", less), root("us-west-2", plan("nothing")))
    return Planned(roots, commit="c0ffee" * 6 + "c0ff", terraform="1.11.4", kind="drift")


def failed() -> Planned:
    return replace(planned(), roots=(*planned().roots, root("eu-west-1", None, "Error: no such role | <b>`")))


def compare(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("GOLDSMITH_REGENERATE"):
        file.write_text(text)
    assert text == file.read_text()


def test_markdown_has_groups_owners_diffs_and_what_to_do_next(spec: Spec) -> None:
    compare("drift.md", drift_markdown(drifted_of(failed(), spec)))


def test_a_terminal_has_it_shorter(spec: Spec) -> None:
    console = Console(width=120, no_color=True, highlight=False)
    with console.capture() as capture:
        console.print(drift_summary(drifted_of(failed(), spec)))
    compare("drift.txt", capture.get())


def test_json_is_what_its_schema_says(spec: Spec) -> None:
    validator = Draft202012Validator(review_schemas()["drift"])
    for each in (planned(), failed(), Planned((), kind="drift")):
        document = json.loads(drift_document(drifted_of(each, spec)))
        assert [error.message for error in validator.iter_errors(document)] == []
    document = json.loads(drift_document(drifted_of(failed(), spec)))
    assert {each["name"].rpartition("/")[2]: each["state"] for each in document["roots"]} == {
        "us-east-1": "drifted",
        "eu-central-1": "drifted",
        "us-west-2": "clean",
        "eu-west-1": "failed",
    }
    assert document["found"] == {"changed": 4, "gone": 2, "outputs": 0}


def test_roots_that_drifted_alike_are_one_group_whose_command_is_for_all(spec: Spec) -> None:
    found = plan("by-hand")
    roots = tuple(root(region, found) for region in ("us-east-1", "eu-central-1"))
    (group,) = drifted_of(Planned(roots, kind="drift"), spec).groups
    assert len(group.group.roots) == 2
    assert group.command == "goldsmith apply prod"


def test_who_should_look_is_the_image_s_owner_or_nobody_where_the_spec_has_none(spec: Spec) -> None:
    unowned = replace(spec, organization=replace(spec.organization, tags={}))
    (group,) = drifted_of(replace(planned(), roots=planned().roots[:1]), unowned).groups
    assert owner_names(group).text == "nobody is named (`prod`), `web-team` (image `web` of `prod`)"


def test_a_saved_file_says_that_it_is_drift_and_no_digest_of_it_is_a_plan_s(tmp_path: Path) -> None:
    write_planned(planned(), tmp_path / "drift.json")
    read = read_planned([tmp_path / "drift.json"])
    assert read == replace(planned(), roots=tuple(sorted(planned().roots, key=lambda root: root.name)))
    changed = read.roots[0]
    assert changed.plan is not None
    assert with_digest(replace(changed, plan=replace(changed.plan, refresh_only=False))).digest != changed.digest


def test_an_issue_says_who_should_look(spec: Spec) -> None:
    drifted = drifted_of(planned(), spec)
    owners = {each.group.name: owner_names(each) for each in drifted.groups}
    bodies = [issue.body for issue in drift_issues(drifted.review, "", owners)]
    assert all("Who should look: `platform` (`prod`)" in body for body in bodies)


def test_however_much_drifted_the_markdown_stays_within_its_limit(spec: Spec) -> None:
    drifted = drifted_of(planned(), spec)
    many = Drifted(drifted.review, drifted.groups * 200)
    text = drift_markdown(many)
    assert units(text) <= 65_536
    assert "more groups" in text
