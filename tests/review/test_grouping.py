"""Roots that would do the same are one group, whatever account, Region and environment they are in; and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fleets import change_in, document_of, fleet_of, plan_of, planned_from, planned_target, planned_with
from hypothesis import given
from hypothesis import strategies as st

from generator.review.model import Group, PlannedRoot, Risk
from generator.review.review import groups_of, review_of
from generator.terraform.changes import read_plan

ROLE = "module.target_account.aws_iam_role.this"
POLICIES = "module.target_account.aws_iam_role_policy_attachments_exclusive.this"
CREATED = "fleet/created/prod.web-prod.us-east-1"
CHANGED = "fleet/component-changed/prod.images-prod.us-east-1"

Document = dict[str, Any]


def sizes(groups: tuple[Group, ...]) -> list[tuple[str, int]]:
    return [(group.odd, len(group.roots)) for group in groups]


def after(address: str, **members: Any) -> Callable[[Document], None]:
    return lambda document: change_in(document, address)["after"].update(members)


def test_500_roots_that_differ_in_nothing_else_are_one_group() -> None:
    [group] = groups_of(fleet_of(500, case=CREATED).roots)
    assert (group.name, len(group.roots), group.odd) == ("A", 500, "")


def build_root(environment: str, account: str, account_id: str, region: str, edit: Any = None) -> PlannedRoot:
    """A real plan of an image that gets a new version, as it is in another environment, account and Region."""
    text = json.dumps(document_of(CHANGED)).replace("333333333333", account_id).replace("images-prod", account)
    document = json.loads(text.replace("prod", environment).replace("us-east-1", region))
    if edit is not None:
        edit(document)
    plan = read_plan(environment, document, seconds=1.0)
    place = {"environment": environment, "region": region, "kind": "build", "build_account_id": account_id}
    return planned_from(plan, account, account_id, **place)


def reversed_distribution(document: Document) -> None:
    """Terraform orders a set by what it holds, which is another order under another environment's name."""
    [item] = [
        each for each in document["resource_changes"] if each["type"] == "aws_imagebuilder_distribution_configuration"
    ]
    for side in ("before", "after", "before_sensitive", "after_sensitive", "after_unknown"):
        if "distribution" in item["change"][side]:
            item["change"][side]["distribution"].reverse()


def test_environments_that_get_the_same_are_one_group() -> None:
    [group] = groups_of(
        [
            build_root("prod", "images-prod", "333333333333", "us-east-1"),
            build_root("dev", "images-dev", "111111111111", "us-east-1", reversed_distribution),
            build_root("staging", "images", "222222222222", "us-east-1"),
        ]
    )
    assert group.environments == ("prod", "dev", "staging")
    assert group.odd == ""


def test_the_odd_one_stands_first_with_what_makes_it_odd() -> None:
    edits: dict[int, Callable[[Document], Any]] = {
        1: after(ROLE, max_session_duration=7200),
        2: lambda document: document["resource_changes"].pop(),
        3: lambda document: change_in(document, ROLE).update(actions=["delete", "create"]),
        4: after(ROLE, description=None),
        5: after(ROLE, tags={"Team": "web"}),
        6: after(ROLE, assume_role_policy='{"Statement":[{"Principal":"*"}]}'),
    }
    assert sizes(groups_of(fleet_of(20, edits, case=CREATED).roots)) == [
        (f"{ROLE}: max_session_duration 7200 instead of 3600", 1),
        (f"one change less: {POLICIES} (create)", 1),
        (f"{ROLE}: replace instead of create", 1),
        (f"{ROLE}: description is not set", 1),
        (f"{ROLE}: tags.Team is set besides, to web", 1),
        (f"{ROLE}: assume_role_policy is another", 1),
        ("", 14),
    ]


def added(address: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        item = json.loads(json.dumps(document["resource_changes"][0]))
        document["resource_changes"].append({**item, "address": address})

    return edit


def test_what_an_odd_root_does_besides_is_named() -> None:
    def four(document: Document) -> None:
        for name in "abcd":
            added(f"aws_iam_role.{name}")(document)

    edits = {0: added("aws_iam_role.x"), 1: four}
    assert sizes(groups_of(fleet_of(9, edits, case=CREATED).roots)) == [
        ("one change more: aws_iam_role.x (create)", 1),
        ("4 changes more: aws_iam_role.a (create), aws_iam_role.b (create) and 2 others", 1),
        ("", 7),
    ]


def test_of_what_is_updated_it_is_told_what_changes_too() -> None:
    def edit(document: Document) -> None:
        change = change_in(document, ROLE)
        change["before"]["path"], change["after"]["path"] = "/", "/images/"

    [odd, _] = groups_of(fleet_of(3, {0: edit}).roots)
    assert odd.odd == f"{ROLE}: path changes too, to /images/"
    [odd, _] = groups_of(fleet_of(5, dict.fromkeys(range(1, 5), edit)).roots)
    assert odd.odd == f"{ROLE}: path does not change"


def test_an_element_that_one_root_alone_has_is_told_as_one() -> None:
    def edit(document: Document) -> None:
        change_in(document, POLICIES)["after"]["policy_arns"] += ["arn:aws:iam::aws:policy/A"]
        role = change_in(document, ROLE)
        role["after"]["inline_policy"] = [{"name": "a", "policy": "{}"}]
        del role["after_unknown"]["inline_policy"]

    [odd, _] = groups_of(fleet_of(3, {0: edit}, case=CREATED).roots)
    assert odd.odd.split("; ") == [
        f'{ROLE}: inline_policy["a"] is set besides',
        f"{ROLE}: inline_policy is not set",
        f'{POLICIES}: policy_arns["arn:aws:iam::aws:policy/A"] is set besides',
    ]


def test_many_differences_are_counted() -> None:
    edit = after(ROLE, max_session_duration=1, path="/x/", description="d", name="n", force_detach_policies=True)
    [odd, _] = groups_of(fleet_of(3, {0: edit}, case=CREATED).roots)
    assert odd.odd.endswith("; and 2 more differences")
    assert odd.odd.count(";") == 3


def test_roots_of_another_kind_are_no_odd_ones() -> None:
    roots = [*fleet_of(3, case=CREATED).roots, build_root("prod", "images-prod", "333333333333", "us-east-1")]
    assert sizes(groups_of(roots)) == [("", 3), ("", 1)]


def test_of_two_roots_neither_is_odd() -> None:
    assert sizes(groups_of(fleet_of(2, {0: after(ROLE, path="/x/")}, case=CREATED).roots)) == [("", 1), ("", 1)]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        # Its own account and Region are masked, also inside of names and ARNs, and at the head of a zone.
        ("arn:aws:iam::{id}:role/x", 1),
        ("acme-logs-{id}-us-east-1", 1),
        ("us-east-1a", 1),
        ("{account}", 1),
        ("arn:aws:kms:us-east-1:{id}:key/1f8c2b3a-0000-1111-2222-33334444555{n}", 1),
        # Another account is what it is, and so are its keys.
        ("arn:aws:iam::99999999999{n}:role/x", 2),
        ("arn:aws:kms:us-east-1:999999999999:key/1f8c2b3a-0000-1111-2222-33334444555{n}", 2),
        # Digits inside of others are no account.
        ("1{id}", 2),
        ("{id}0", 2),
        ("a{id}", 2),
        # A version in an ARN is no accident of where a root lies.
        ("arn:aws:imagebuilder:us-east-1:{id}:component/x/1.0.{n}", 2),
        ("ami-000000000000000{n}", 2),
    ],
)
def test_what_is_masked(text: str, groups: int) -> None:
    def edit(number: int) -> Callable[[Document], None]:
        values = {"id": f"{500000000000 + number}", "account": f"team-{number:03}", "n": str(number)}
        return after(ROLE, description=text.format(**values))

    assert len(groups_of([planned_target(number, CREATED, edit(number)) for number in range(2)])) == groups


def test_a_text_that_is_the_same_everywhere_parts_nobody() -> None:
    """An account called `web`, in which an image is called `web` as everywhere."""

    def root(account: str, account_id: str) -> PlannedRoot:
        plan = plan_of(CREATED)
        return planned_from(plan, account, account_id, environment="dev" if account == "web" else "prod")

    assert (
        len(groups_of([root("EC2ImageBuilderDistributionCrossAccountRole", "111111111111"), root("web", "2" * 12)]))
        == 1
    )


def test_a_list_of_all_regions_parts_nobody() -> None:
    """The Region of a root is in it as any other is, and the account is the root's own."""
    regions = ("us-east-1", "eu-central-1", "ap-southeast-1")

    def root(account_id: str, region: str) -> PlannedRoot:
        policy = json.dumps([f"arn:aws:kms:{each}:{account_id}:alias/images" for each in regions])
        document = edited(CREATED, after(ROLE, assume_role_policy=policy, description=f"of {region} in {account_id}"))
        return planned_from(read_plan("r", document, 1.0), account_id=account_id, region=region)

    roots = [root(account_id, region) for account_id in ("1" * 12, "2" * 12) for region in regions]
    assert sizes(groups_of(roots)) == [("", 6)]


@pytest.mark.parametrize("own", [True, False])
def test_keys_of_addresses_are_masked_where_that_makes_roots_alike(own: bool) -> None:
    regions = ("us-east-1", "eu-central-1")

    def root(region: str) -> PlannedRoot:
        document = document_of(CREATED)
        item = document["resource_changes"].pop()
        for key in [region] if own else regions:
            document["resource_changes"].append({**item, "address": f'aws_kms_alias.this["{key}"]'})
        return planned_from(read_plan("r", document, 1.0), region=region)

    assert sizes(groups_of([root(region) for region in regions])) == [("", 2)]


def test_a_device_is_not_the_environment_that_is_called_dev() -> None:
    roots = [
        planned_from(
            read_plan("r", edited(CREATED, after(ROLE, description=f"/dev/xvda, {environment}")), 1.0),
            environment=environment,
        )
        for environment in ("dev", "prod")
    ]
    assert len(groups_of(roots)) == 1


def edited(case: str, edit: Callable[[Document], Any]) -> Document:
    document = document_of(case)
    edit(document)
    return document


def test_what_is_destroyed_is_known_by_its_address() -> None:
    """Ids, ARNs and times of what goes are another in each account."""

    def edit(document: Document) -> None:
        for item in document["resource_changes"]:
            change = item["change"]
            unique = {"unique_id": document["terraform_version"] + str(id(document))}
            change.update(actions=["delete"], before={**change["after"], **unique}, after=None, after_unknown={})

    [group] = groups_of(fleet_of(3, dict.fromkeys(range(3), edit), case=CREATED).roots)
    assert group.counts["destroy"] == 5


def test_objects_that_were_left_behind_count() -> None:
    def deposed(count: int) -> Callable[[Document], None]:
        def edit(document: Document) -> None:
            item = document["resource_changes"][0]
            for number in range(count):
                change = {**item["change"], "actions": ["delete"], "before": {}, "after": None}
                document["resource_changes"].append({**item, "deposed": f"{number:08}", "change": change})

        return edit

    roots = [planned_target(number, CREATED, deposed(count)) for number, count in enumerate((1, 1, 2))]
    assert [len(group.roots) for group in groups_of(roots)] == [1, 2]


def test_the_digest_of_a_group_is_the_same_in_another_fleet() -> None:
    [small], [large] = groups_of(fleet_of(1).roots), groups_of(fleet_of(5).roots)
    assert small.digest == large.digest
    [other] = groups_of([planned_target(0, edit=after(ROLE, description="other"))])
    assert other.digest != small.digest


def risk(root: PlannedRoot, level: Any) -> Risk:
    return Risk("R100", "x", level, root.name, "", "message")


def test_groups_are_in_the_order_of_their_risks_then_of_their_size() -> None:
    roots = fleet_of(7, {0: after(ROLE, path="/a/"), 1: after(ROLE, path="/a/"), 2: after(ROLE, path="/b/")}).roots
    many, two, one = roots[3:5], roots[0:2], roots[2:3]
    every = [*many, *two, *one]
    review = review_of(planned_with(*every), [risk(two[0], "warn"), risk(one[0], "block"), risk(many[0], "note")])
    told = [(group.name, len(group.roots), group.level) for group in review.groups]
    assert told == [("A", 1, "block"), ("B", 2, "warn"), ("C", 2, "note")]
    assert [len(group.risks) for group in review.groups] == [1, 1, 1]
    assert review.blocked


def test_a_review_has_a_digest_unless_a_root_failed() -> None:
    fleet = fleet_of(2)
    review = review_of(fleet)
    assert len(review.digest) == 64
    failed = planned_from(None, account="failed", failure="Error: no")
    assert review_of(planned_with(*fleet.roots, failed)).digest == ""
    unchanged = planned_from(plan_of("nothing"), account="quiet")
    review = review_of(planned_with(*fleet.roots, unchanged))
    assert [root.account for root in review.unchanged] == ["quiet"]
    assert len(review.groups) == 1


def leaves_after(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for step, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves_after(each, (*path, step))
    elif value is not None:
        yield path


MADE = [
    (case, item["address"], path)
    for case in (CREATED, CHANGED)
    for item in document_of(case)["resource_changes"]
    if item["change"]["actions"] in (["create"], ["update"])
    for path in leaves_after(item["change"]["after"])
    if path[-1] not in ("date_last_run", "date_next_run")
]


@given(st.sampled_from(MADE))
def test_no_root_that_does_something_else_hides_in_a_group(place: tuple[str, str, tuple[Any, ...]]) -> None:
    case, address, path = place

    def edit(document: Document) -> None:
        value = change_in(document, address)["after"]
        for step in path[:-1]:
            value = value[step]
        old = value[path[-1]]
        value[path[-1]] = (not old) if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old}x"

    roots = [
        planned_from(read_plan("r", edited(case, edit if number == 1 else lambda _: None), 1.0), f"team-{number}")
        for number in range(3)
    ]
    assert [len(group.roots) for group in groups_of(roots)] == [1, 2]
