"""What accounts of AWS Organizations are called in a spec."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.accounts.names import name_of, named
from generator.accounts.organizations import Member
from generator.errors import GoldsmithError
from generator.spec.values import NAME_PATTERN

WEB, DATA = Member("111111111111", "Web Prod"), Member("222222222222", "Data")


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Data Platform (EU)", "data-platform-eu"),
        ("web_prod", "web-prod"),
        ("Zürich", "zurich"),
        ("QA", "account-qa"),
        ("2024 sandbox", "account-2024-sandbox"),
        ("会社", "account-333333333333"),
        ("", "account-333333333333"),
        ("---", "account-333333333333"),
        ('"}: ${evil}\n- {{ x }}', "evil-x"),
        (f"{'a' * 41} b", "a" * 41),
    ],
)
def test_a_name_is_made_of_the_letters_and_digits(called: str, name: str) -> None:
    assert name_of(Member("333333333333", called)) == name


@given(st.text(max_size=50))
def test_whatever_an_account_is_called_a_spec_takes_its_name(called: str) -> None:
    assert re.match(NAME_PATTERN, name_of(Member("333333333333", called)))


def test_a_name_stays_when_the_account_is_called_otherwise() -> None:
    renamed = Member(WEB.id, "Shop")
    assert named([renamed, DATA], {}, {WEB.id: "web-prod"}) == {"data": DATA, "web-prod": renamed}


def test_a_name_of_organization_yaml_wins() -> None:
    assert named([WEB], {WEB.id: "shop"}, {WEB.id: "web-prod"}) == {"shop": WEB}


def test_two_accounts_of_one_name_are_refused_with_both() -> None:
    with pytest.raises(GoldsmithError) as refused:
        named([WEB, Member("333333333333", "web-prod")], {}, {})
    assert str(refused.value) == (
        "accounts.lock.yaml: 111111111111 ('Web Prod') and 333333333333 ('web-prod') would be called web-prod. Give a "
        'new account another name: in organization.yaml, under accounts.named, such as web-prod-new: "333333333333"'
    )


@pytest.mark.parametrize(("given_names", "recorded"), [({}, {WEB.id: "data"}), ({WEB.id: "data"}, {})])
def test_a_new_account_takes_no_name_over_from_another(given_names: dict[str, str], recorded: dict[str, str]) -> None:
    """Not even from one that leaves: its roots and their state are under that name."""
    with pytest.raises(GoldsmithError, match=r"111111111111 and 222222222222 \('Data'\) would be called data\."):
        named([DATA], given_names, recorded)


def test_unless_organization_yaml_says_so() -> None:
    assert named([DATA], {DATA.id: "data"}, {WEB.id: "data"}) == {"data": DATA}
