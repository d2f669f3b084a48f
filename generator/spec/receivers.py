"""The accounts that an entry of `distribute` is for: those that it names, or those that fit what it says of them."""

from __future__ import annotations

from collections.abc import Iterator

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.account_entries import AccountFilterWritten
from generator.spec.accounts import find_account
from generator.spec.model import Account, Organization
from generator.spec.model_rollout import Selector


def receivers(
    document: Document,
    path: Path,
    written: list[str] | AccountFilterWritten | None,
    organization: Organization,
    builder: str,
    report: Report,
) -> Iterator[tuple[Path, Account]]:
    """Each account with its place; `builder` has every image anyway, so it is not among those that are chosen."""
    if isinstance(written, AccountFilterWritten):
        yield from ((path, account) for account in _chosen(document, path, written, organization, builder, report))
        return
    for index, name in enumerate(written or []):
        place: Path = (*path, index)
        account = find_account(document, place, name, organization, report)
        if account is not None:
            yield place, account


def _chosen(
    document: Document,
    path: Path,
    written: AccountFilterWritten,
    organization: Organization,
    builder: str,
    report: Report,
) -> list[Account]:
    if written.ou is None and written.tags is None:
        report.error(document, path, "must have ou, tags or both. Add one.", code="G305")
        return []
    select = Selector(ous=tuple(written.ou or ()), tags=dict(written.tags or {}))
    found = [account for _, account in sorted(organization.accounts.items()) if select.fits(account, "")]
    found = [account for account in found if account.name != builder]
    if not found:
        message = (
            "chooses no account; an account's `ou` and `tags` stand in organization.yaml, or in accounts.lock.yaml, "
            "which `goldsmith accounts sync` writes. Say others, or remove the entry."
        )
        report.error(document, path, message, code="G305")
    return found
