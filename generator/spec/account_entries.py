"""Accounts as organization.yaml lists them: an id, or a mapping with where the account is filed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.shape import Written

MAX_TAGS, MAX_KEY, MAX_VALUE = 50, 128, 256  # botocore organizations Tag; https://docs.aws.amazon.com/organizations/

OU_RULE = "an organizational unit is an id, or a path of names with / between them: workloads/prod"
OuPath = Annotated[
    str,
    Field(max_length=700),
    v.matching(r"^(?! )[^/\x00-\x1f\x7f]{1,128}(?<! )(/(?! )[^/\x00-\x1f\x7f]{1,128}(?<! )){0,5}$", OU_RULE),
]


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MAX_TAGS:
        raise v.problem(f"holds {len(tags)} tags; an account has up to {MAX_TAGS}.")
    for key, value in tags.items():
        if not 1 <= len(key) <= MAX_KEY or len(value) > MAX_VALUE or not (key + value).isprintable():
            raise v.problem(
                f"the tag {shown(key)} is not allowed; a key has 1 to {MAX_KEY} characters and a value up to "
                f"{MAX_VALUE}, on one line."
            )
    return tags


AccountTags = Annotated[dict[str, str], AfterValidator(_check_tags)]


class AccountWritten(Written):
    """An account. The short form is its id."""

    id: v.AccountId = Field(description="twelve digits, in quotes")
    ou: OuPath | None = Field(
        default=None, description="organizational unit that it is in, such as `workloads/prod`; waves go by it"
    )
    tags: AccountTags | None = Field(
        default=None, description="tags that the account has in AWS Organizations; waves go by them"
    )


def _long_form(value: object) -> object:
    return value if isinstance(value, dict | Written) else {"id": v.checked_account_id(value)}


AccountValue = Annotated[
    AccountWritten, BeforeValidator(_long_form, json_schema_input_type=v.AccountId | AccountWritten)
]


def account_ids(accounts: Mapping[str, Any]) -> dict[str, str]:
    """The id of each account by its name."""
    return {name: written.id for name, written in accounts.items()}
