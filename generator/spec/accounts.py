"""Accounts by their names, and Regions, wherever a spec refers to them."""

from __future__ import annotations

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec.model import Account, Organization
from generator.spec.regions import regions_of


def find_account(
    document: Document, path: Path, name: str, organization: Organization, report: Report
) -> Account | None:
    """The account of a name, or None after it has been reported as unknown."""
    accounts = organization.accounts
    if name in accounts:
        return accounts[name]
    hint = did_you_mean(name, accounts)
    if name.isdigit():
        hint = " Accounts go by name; ids stand in organization.yaml only."
    message = f"there is no account {shown(name)}; organization.yaml names {quoted(sorted(accounts), 'and')}.{hint}"
    report.error(document, path, message)
    return None


def check_region(document: Document, path: Path, region: str, partition: str, report: Report) -> None:
    """Report a Region that AWS does not have in the partition."""
    known = regions_of(partition)
    if region not in known:
        message = f"AWS has no Region {shown(region)} in the partition {partition}.{did_you_mean(region, known)}"
        report.error(document, path, message, code="G315")
