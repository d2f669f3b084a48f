"""The accounts that AWS Organizations has, with the unit that each is in and its tags.

It answers the management account, and member accounts that administer a service for the organization:
https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.aws import aws_errors
from generator.errors import AwsError
from generator.source.report import did_you_mean, quoted, shown
from generator.spec.account_entries import is_one_line
from generator.spec.accounts_lock import SelectWritten

PLACE = "AWS Organizations"


@dataclass(frozen=True)
class Member:
    """An account as AWS Organizations has it: any text may be in its name and tags."""

    id: str
    name: str
    ou: str = ""  # path of its unit's names; a unit whose name cannot be part of a path goes by its id
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unit:
    id: str
    path: str  # "" for the root


def read_members(client: Any, select: SelectWritten) -> tuple[Member, ...]:
    """Every active account that is selected, by id. `client` is one of Organizations.

    Raises AwsError where it is refused or not reached, and for a unit that is not there.
    """
    with aws_errors(PLACE):
        units, seen = _units(client, select)
        _require_units(select, seen)
        selected = [unit for unit in units if _is_selected(unit.path, select)]
        found = [member for unit in selected for member in _members(client, unit, select)]
    wanted = select.tags or {}
    return tuple(
        sorted(
            (_recorded(each, select) for each in found if wanted.items() <= each.tags.items()),
            key=lambda each: each.id,
        )
    )


def _units(client: Any, select: SelectWritten) -> tuple[list[Unit], set[str]]:
    """The root and every unit that is selected, or on the way to one that is; and the paths of all that were seen."""
    found: list[Unit] = []
    seen: set[str] = set()
    waiting = [Unit(root["Id"], "") for root in _pages(client, "list_roots", "Roots")]
    while waiting:
        unit = waiting.pop()
        found.append(unit)
        for each in _pages(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit.id):
            part = _part(each["Name"], each["Id"])
            path = f"{unit.path}/{part}" if unit.path else part
            seen.add(path)
            if _is_selected(path, select) or any(ou.startswith(f"{path}/") for ou in select.ou or []):
                waiting.append(Unit(each["Id"], path))
    return found, seen


def _part(name: str, identifier: str) -> str:
    """A unit in a path. AWS takes any text for a name: botocore organizations OrganizationalUnitName."""
    is_plain = is_one_line(name) and "/" not in name and name == name.strip() and 0 < len(name) <= 128
    return name if is_plain else identifier


def _is_selected(path: str, select: SelectWritten) -> bool:
    return select.ou is None or any(path == ou or path.startswith(f"{ou}/") for ou in select.ou)


def _require_units(select: SelectWritten, seen: set[str]) -> None:
    for ou in select.ou or []:
        if ou not in seen:
            there = quoted(sorted(seen), "and") or "none"
            raise AwsError(
                f"{PLACE}: there is no organizational unit {shown(ou)}, which organization.yaml asks for; there is "
                f"{there}.{did_you_mean(ou, seen)}"
            )


def _members(client: Any, unit: Unit, select: SelectWritten) -> Iterator[Member]:
    for each in _pages(client, "list_accounts_for_parent", "Accounts", ParentId=unit.id):
        if _state(each) == "ACTIVE":
            yield Member(each["Id"], each["Name"], unit.path, _tags(client, each["Id"], select))


def _state(account: Mapping[str, Any]) -> str:
    """`Status` was there before `State`, and is to go.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    return str(account.get("State") or account.get("Status", ""))


def _tags(client: Any, account_id: str, select: SelectWritten) -> dict[str, str]:
    if select.tag_keys == [] and not select.tags:
        return {}
    return {
        each["Key"]: each["Value"] for each in _pages(client, "list_tags_for_resource", "Tags", ResourceId=account_id)
    }


def _recorded(member: Member, select: SelectWritten) -> Member:
    """Without the tags that are not asked for, and those that do not fit on one line."""
    kept = {
        key: value
        for key, value in sorted(member.tags.items())
        if (select.tag_keys is None or key in select.tag_keys) and is_one_line(key + value)
    }
    return Member(member.id, member.name, member.ou, kept)


def _pages(client: Any, operation: str, key: str, **request: str) -> Iterator[Any]:
    """Every entry of all pages. A page may be empty while there are more, which the paginator goes by."""
    for page in client.get_paginator(operation).paginate(**request):
        yield from page[key]
