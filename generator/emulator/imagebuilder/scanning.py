"""Scans of images: what Amazon Inspector finds in the test phase, the event of it, and when it fails the image.

Sources: ImageScanningConfiguration and ImageScanState in the model;
https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-eventbridge.html (EC2 Image Builder CVE Detected).
What is found is what `generator.emulator.vulnerabilities` was asked for.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import scan_repositories
from generator.emulator.imagebuilder.builds import Build, BuildFailure
from generator.emulator.imagebuilder.registries import Refusal
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.vulnerabilities import SCORES, VULNERABILITIES, Vulnerability

log = logging.getLogger("goldsmith.emulator")

CVE_DETECTED = "EC2 Image Builder CVE Detected"
OF_OUTPUT = "ON_DEMAND_AMI_CVE"
REPORTED = ("critical", "high", "medium")
OVER = ("AVAILABLE", "CANCELLED", "FAILED", "DEPRECATED", "DISABLED", "DELETED")
SEVERITIES = tuple(SCORES)  # the worst first


def is_wanted(image: Record) -> bool:
    return (image.get("imageScanningConfiguration") or {}).get("imageScanningEnabled") is True


def scan(state: State, image: Record, build: Build) -> None:
    """The test phase ends: findings are kept and told. Raises BuildFailure where they are worse than is allowed."""
    if not is_wanted(image):
        return
    found = VULNERABILITIES.found_in(image["name"], state.account_id)
    settings = image["imageScanningConfiguration"]
    if OF_OUTPUT in (settings.get("imageScanningTypes") or []):
        image["scanState"] = {"status": "COMPLETED"}
        _check_result(settings.get("scanResultCondition"), found)
    elif not _is_active(state, image):
        image["scanState"] = {
            "status": "FAILED",
            "reason": f"Amazon Inspector is not activated for the account in {state.region_name}.",
        }
    else:
        _scan(state, image, build, found)


def _scan(state: State, image: Record, build: Build, found: list[Vulnerability]) -> None:
    try:
        if image["type"] != "AMI":
            scan_repositories.push_for_scan(state, image)
    except Refusal as refusal:
        image["scanState"] = {"status": "FAILED", "reason": str(refusal)}
        return
    image["scanState"] = {"status": "COMPLETED"}
    state.findings[image["arn"]] = [_finding(state, image, vulnerability) for vulnerability in found]
    _tell(state, image, build)


def scan_state(image: Record) -> Record:
    """`scanState` of an image as it is answered, as a member of it; nothing where no scan is wanted."""
    if not is_wanted(image):
        return {}
    over = image["state"]["status"] in OVER
    return {"scanState": image.get("scanState") or {"status": "ABANDONED" if over else "PENDING"}}


def severity_counts(findings: Iterable[Record]) -> Record:
    """SeverityCounts of the model: each from medium on, and the total of all severities."""
    counts = Counter(str(finding["severity"]).lower() for finding in findings)
    return {"all": counts.total(), **{severity: counts[severity] for severity in REPORTED}}


def _check_result(condition: Record | None, found: list[Vulnerability]) -> None:
    if condition is None:
        return
    counted = [each for each in found if each.fixed_in or condition.get("fixAvailable") is False]
    allowed = condition.get("maximumSeverityLabel") or "HIGH"
    worse = SEVERITIES[: SEVERITIES.index(allowed)]
    failing = [each.id for each in counted if each.severity in worse]
    if failing:
        raise BuildFailure(
            f"The scan of the output AMI has findings above the severity {allowed}: {', '.join(failing)}.",
            "CollectImageScanFindings",
        )


def _is_active(state: State, image: Record) -> bool:
    """Whether Inspector scans instances, or for a container image ECR, in the account and Region."""
    from moto.inspector2.models import inspector2_backends

    status = inspector2_backends[state.account_id][state.region_name].account_status.get(state.account_id)
    kind = "ec2" if image["type"] == "AMI" else "ecr"
    return status is not None and getattr(status, kind) == "ENABLED"


def _tell(state: State, image: Record, build: Build) -> None:
    """Best effort, as every event: the counts leave out what is below medium."""
    from moto.events.models import events_backends

    counts = severity_counts(state.findings[image["arn"]])
    reported = {severity: counts[severity] for severity in REPORTED}
    detail = {
        "resource-id": build.instance_id or build.ami_id,
        "finding-severity-counts": {"all": sum(reported.values()), **reported},
    }
    pipeline = image.get("sourcePipelineArn")
    event = {
        "Source": "aws.imagebuilder",
        "DetailType": CVE_DETECTED,
        "Resources": [image["arn"], *([pipeline] if pipeline else [])],
        "Detail": json.dumps(detail),
    }
    try:
        events_backends[state.account_id][state.region_name].put_events([event])
    except Exception:
        log.exception("the findings of %s could not be announced", image["arn"])


def _finding(state: State, image: Record, found: Vulnerability) -> Record:
    """ImageScanFinding of the model."""
    pipeline = image.get("sourcePipelineArn")
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    score = {"scoreSource": "NVD", "cvssSource": "NVD", "version": "3.1", "score": found.score, "scoringVector": vector}
    mended = {"fixedInVersion": found.fixed_in} if found.fixed_in else {}
    text = f"Update {found.package} to {found.fixed_in}." if found.fixed_in else "None Provided"
    return {
        "awsAccountId": state.account_id,
        "imageBuildVersionArn": image["arn"],
        **({"imagePipelineArn": pipeline} if pipeline else {}),
        "type": "PACKAGE_VULNERABILITY",
        "title": found.title or f"{found.id} - {found.package}",
        "description": found.title or f"{found.package} {found.version} is vulnerable.",
        "severity": found.severity,
        "firstObservedAt": CLOCK.now(),
        "updatedAt": CLOCK.now(),
        "inspectorScore": found.score,
        "inspectorScoreDetails": {"adjustedCvss": {**score, "adjustments": []}},
        "packageVulnerabilityDetails": {
            "vulnerabilityId": found.id,
            "vulnerablePackages": [{"name": found.package, "version": found.version, "epoch": 0, **mended}],
            "source": "NVD",
            "sourceUrl": f"https://nvd.nist.gov/vuln/detail/{found.id}",
            "vendorSeverity": found.severity,
            "cvss": [{"baseScore": found.score, "scoringVector": vector, "version": "3.1", "source": "NVD"}],
            "relatedVulnerabilities": [],
        },
        "remediation": {"recommendation": {"text": text}},
        "fixAvailable": "YES" if found.fixed_in else "NO",
    }
