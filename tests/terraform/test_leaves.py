"""Leaves of a change, for any values that Terraform could have: nothing is lost, and nothing sensitive is kept."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.terraform.leaves import leaves_of
from generator.terraform.secrets import Secrets
from generator.terraform.sets import aligned
from generator.terraform.values import ABSENT, AttributeChange, known

SCALARS = st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner))
OBJECTS = st.dictionaries(st.sampled_from("abc"), st.none() | VALUES, max_size=3)
NONE = Secrets({})


def changes(before: Any, after: Any, **members: Any) -> list[AttributeChange]:
    return [leaf.change for leaf in leaves_of({"before": before, "after": after, **members}, NONE)]


def same(one: Any, other: Any) -> bool:
    """Whether Terraform takes them for the same: a member that is null is one that is not set."""
    kept = [{name: value for name, value in each.items() if value is not None} for each in (one, other)]
    return json.dumps(kept[0], sort_keys=True) == json.dumps(kept[1], sort_keys=True)


@given(OBJECTS, OBJECTS)
def test_there_are_leaves_where_two_values_differ_and_only_there(before: Any, after: Any) -> None:
    assert bool(changes(before, after)) != same(before, after)
    assert changes(before, before) == []


@given(OBJECTS, OBJECTS)
def test_the_way_back_has_the_same_leaves_the_other_way_round(before: Any, after: Any) -> None:
    there = {each.path: (each.before, each.after) for each in changes(before, after)}
    back = {each.path: (each.after, each.before) for each in changes(after, before)}
    assert there == back


@given(OBJECTS)
def test_what_is_made_is_told_whole(after: Any) -> None:
    """Each scalar of it stands in one leaf, with its path."""
    made = changes(None, after)
    assert all(each.before == ABSENT for each in made)
    assert len({each.path for each in made}) == len(made)
    assert sorted(map(str, _scalars(after))) == sorted(
        str(each.after.json) for each in made if each.after.json not in ([], {})
    )


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [each for inner in (value.values() if isinstance(value, dict) else value) for each in _scalars(inner)]
    return [] if value is None else [value]


@st.composite
def marked(draw: st.DrawFn, value: Any, inside: bool = False) -> tuple[Any, Any]:
    """The value with a secret in place of each text that is marked, and the marks."""
    mark = inside or draw(st.integers(0, 3)) == 0
    if isinstance(value, dict):
        parts = {key: draw(marked(each, mark)) for key, each in value.items()}
        return {key: part[0] for key, part in parts.items()}, mark or {key: part[1] for key, part in parts.items()}
    if isinstance(value, list):
        each_marked = [draw(marked(each, mark)) for each in value]
        return [part[0] for part in each_marked], mark or [part[1] for part in each_marked]
    return (f"secret-{draw(st.integers(0, 99999)):05}" if mark else value), mark


@given(st.data(), OBJECTS, OBJECTS)
def test_nothing_that_is_marked_is_kept(data: st.DataObject, before: Any, after: Any) -> None:
    (before, before_marks), (after, after_marks) = data.draw(marked(before)), data.draw(marked(after))
    change = {
        "actions": ["update"],
        "before": before,
        "after": after,
        "before_sensitive": before_marks,
        "after_sensitive": after_marks,
        "after_unknown": {},
    }
    document = {"resource_changes": [{"address": "a.b", "change": change}]}
    told = [leaf.change.as_dict() for leaf in leaves_of(change, Secrets(document))]
    assert "secret-" not in json.dumps(told)


def test_true_is_not_one() -> None:
    assert changes({"a": True}, {"a": 1}) == [AttributeChange("a", known(True), known(1))]
    assert changes({"a": [1.0]}, {"a": [1]}) == [AttributeChange("a[0]", known(1.0), known(1))]


def test_elements_of_a_set_are_paired_by_what_they_are() -> None:
    before = [{"region": "us-east-1", "name": "a"}, {"region": "eu-central-1", "name": "a"}]
    after = [{"region": "ap-south-1", "name": "a"}, {"region": "eu-central-1", "name": "b"}]
    assert aligned(before, after) == [(0, None), (1, 1), (None, 0)]
    assert aligned(["a", "b"], ["b", "c"]) == [(0, None), (1, 0), (None, 1)]
    assert aligned([{"x": 1, "y": 2}, {"x": 3}], [{"x": 3}, {"x": 1, "y": 3}]) == [(0, 1), (1, 0)]


def test_a_set_that_lost_an_element_says_so_of_that_one_alone() -> None:
    change = {
        "before": {"distribution": [{"region": "ap-south-1"}, {"region": "us-east-1", "regions": [1]}]},
        "after": {"distribution": [{"region": "us-east-1", "regions": [2]}]},
    }
    found = [leaf.change for leaf in leaves_of(change, NONE, frozenset({"distribution"}))]
    assert found == [
        AttributeChange("distribution[0].region", known("ap-south-1"), ABSENT),
        AttributeChange("distribution[1].regions[0]", known(1), known(2)),
    ]
