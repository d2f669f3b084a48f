"""`accounts.lock.yaml`: the accounts that AWS Organizations has, under the names that a spec calls them by.

It is committed, so that what a spec says can be read, rendered and reviewed with no AWS at hand.
"""

from __future__ import annotations

from pydantic import Field

from generator.source.report import Report
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.account_entries import (
    AccountFilterWritten,
    AccountsWritten,
    AccountTags,
    AccountWritten,
    OuPath,
    TagKey,
)
from generator.spec.messages import validated
from generator.spec.model_accounts import Account
from generator.spec.shape import Written

ACCOUNTS_FILE = "accounts.lock.yaml"
SYNC = "Run `goldsmith accounts sync`."
SETTLED_BY_SYNC = "Keep either side of each conflict, and run `goldsmith accounts sync`."


class SelectWritten(AccountFilterWritten):
    """What of organization.yaml the accounts were asked for with."""

    tag_keys: list[TagKey] | None = Field(default=None, description="tags that are recorded; without it all of them")


class RecordedAccountWritten(Written):
    """An account of AWS Organizations."""

    id: v.AccountId = Field(description="twelve digits, in quotes")
    name: str = Field(description="what AWS Organizations calls it")
    ou: OuPath | None = Field(default=None, description="its organizational unit; without it the root")
    tags: AccountTags | None = Field(default=None, description="its tags")

    def account(self, name: str) -> Account:
        return Account(name, self.id, self.ou or "", dict(self.tags or {}))


class AccountsLockWritten(Written):
    """`accounts.lock.yaml`. Written by `goldsmith accounts sync`."""

    select: SelectWritten = Field(description="what the accounts were asked for with")
    accounts: dict[v.Name, RecordedAccountWritten] = Field(description="the accounts, by the names of the spec")


def read_accounts_lock(document: Document, report: Report) -> AccountsLockWritten | None:
    """The file; None after what is wrong has been reported."""
    return validated(document, AccountsLockWritten, report)


def select_of(written: AccountsWritten) -> SelectWritten:
    """What `goldsmith accounts sync` asks for, in an order of its own: another order is no other selection."""
    return SelectWritten(
        ou=sorted(written.ou) if written.ou else None,
        tags=dict(sorted(written.tags.items())) if written.tags else None,
        tag_keys=sorted(written.tag_keys) if written.tag_keys is not None else None,
    )


def joined(written: AccountsWritten, lock: AccountsLockWritten | None) -> dict[str, Account]:
    """Every account by name: those that are named, and those on record, of which what is written wins."""
    recorded = {name: each.account(name) for name, each in (lock.accounts if lock and written.from_ else {}).items()}
    named = {name: _named(name, each, recorded.get(name)) for name, each in (written.named or {}).items()}
    return named | {name: account for name, account in recorded.items() if name not in named}


def _named(name: str, written: AccountWritten, recorded: Account | None) -> Account:
    known = recorded if recorded and recorded.id == written.id else Account(name, written.id)
    tags = known.tags if written.tags is None else dict(written.tags)
    return Account(name, written.id, written.ou or known.ou, tags)
