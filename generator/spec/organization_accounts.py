"""The accounts of an organization: those that organization.yaml names, and those that accounts.lock.yaml records."""

from __future__ import annotations

from generator.source.report import Report
from generator.source.yaml import Path
from generator.spec.accounts_lock import ACCOUNTS_FILE, SYNC, joined, select_of
from generator.spec.files import Source, Sources
from generator.spec.model_accounts import Account
from generator.spec.written import OrganizationWritten

FROM: Path = ("accounts", "from")


def accounts_of(sources: Sources) -> dict[str, Account] | None:
    """Every account by its name; None where a file of theirs is missing or wrong, which is reported elsewhere."""
    if sources.organization is None:
        return None
    written, lock = sources.organization.written.accounts, sources.accounts_lock
    return None if written.from_ and lock is None else joined(written, lock)


def resolve_accounts(
    source: Source[OrganizationWritten], sources: Sources, report: Report
) -> dict[str, Account] | None:
    """The same, with what is wrong reported; None where not all can be known, so that nothing follows from it."""
    _check_named(source, report)
    written, lock = source.written.accounts, sources.accounts_lock
    if written.from_ is None:
        if sources.has_accounts_lock:
            message = "is read by nothing, as organization.yaml does not say `from: organizations`. Remove the file."
            report.file_error(str(sources.directory / ACCOUNTS_FILE), message)
        return accounts_of(sources)
    if not sources.has_accounts_lock:
        report.error(source.document, FROM, f"there is no {ACCOUNTS_FILE} yet, in which they stand. {SYNC}")
    if lock is None:
        return None
    if lock.select != select_of(written):
        message = f"{ACCOUNTS_FILE} was written for another `ou`, `tags` or `tag_keys` than are here now. {SYNC}"
        report.error(source.document, FROM, message)
    _check_names(source, sources, report)
    return accounts_of(sources)


def _check_named(source: Source[OrganizationWritten], report: Report) -> None:
    names: dict[str, str] = {}
    for name, written in (source.written.accounts.named or {}).items():
        if written.id in names:
            message = f"{written.id} is the id of {names[written.id]} too; each account stands once."
            report.error(source.document, _place(source, name), message)
        names.setdefault(written.id, name)


def _check_names(source: Source[OrganizationWritten], sources: Sources, report: Report) -> None:
    """A name that organization.yaml gives is that of accounts.lock.yaml: else one account would have two names."""
    lock = sources.accounts_lock
    recorded = {name: each.id for name, each in lock.accounts.items()} if lock else {}
    for name, written in (source.written.accounts.named or {}).items():
        others = sorted(each for each, account_id in recorded.items() if account_id == written.id and each != name)
        if others or recorded.get(name, written.id) != written.id:
            had = f"{others[0]} is {written.id}" if others else f"{name} is {recorded[name]}"
            report.error(source.document, _place(source, name), f"{had} in {ACCOUNTS_FILE}. {SYNC}")
    seen: dict[str, str] = {}
    for name, account_id in recorded.items():
        if account_id in seen:
            message = f"{account_id} is both {seen[account_id]} and {name}. {SYNC}"
            report.file_error(str(sources.directory / ACCOUNTS_FILE), message)
        seen.setdefault(account_id, name)


def _place(source: Source[OrganizationWritten], name: str) -> Path:
    long: Path = ("accounts", "named", name)
    return long if source.written.accounts.from_ else ("accounts", name)
