"""Who owns an image in an environment: by copy, and so with an AMI that others can refer to."""

from __future__ import annotations

from dataclasses import dataclass

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.accounts import check_region, find_account
from generator.spec.model import Account, Environment, Organization


@dataclass(frozen=True)
class Owners:
    environment: Environment
    image: str
    organization: Organization
    report: Report

    def named(
        self, document: Document, path: Path, accounts: list[str] | None, regions: list[str] | None
    ) -> list[tuple[Account, str]]:
        """Who owns the image, of the accounts and Regions that an entry names; those who do not are reported.

        "This account must be specified in distribution settings as a target account for the Region": botocore
        imagebuilder SsmParameterConfiguration.amiAccountId.
        """
        owners = [(each.account, each.region) for each in self.environment.targets if each.mode == "copy"]
        for index, region in enumerate(regions or []):
            check_region(document, (*path, "regions", index), region, self.organization.partition, self.report)
            if accounts is None and region not in {each for _, each in owners}:
                self._report_no_owner(document, (*path, "regions", index), "nobody", f" in {region}")
        if accounts is None:
            return [(account, region) for account, region in owners if regions is None or region in regions]
        found = []
        for index, name in enumerate(accounts):
            place: Path = (*path, "accounts", index)
            account = find_account(document, place, name, self.organization, self.report)
            if account is not None:
                theirs = [region for owner, region in owners if owner == account]
                found += [(account, region) for region in theirs if regions is None or region in regions]
                for region in sorted({*(regions or theirs)} - {*theirs}):
                    self._report_no_owner(document, place, name, f" in {region}")
                if not regions and not theirs:
                    self._report_no_owner(document, place, name, "")
        return found

    def _report_no_owner(self, document: Document, path: Path, name: str, where: str) -> None:
        message = (
            f"{name} owns a copy of {self.image}{where} in the environment {self.environment.name}"
            if name == "nobody"
            else f"{name} owns no copy of {self.image}{where} in the environment {self.environment.name}"
        )
        hint = "Let it receive by copy (in distribute), or remove it here."
        self.report.error(document, path, f"{message}, and this is for owners alone. {hint}", code="G306")
