"""Accounts as AWS Organizations has them: units, pages, tags, and accounts that are no more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.organizations.utils import PAGINATION_MODEL

from generator.accounts.organizations import Member, read_members
from generator.aws import organizations_client
from generator.errors import AwsError
from generator.spec.accounts_lock import SelectWritten

ALL = SelectWritten()


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        organizations = organizations_client("aws", None, os.environ)
        organizations.create_organization(FeatureSet="ALL")
        yield organizations


def root(client: Any) -> str:
    return str(client.list_roots()["Roots"][0]["Id"])


def unit(client: Any, parent: str, name: str) -> str:
    return str(client.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"])


def account(client: Any, parent: str, name: str, **tags: str) -> str:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    made = client.create_account(AccountName=name, Email=f"{name}@example.com", Tags=listed)
    account_id = str(made["CreateAccountStatus"]["AccountId"])
    client.move_account(AccountId=account_id, SourceParentId=root(client), DestinationParentId=parent)
    return account_id


def read(client: Any, **select: Any) -> dict[str, Member]:
    return {each.name: each for each in read_members(client, SelectWritten(**select))}


def test_accounts_come_with_the_path_of_their_unit_and_their_tags(client: Any) -> None:
    workloads = unit(client, root(client), "workloads")
    web = account(client, unit(client, workloads, "prod"), "web", tier="early")
    found = read(client)
    assert found["web"] == Member(web, "web", "workloads/prod", {"tier": "early"})
    assert found["master"].ou == ""
    assert [*found.values()] == sorted(found.values(), key=lambda each: each.id)


def test_a_unit_selects_those_below_it_and_no_namesake(client: Any) -> None:
    workloads, namesake = unit(client, root(client), "workloads"), unit(client, root(client), "workloads-old")
    account(client, workloads, "shallow")
    account(client, unit(client, workloads, "prod"), "deep")
    account(client, unit(client, workloads, "dev"), "other")
    account(client, namesake, "old")
    assert read(client, ou=["workloads"]).keys() == {"shallow", "deep", "other"}
    assert read(client, ou=["workloads/prod", "workloads-old"]).keys() == {"deep", "old"}


def test_tags_select_and_only_those_asked_for_are_recorded(client: Any) -> None:
    account(client, root(client), "web", images="golden", tier="early")
    account(client, root(client), "data", images="own")
    assert read(client, tags={"images": "golden"})["web"].tags == {"images": "golden", "tier": "early"}
    assert read(client, tags={"images": "golden"}, tag_keys=["tier"]).keys() == {"web"}
    assert read(client, tag_keys=["tier"])["web"].tags == {"tier": "early"}
    assert read(client, tag_keys=[])["web"].tags == {}


def test_an_account_that_is_closed_is_none(client: Any) -> None:
    web = account(client, root(client), "web")
    client.close_account(AccountId=web)
    assert "web" not in read(client)


@pytest.mark.parametrize(
    ("told", "is_there"),
    [
        ({"State": "ACTIVE"}, True),
        ({"State": "PENDING_CLOSURE", "Status": "ACTIVE"}, False),
        ({"State": "SUSPENDED"}, False),
        ({"Status": "ACTIVE"}, True),
        ({}, False),
    ],
)
def test_the_state_counts_and_the_status_where_there_is_none(told: dict[str, str], is_there: bool) -> None:
    pages = {
        "list_roots": [{"Roots": []}, {"Roots": [{"Id": "r-ab12"}]}],  # a page may be empty before the last
        "list_organizational_units_for_parent": [{"OrganizationalUnits": []}],
        "list_accounts_for_parent": [{"Accounts": []}, {"Accounts": [{"Id": "111111111111", "Name": "web", **told}]}],
        "list_tags_for_resource": [{"Tags": []}],
    }
    assert bool(read_members(Paged(pages), ALL)) == is_there


class Paged:
    """A client whose pages are given."""

    def __init__(self, pages: dict[str, list[dict[str, Any]]]) -> None:
        self._pages = pages

    def get_paginator(self, operation: str) -> Any:
        pages = self._pages[operation]
        return type("Paginator", (), {"paginate": lambda *_, **__: iter(pages)})()


def test_every_page_is_read(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in ("list_accounts_for_parent", "list_organizational_units_for_parent"):
        monkeypatch.setitem(PAGINATION_MODEL[operation], "limit_default", 2)
    names = [f"team-{number}" for number in range(5)]
    for name in names:
        account(client, unit(client, root(client), f"unit-{name}"), name)
        account(client, root(client), f"{name}-root")
    assert {"master", *names, *(f"{name}-root" for name in names)} == read(client).keys()


def test_a_unit_whose_name_cannot_be_part_of_a_path_goes_by_its_id(client: Any) -> None:
    odd = unit(client, root(client), "web/prod")
    account(client, unit(client, odd, "inner"), "web")
    assert read(client)["web"].ou == f"{odd}/inner"
    assert read(client, ou=[odd]).keys() == {"web"}


def test_a_tag_that_does_not_fit_on_a_line_is_left_out(client: Any) -> None:
    account(client, root(client), "web", good="yes", bad="a\nb")
    assert read(client)["web"].tags == {"good": "yes"}


def test_a_unit_that_is_not_there_is_told(client: Any) -> None:
    unit(client, unit(client, root(client), "workloads"), "prod")
    with pytest.raises(AwsError) as refused:
        read(client, ou=["workloads/prd"])
    assert str(refused.value) == (
        "AWS Organizations: there is no organizational unit 'workloads/prd', which organization.yaml asks for; there "
        "is workloads and workloads/prod. Did you mean workloads/prod?"
    )


def test_without_an_organization_the_refusal_is_told() -> None:
    with (
        mock_aws(),
        pytest.raises(AwsError, match="AWS Organizations: ListRoots was refused: AWSOrganizationsNot"),
    ):
        read_members(organizations_client("aws", None, os.environ), ALL)
