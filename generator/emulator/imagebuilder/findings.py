"""What the service tells of an image's inside: findings of scans, their counts, packages.

Sources: ListImageScanFindings, ListImageScanFindingAggregations and ListImagePackages in the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.builds import STAGES
from generator.emulator.imagebuilder.errors import InvalidRequest
from generator.emulator.imagebuilder.listing import Filters, page, plain
from generator.emulator.imagebuilder.scanning import severity_counts
from generator.emulator.imagebuilder.state import Record, Request, State, find
from generator.emulator.vulnerabilities import VULNERABILITIES

# By the name of a filter: the member of the answer, and the member in it that says by what it was counted.
AGGREGATIONS: Mapping[str, tuple[str, str]] = {
    "accountId": ("accountAggregation", "accountId"),
    "imageBuildVersionArn": ("imageAggregation", "imageBuildVersionArn"),
    "imagePipelineArn": ("imagePipelineAggregation", "imagePipelineArn"),
    "vulnerabilityId": ("vulnerabilityIdAggregation", "vulnerabilityId"),
}
FILTERS: Filters = {
    **plain("imageBuildVersionArn", "imagePipelineArn", "severity"),
    "vulnerabilityId": lambda record: record["packageVulnerabilityDetails"]["vulnerabilityId"],
}
# No system is installed: these are what each is taken to have.
PACKAGES: Mapping[str, Mapping[str, str]] = {
    "Linux": {
        "amazon-ssm-agent": "3.3.1957.0",
        "bash": "5.2.15",
        "glibc": "2.34",
        "kernel": "6.1.129",
        "openssl": "3.0.8",
        "systemd": "252.23",
    },
    "Windows": {"Amazon SSM Agent": "3.3.1957.0", "EC2Launch": "2.0.2081.0"},
    "macOS": {"amazon-ssm-agent": "3.3.1957.0", "ec2-macos-init": "1.5.10"},
}


class FindingOperations(State):
    def list_image_scan_findings(self, request: Request) -> Record:
        return page("findings", self._all_findings(), request, FILTERS)

    def _all_findings(self) -> list[Record]:
        return [finding for arn, found in self.findings.items() if arn in self.images for finding in found]

    def list_image_scan_finding_aggregations(self, request: Request) -> Record:
        """Without a filter the aggregation is by account."""
        wanted: Mapping[str, Any] = request.get("filter") or {}
        name = wanted.get("name") or "accountId"
        if name not in AGGREGATIONS:
            raise InvalidRequest(f"The filter '{name}' must be one of [{', '.join(sorted(AGGREGATIONS))}].")
        groups: dict[str, list[Record]] = {}
        for finding in self._all_findings():
            groups.setdefault(_key(finding, name), []).append(finding)
        chosen = {key: found for key, found in groups.items() if key and key in (wanted.get("values") or [key])}
        member, inner = AGGREGATIONS[name]
        answers = [{member: {inner: key, "severityCounts": severity_counts(found)}} for key, found in chosen.items()]
        return {"aggregationType": name, **page("responses", answers, {**request, "filters": None}, {})}

    def list_image_packages(self, request: Request) -> Record:
        """What SSM Inventory saw at build time, when the image was to collect its metadata."""
        image = find(self.images, request["imageBuildVersionArn"])
        collected = image.get("enhancedImageMetadataEnabled") and self._is_built(image["arn"])
        packages = dict(PACKAGES[image["platform"]]) if collected else {}
        if collected:
            found = VULNERABILITIES.found_in(image["name"], self.account_id)
            packages |= {vulnerability.package: vulnerability.version for vulnerability in found}
        listed = [{"packageName": name, "packageVersion": version} for name, version in sorted(packages.items())]
        return page("imagePackageList", listed, request, {})

    def _is_built(self, arn: str) -> bool:
        """Whether its build came to the end of BUILDING, where its metadata is collected."""
        build = self.builds.get(arn)
        return build is not None and STAGES.index(build.stage) > STAGES.index("BUILDING")


def _key(finding: Record, name: str) -> str:
    if name == "accountId":
        return str(finding["awsAccountId"])
    return str(FILTERS[name](finding) or "")
