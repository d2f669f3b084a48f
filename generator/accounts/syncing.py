"""`accounts.lock.yaml` as AWS Organizations would have it now, and what is news in that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from generator.accounts.names import named
from generator.accounts.organizations import Member
from generator.check.files import write_atomically
from generator.ci.yaml_text import encode
from generator.errors import GoldsmithError, SpecError, UsageError
from generator.source.report import Report, shown
from generator.source.yaml import parse
from generator.spec.account_entries import AccountsWritten, one_line
from generator.spec.accounts_lock import (
    ACCOUNTS_FILE,
    AccountsLockWritten,
    SelectWritten,
    read_accounts_lock,
    select_of,
)
from generator.spec.files import Source, accounts_lock_of, read_organization
from generator.spec.written import OrganizationWritten

HEADER = """\
# The accounts that AWS Organizations has, by the names of this spec. A name stays, whatever an account is called there.
# Written by `goldsmith accounts sync`. Commit it.
"""


@dataclass(frozen=True)
class Asked:
    """What a spec asks AWS Organizations for, and what it has on record."""

    directory: Path
    accounts: AccountsWritten
    partition: str
    before: AccountsLockWritten | None

    @property
    def select(self) -> SelectWritten:
        return select_of(self.accounts)


@dataclass(frozen=True)
class Syncing:
    """The file as it is to be, and what that changes."""

    path: Path
    text: str
    before: Mapping[str, Member]
    after: Mapping[str, Member]

    @property
    def is_needed(self) -> bool:
        return not self.path.is_file() or self.path.read_text(encoding="utf-8") != self.text

    @property
    def joined(self) -> list[str]:
        return sorted(self.after.keys() - self.before.keys())

    @property
    def left(self) -> list[str]:
        return sorted(self.before.keys() - self.after.keys())

    @property
    def changed(self) -> dict[str, str]:
        """What is another, by name of the account, in words."""
        both = sorted(self.before.keys() & self.after.keys())
        said = {name: _change(self.before[name], self.after[name]) for name in both}
        return {name: words for name, words in said.items() if words}

    def write(self) -> None:
        write_atomically(self.path, self.text)


def read_asked(directory: Path) -> Asked:
    """What is asked for. Raises SpecError, and UsageError where the spec names its accounts itself."""
    report = Report()
    read = read_organization(directory, report)
    before = accounts_lock_of(directory, report)
    report.stop_on_errors()
    source = cast("Source[OrganizationWritten]", read)  # else it would have been reported
    accounts = source.written.accounts
    if accounts.from_ is None:
        raise UsageError(
            f"{source.document.file}: accounts are named there, one by one. Write `from: organizations` under "
            "accounts, and what stands there now under accounts.named, to have them from AWS Organizations."
        )
    return Asked(directory, accounts, source.written.partition or "aws", before)


def plan_sync(asked: Asked, members: Iterable[Member]) -> Syncing:
    """What is to be written. Raises GoldsmithError for names that collide, and for more than a file may hold."""
    before = {
        name: Member(each.id, each.name, each.ou or "", dict(each.tags or {}))
        for name, each in (asked.before.accounts if asked.before else {}).items()
    }
    given = {written.id: name for name, written in (asked.accounts.named or {}).items()}
    after = named(members, given, {each.id: name for name, each in before.items()})
    text = accounts_text(asked.select, after)
    path = asked.directory / ACCOUNTS_FILE
    _require_readable(path, text)
    return Syncing(path, text, before, after)


def accounts_text(select: SelectWritten, accounts: Mapping[str, Member]) -> str:
    """The file, in order; whatever AWS Organizations lets into a name or tag is text in it."""
    asked = {key: value for key, value in select.model_dump().items() if value is not None}
    lines = ["select:" if asked else "select: {}", *(f"  {key}: {encode(value)}" for key, value in asked.items())]
    lines.append("accounts:" if accounts else "accounts: {}")
    for name, each in sorted(accounts.items()):
        lines += [f"  {name}:", f"    id: {encode(each.id)}", f"    name: {encode(one_line(each.name))}"]
        lines += [f"    ou: {encode(each.ou)}"] if each.ou else []
        lines += ["    tags:"] if each.tags else []
        lines += [f"      {encode(key)}: {encode(value)}" for key, value in sorted(each.tags.items())]
    return HEADER + "\n".join(lines) + "\n"


def _require_readable(path: Path, text: str) -> None:
    """Refuse to write what could not be read again: more than a file of a spec may hold."""
    report = Report()
    try:
        read_accounts_lock(parse(str(path), text.encode()), report)
        report.stop_on_errors()
    except SpecError as error:
        raise GoldsmithError(
            f"{error}\nNothing was written. Ask for fewer accounts (`ou`, `tags`) or tags (`tag_keys`) in "
            "organization.yaml."
        ) from error


def _change(before: Member, after: Member) -> str:
    parts = []
    if before.id != after.id:
        parts.append(f"id {before.id} -> {after.id}")
    if before.name != one_line(after.name):
        parts.append(f"called {shown(one_line(after.name))} now, and keeps its name here")
    if before.ou != after.ou:
        parts.append(f"unit {shown(before.ou)} -> {shown(after.ou)}")
    keys = sorted(key for key in before.tags.keys() | after.tags.keys() if before.tags.get(key) != after.tags.get(key))
    if keys:
        parts.append(f"tags {', '.join(shown(key) for key in keys)}")
    return "; ".join(parts)
