"""Accounts as organization.yaml has them: each an id or a mapping, or all that AWS Organizations has of a selection."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.shape import Written

MAX_TAGS, MAX_KEY, MAX_VALUE = 50, 128, 256  # botocore organizations Tag; https://docs.aws.amazon.com/organizations/

_ODD = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"  # what ends a line, or YAML has not at all

OU_RULE = "an organizational unit is an id, or a path of names with / between them: workloads/prod"
OuPath = Annotated[
    str,
    Field(max_length=700),
    v.matching(rf"^(?! )[^/{_ODD}]{{1,128}}(?<! )(/(?! )[^/{_ODD}]{{1,128}}(?<! )){{0,5}}$", OU_RULE),
]


def is_one_line(text: str) -> bool:
    """Whether text of AWS Organizations, which may be any, can stand in a line of YAML and of a message."""
    return re.search(f"[{_ODD}]", text) is None


def one_line(text: str) -> str:
    """The text with a question mark for each character that cannot."""
    return re.sub(f"[{_ODD}]", "?", text)


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MAX_TAGS:
        raise v.problem(f"holds {len(tags)} tags; an account has up to {MAX_TAGS}.")
    for key, value in tags.items():
        if not 1 <= len(key) <= MAX_KEY or len(value) > MAX_VALUE or not is_one_line(key + value):
            raise v.problem(
                f"the tag {shown(key)} is not allowed; a key has 1 to {MAX_KEY} characters and a value up to "
                f"{MAX_VALUE}, on one line."
            )
    return tags


TagKey = Annotated[str, Field(max_length=MAX_KEY), v.matching(rf"^[^{_ODD}]+$", "the key of a tag is one line of text")]
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


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Ous = Annotated[
    list[OuPath],
    Field(min_length=1),
    AfterValidator(v.unique("units")),
    BeforeValidator(_listed, json_schema_input_type=OuPath | list[OuPath]),
]
SelectedTags = Annotated[AccountTags, Field(min_length=1)]
RoleArn = Annotated[
    str,
    v.matching(
        r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,576}$",
        "the ARN of a role reads like arn:aws:iam::111111111111:role/OrganizationReader",
    ),
]


class AccountFilterWritten(Written):
    """Accounts by where they are filed: those that fit all that is said."""

    ou: Ous | None = Field(
        default=None, description="accounts in this organizational unit, or one below it: text or a list"
    )
    tags: SelectedTags | None = Field(default=None, description="accounts with all of these tags")


class AccountsWritten(Written):
    """All accounts. The short form is a mapping of those that are named."""

    model_config = ConfigDict(json_schema_extra={"required": ["from"]})

    from_: Literal["organizations"] | None = Field(
        default=None,
        alias="from",
        description="`organizations`: those of AWS Organizations, as `goldsmith accounts sync` writes them to "
        "`accounts.lock.yaml`",
    )
    ou: Ous | None = Field(
        default=None,
        description="those in this organizational unit, or one below it: text or a list [default: everywhere]",
    )
    tags: SelectedTags | None = Field(default=None, description="those with all of these tags")
    tag_keys: Annotated[list[TagKey], AfterValidator(v.unique("keys"))] | None = Field(
        default=None, description="tags of theirs that are recorded [default: all]"
    )
    role: RoleArn | None = Field(
        default=None, description="ARN of the role that asks AWS Organizations [default: the caller asks]"
    )
    named: Annotated[dict[v.Name, AccountValue], Field(min_length=1)] | None = Field(
        default=None, description="accounts besides these, and names for some of these, by name"
    )


def _all_named(value: object) -> object:
    return {"named": value} if isinstance(value, dict) and "from" not in value else value


AccountsValue = Annotated[
    AccountsWritten,
    BeforeValidator(_all_named, json_schema_input_type=dict[v.Name, AccountValue] | AccountsWritten),
]
