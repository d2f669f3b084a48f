"""The digest of a plan: the same wherever the plan is the same, and another one for whatever has another meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fleets import document_of, fleet_of, plan_of, planned_from
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ReviewError
from generator.review.digest import fleet_digest, is_named_by, root_digest, short
from generator.review.planning import with_digest
from generator.terraform.changes import NOTHING, read_plan
from generator.terraform.secrets import DigestKey

CASES = [
    *("replaced", "moved-and-forgotten", "imported", "sensitive", "output-only", "aws-key-replaced", "aws-drifted"),
    "fleet/component-changed/prod.images-prod.us-east-1",
    "fleet/tags-changed/prod.images-prod.us-east-1",
]
KEY = DigestKey("made-up")

Steps = tuple[str | int, ...]


def digest_of(document: dict[str, Any], key: DigestKey = KEY) -> str:
    return planned_from(read_plan("r", document, seconds=1.0, key=key)).digest


def leaves(value: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    elif value is not None:
        yield path


def mutated(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x"


def with_mutation(document: Any, path: Steps) -> Any:
    """A copy with another value at the path."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = mutated(place[path[-1]])
    return copy


def meaning(document: dict[str, Any]) -> list[Steps]:
    """The leaves of both sides of everything that acts."""
    found: list[Steps] = []
    for index, item in enumerate(document.get("resource_changes", [])):
        if tuple(item["change"]["actions"]) not in NOTHING:
            for side in ("before", "after"):
                found += [("resource_changes", index, "change", side, *path) for path in leaves(item["change"][side])]
    for name, change in document.get("output_changes", {}).items():
        if change["actions"] != ["no-op"] and not change["after_unknown"]:
            found += [
                ("output_changes", name, side, *path) for side in ("before", "after") for path in leaves(change[side])
            ]
    return found


# What AWS moves by itself, and what stays as it is.
def counts(document: dict[str, Any], path: Steps) -> bool:
    return path[-1] not in ("date_last_run", "date_next_run", "latest_version")


DOCUMENTS = {case: document_of(case) for case in CASES}
MEANINGS = [
    (case, path) for case, document in DOCUMENTS.items() for path in meaning(document) if counts(document, path)
]


@given(st.sampled_from(MEANINGS))
def test_another_value_is_another_digest(place: tuple[str, Steps]) -> None:
    case, path = place
    document = document_of(case)
    assert digest_of(with_mutation(document, path)) != digest_of(document)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("member", ["address", "type", "provider_name", "action_reason", "previous_address", "deposed"])
def test_another_resource_or_reason_is_another_digest(case: str, member: str) -> None:
    document = document_of(case)
    for item in document.get("resource_changes", []):
        before = digest_of(document)
        if tuple(item["change"]["actions"]) not in NOTHING:
            item[member] = f"{item.get(member) or ''}x"
            assert digest_of(document) != before


@pytest.mark.parametrize("actions", [["create"], ["delete"], ["forget"], ["create", "delete"], ["create", "forget"]])
def test_another_action_is_another_digest(actions: list[str]) -> None:
    document = document_of("aws-key-replaced")
    for index, item in enumerate(document["resource_changes"]):
        if item["change"]["actions"] not in (actions, ["read"]):
            copy = json.loads(json.dumps(document))
            copy["resource_changes"][index]["change"]["actions"] = actions
            assert digest_of(copy) != digest_of(document)


def reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(list(value))}
    return [reversed_keys(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES)
def test_the_order_of_keys_and_of_resources_means_nothing(case: str) -> None:
    document = document_of(case)
    other = reversed_keys(document)
    other.get("resource_changes", []).reverse()
    assert digest_of(other) == digest_of(document)


@pytest.mark.parametrize("case", CASES)
def test_time_role_machine_and_what_was_before_mean_nothing(case: str) -> None:
    document = document_of(case)
    other = {
        **document,
        "timestamp": "2031-01-01T00:00:00Z",
        "variables": {"role": {"value": "AnotherRole"}},
        "prior_state": {},
        "planned_values": {},
        "resource_drift": [],
        "relevant_attributes": [],
    }
    secrets = {name: document["variables"][name] for name in document.get("variables", {}) if name == "password"}
    other["variables"] |= secrets
    assert digest_of(other) == digest_of(document)
    root = planned_from(plan_of(case))
    slower = replace(root.plan, seconds=77.0) if root.plan is not None else None
    assert with_digest(replace(root, plan=slower, reasons=(), account="renamed")).digest == root.digest


@pytest.mark.parametrize(
    "members",
    [
        {"account_id": "999999999999"},
        {"region": "eu-west-1"},
        {"state_key": "other.tfstate"},
        {"lock": "3" * 64},
        {"rendered": "3" * 64},
        {"removed": True},
    ],
)
def test_what_a_plan_is_bound_to_is_part_of_it(members: dict[str, Any]) -> None:
    root = planned_from(plan_of("replaced"))
    assert root_digest(replace(root, **members)) != root.digest
    empty = planned_from(plan_of("nothing"))
    assert root_digest(replace(empty, **members)) != empty.digest


def test_another_terraform_is_another_digest() -> None:
    document = document_of("replaced")
    assert digest_of({**document, "terraform_version": "1.12.0"}) != digest_of(document)


def test_a_secret_counts_by_its_keyed_hash() -> None:
    document = document_of("sensitive")
    other = json.loads(json.dumps(document).replace("staple-of-another-kind", "staple-of-yet-another"))
    for key in (KEY, DigestKey()):
        assert digest_of(other, key) != digest_of(document, key)
        assert digest_of(document, key) == digest_of(document, key)
    assert digest_of(document, DigestKey("another")) != digest_of(document)
    names = {DigestKey(text).name for text in ("", "made-up", "another")}
    assert (len(names), "" in names) == (3, True)


def test_a_condition_that_no_longer_holds_is_another_digest() -> None:
    document = document_of("check-failed")
    passing = [{**check, "status": "pass", "instances": []} for check in document["checks"]]
    assert digest_of({**document, "checks": passing}) != digest_of(document)


def test_the_digest_of_a_fleet_is_of_its_roots_in_whatever_order() -> None:
    roots = fleet_of(4).roots
    digest = fleet_digest(roots)
    assert fleet_digest(roots[::-1]) == digest
    assert len({digest, fleet_digest(roots[:3]), fleet_digest([*roots[:3], planned_from(plan_of("nothing"))])}) == 3
    # Two roots that exchange their plans are another fleet.
    swapped = [replace(roots[0], digest=roots[1].digest), replace(roots[1], digest=roots[0].digest), *roots[2:]]
    assert fleet_digest(swapped) != digest
    assert fleet_digest([*roots, planned_from(None, failure="Error: no")]) == ""


def test_a_digest_is_named_by_twelve_characters_or_more() -> None:
    digest = fleet_digest(fleet_of(1).roots)
    assert is_named_by(digest, short(digest))
    assert is_named_by(digest, digest.upper())
    assert not is_named_by(digest, mutated_digest(digest)[:12])
    assert not is_named_by("", "0" * 12)
    for given_text in ("", digest[:11], "x" * 12, f"{digest[:11]} "):
        with pytest.raises(ReviewError, match="is no digest"):
            is_named_by(digest, given_text)


def mutated_digest(digest: str) -> str:
    return ("0" if digest[0] != "0" else "1") + digest[1:]
