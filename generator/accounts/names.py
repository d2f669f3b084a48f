"""What a spec calls the accounts of AWS Organizations: once given, a name stays, since a root's state is under it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from generator.accounts.organizations import Member
from generator.errors import GoldsmithError
from generator.source.report import quoted, shown

LONGEST, SHORTEST = 42, 3  # generator.spec.values.NAME_RULE


def name_of(member: Member) -> str:
    """A name that a spec takes, from the one in AWS Organizations: `Data Platform (EU)` is `data-platform-eu`."""
    plain = unicodedata.normalize("NFKD", member.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) < SHORTEST or not slug[0].isalpha():
        slug = f"account-{slug or member.id}"
    return slug[:LONGEST].rstrip("-")


def named(members: Iterable[Member], given: Mapping[str, str], recorded: Mapping[str, str]) -> dict[str, Member]:
    """The accounts by name, in order. `given` in organization.yaml and `recorded` before: names by account id.

    Raises GoldsmithError, with all of them, for names that more than one account would have, or that a new one would
    take over from another, whose roots and state are under it.
    """
    found: dict[str, list[Member]] = defaultdict(list)
    for each in members:
        found[given.get(each.id) or recorded.get(each.id) or name_of(each)].append(each)
    owners = {name: account_id for names in (recorded, given) for account_id, name in names.items()}
    problems = []
    for name, sharers in sorted(found.items()):
        others = [] if owners.get(name, sharers[0].id) in {each.id for each in sharers} else [owners[name]]
        if len(sharers) > 1 or others:
            problems.append(_problem(name, sharers, others))
    if problems:
        raise GoldsmithError("\n".join(problems))
    return {name: found[name][0] for name in sorted(found)}


def _problem(name: str, sharers: list[Member], others: list[str]) -> str:
    accounts = [*others, *(f"{each.id} ({shown(each.name)})" for each in sharers)]
    return (
        f"accounts.lock.yaml: {quoted(accounts, 'and')} would be called {name}. Give a new account another name: in "
        f'organization.yaml, under accounts.named, such as {name[:38]}-new: "{sharers[-1].id}"'
    )
