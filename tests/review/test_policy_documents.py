"""Policies: what one permits that another did not, whatever the form in which both are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.review.policies import MAX_GRANTS, Policy, read_policy, widened

PRINCIPALS = ["*", "444444444444", "arn:aws:iam::444444444444:root", "arn:aws:iam::555555555555:role/ci"]
ACTIONS = ["s3:GetObject", "s3:Get*", "S3:PutObject", "*", "kms:Decrypt"]
RESOURCES = ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::?/b"]


def policy(*statements: Any) -> Policy:
    read = read_policy(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    assert read is not None
    return read


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def one_or_more(values: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


STATEMENTS = st.builds(
    lambda effect, principal, action, resource, values: {
        "Effect": effect,
        "Principal": {"AWS": principal} if principal != "*" else "*",
        "Action": action,
        "Resource": resource,
        **({"Condition": {"StringEquals": {"aws:PrincipalOrgID": values}}} if values else {}),
    },
    st.sampled_from(["Allow", "Deny"]),
    one_or_more(PRINCIPALS),
    one_or_more(ACTIONS),
    one_or_more(RESOURCES),
    st.lists(st.sampled_from(["o-1", "o-2"]), max_size=2, unique=True),
)


@given(st.lists(STATEMENTS, max_size=4), st.randoms(use_true_random=False))
def test_another_form_of_the_same_permits_nothing_more(statements: list[dict[str, Any]], random: Any) -> None:
    other = [other_form(each, random) for each in statements]
    random.shuffle(other)
    assert widened(policy(*statements), policy(*other)) == ()
    assert policy(*statements).denying == policy(*other).denying


def other_form(statement: dict[str, Any], random: Any) -> dict[str, Any]:
    """Another Sid, lists in another order, one text as a list, letters of actions in another size."""
    changed = {"Sid": f"Sid{random.randint(1, 9)}", **statement}
    for key in ("Action", "Resource"):
        items = changed[key] if isinstance(changed[key], list) else [changed[key]]
        random.shuffle(items)
        changed[key] = [each.upper() if key == "Action" else each for each in items]
    if isinstance(changed["Principal"], dict):
        names = changed["Principal"]["AWS"]
        changed["Principal"] = {"AWS": [names] if isinstance(names, str) else names[::-1]}
    return changed


@given(st.lists(STATEMENTS, max_size=3), STATEMENTS)
def test_a_statement_more_permits_what_it_says_and_one_less_nothing(
    statements: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    before, after = policy(*statements), policy(*statements, more)
    assert widened(after, before) == ()
    assert all(grant.action in after.statements[-1].actions for grant in widened(before, after))
    if more["Effect"] == "Allow":
        assert bool(widened(policy(), policy(more)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (allow("s3:Get*"), allow("s3:GetObject"), []),
        (allow("s3:GetObject"), allow("s3:Get*"), [("s3:get*", "*")]),
        (allow("s3:*"), allow("S3:PutObject"), []),
        (allow("s3:?etObject"), allow("s3:GetObject"), []),
        (allow("s3:?etObject"), allow("s3:*etObject"), [("s3:*etobject", "*")]),
        (allow("s3:GetObject", "arn:aws:s3:::a/*"), allow("s3:GetObject", "arn:aws:s3:::a/b/*"), []),
        (allow("s3:GetObject", "arn:aws:s3:::a/b"), allow("s3:GetObject"), [("s3:getobject", "*")]),
        (allow("*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, []),
        (allow("s3:*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, [("not: iam:*", "*")]),
        (allow("s3:GetObject", Condition={"Bool": {"a:b": True}}), allow("s3:GetObject"), [("s3:getobject", "*")]),
        (allow("s3:GetObject"), allow("s3:GetObject", Condition={"Bool": {"a:b": True}}), []),
        (
            allow("s3:GetObject", Condition={"StringNotEquals": {"a:b": ["x", "y"]}}),
            allow("s3:GetObject", Condition={"StringNotEquals": {"a:b": "x"}}),
            [("s3:getobject", "*")],
        ),
        (
            allow("s3:GetObject", Condition={"StringNotEquals": {"a:b": ["x"]}}),
            allow("s3:GetObject", Condition={"stringNotEquals": {"A:B": ["x", "y"]}}),
            [],
        ),
    ],
)
def test_what_is_newly_permitted(before: Any, after: Any, expected: list[tuple[str, str]]) -> None:
    assert [(grant.action, grant.resource) for grant in widened(policy(before), policy(after))] == expected


def test_a_policy_too_large_for_aws_is_told_as_one_thing() -> None:
    many = [f"s3:Action{number}" for number in range(300)]
    grants = widened(policy(), policy(allow(many, [f"arn:aws:s3:::{number}" for number in range(MAX_GRANTS // 100)])))
    assert [grant.action for grant in grants] == ["s3:action0, s3:action1, s3:action10 and 297 more"]


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "1", None, 5, "[" * 100_000])
def test_what_is_no_policy_is_none(text: object) -> None:
    assert read_policy(text) is None


@pytest.mark.parametrize(
    "text", ["{}", '{"Statement": null}', '{"Statement": [1, null, "a"]}', '{"Statement": {"Action": 1}}']
)
def test_a_policy_of_an_odd_shape_is_read_as_far_as_it_goes(text: str) -> None:
    assert read_policy(text) is not None
