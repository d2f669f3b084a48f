"""Scans of images: what they find, who is told, and when an image fails by it; packages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict
from workshop import (
    BUILD,
    HOME,
    client,
    image,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    network,
    reason,
    run,
    start,
    workshop,
)

from generator.emulator import snapshot
from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import inject_fault
from generator.emulator.vulnerabilities import VULNERABILITIES

CRITICAL = {
    "id": "CVE-2026-0001",
    "severity": "critical",
    "package": "openssl",
    "version": "3.0.7",
    "fixed_in": "3.0.9",
}
LOW = {"id": "CVE-2026-0002", "severity": "LOW", "package": "vim", "version": "9.0"}
SCANNED = {"imageScanningConfiguration": {"imageScanningEnabled": True}}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield
    VULNERABILITIES.clear()


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


@pytest.fixture
def inspector() -> None:
    client("inspector2").enable(accountIds=[BUILD], resourceTypes=["EC2", "ECR"])


def pipeline(name: str = "web", **members: Any) -> str:
    """The first makes the profile that all use."""
    if not client("iam").list_instance_profiles()["InstanceProfiles"]:
        make_profile()
    recipe = make_recipe(make_component(name), name=name)
    return make_pipeline(recipe, make_infrastructure("builder", name=name, **network()), name=name, **members)


def listen() -> str:
    """A queue that receives the events of scans. Returns its URL."""
    url = client("sqs").create_queue(QueueName="findings")["QueueUrl"]
    events = client("events")
    pattern = {"source": ["aws.imagebuilder"], "detail-type": ["EC2 Image Builder CVE Detected"]}
    events.put_rule(Name="findings", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="findings", Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:{HOME}:{BUILD}:findings"}])
    return str(url)


def heard(queue: str) -> list[dict[str, Any]]:
    found = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


@pytest.mark.usefixtures("inspector")
def test_a_scan_finds_what_was_asked_for_and_tells_of_it(ib: Any) -> None:
    VULNERABILITIES.add(CRITICAL)
    VULNERABILITIES.add(LOW)
    VULNERABILITIES.add({**LOW, "id": "CVE-2026-0003", "image": "database"})
    queue, made = listen(), pipeline(**SCANNED)
    scanned = run(made)
    assert scanned["scanState"] == {"status": "COMPLETED"}
    first, second = ib.list_image_scan_findings()["findings"]
    assert (first["severity"], first["fixAvailable"], first["inspectorScore"]) == ("CRITICAL", "YES", 9.8)
    assert (first["imageBuildVersionArn"], first["imagePipelineArn"]) == (scanned["arn"], made)
    [package] = first["packageVulnerabilityDetails"]["vulnerablePackages"]
    assert (package["name"], package["version"], package["fixedInVersion"]) == ("openssl", "3.0.7", "3.0.9")
    assert (second["title"], second["fixAvailable"]) == ("CVE-2026-0002 - vim", "NO")
    [event] = heard(queue)
    assert event["resources"] == [scanned["arn"], made]
    assert event["detail"]["resource-id"].startswith("i-")
    assert event["detail"]["finding-severity-counts"] == {"all": 1, "critical": 1, "high": 0, "medium": 0}


@pytest.mark.usefixtures("inspector")
def test_findings_are_filtered_and_counted(ib: Any) -> None:
    VULNERABILITIES.add(CRITICAL)
    VULNERABILITIES.add({**LOW, "image": "web"})
    web, database = pipeline(**SCANNED), pipeline("database", **SCANNED)
    scanned = run(web)
    run(database)

    def found(name: str, value: str) -> int:
        return len(ib.list_image_scan_findings(filters=[{"name": name, "values": [value]}])["findings"])

    assert len(ib.list_image_scan_findings()["findings"]) == 3
    assert found("imageBuildVersionArn", scanned["arn"]) == 2
    assert found("imagePipelineArn", database) == 1
    assert found("vulnerabilityId", "CVE-2026-0001") == 2
    assert found("severity", "LOW") == 1

    def counts(**filters: Any) -> list[Any]:
        return list(ib.list_image_scan_finding_aggregations(**filters)["responses"])

    account = {"accountId": BUILD, "severityCounts": {"all": 3, "critical": 2, "high": 0, "medium": 0}}
    assert counts() == [{"accountAggregation": account}]
    one = {"all": 1, "critical": 1, "high": 0, "medium": 0}
    by_pipeline = counts(filter={"name": "imagePipelineArn", "values": [database]})
    assert by_pipeline == [{"imagePipelineAggregation": {"imagePipelineArn": database, "severityCounts": one}}]
    by_id = counts(filter={"name": "vulnerabilityId", "values": ["CVE-2026-0001", "CVE-2026-0002"]})
    assert [entry["vulnerabilityIdAggregation"]["severityCounts"]["all"] for entry in by_id] == [2, 1]
    with pytest.raises(ClientError, match="InvalidRequestException"):
        counts(filter={"name": "severity", "values": ["LOW"]})


def test_without_inspector_the_scan_fails_and_the_image_does_not(ib: Any) -> None:
    VULNERABILITIES.add(CRITICAL)
    scanned = run(pipeline(**SCANNED))
    assert scanned["state"] == {"status": "AVAILABLE"}
    assert scanned["scanState"]["status"] == "FAILED"
    assert ib.list_image_scan_findings()["findings"] == []


@pytest.mark.usefixtures("inspector")
def test_the_state_of_a_scan_is_told() -> None:
    made = pipeline(**SCANNED)
    arn = start(made)
    assert image(arn)["scanState"] == {"status": "PENDING"}
    inject_fault("BUILDING", "No space left on device")
    CLOCK.advance(3600)
    assert image(arn)["scanState"] == {"status": "ABANDONED"}
    assert "scanState" not in run(pipeline("database"))


def on_output(**condition: Any) -> dict[str, Any]:
    settings = {"imageScanningEnabled": True, "imageScanningTypes": ["ON_DEMAND_AMI_CVE"]}
    return {"imageScanningConfiguration": {**settings, "scanResultCondition": condition}}


@pytest.mark.parametrize(
    ("condition", "vulnerability", "passes"),
    [
        ({"maximumSeverityLabel": "HIGH"}, CRITICAL, False),
        ({"maximumSeverityLabel": "HIGH"}, {**CRITICAL, "fixed_in": ""}, True),
        ({"maximumSeverityLabel": "HIGH", "fixAvailable": False}, {**CRITICAL, "fixed_in": ""}, False),
        ({"maximumSeverityLabel": "MEDIUM", "fixAvailable": False}, LOW, True),
        ({"maximumSeverityLabel": "INFORMATIONAL", "fixAvailable": False}, LOW, False),
    ],
)
def test_findings_worse_than_allowed_fail_the_image(
    condition: dict[str, Any], vulnerability: dict[str, Any], passes: bool
) -> None:
    VULNERABILITIES.add(vulnerability)
    scanned = run(pipeline(**on_output(**condition)))
    if passes:
        assert scanned["state"] == {"status": "AVAILABLE"}
        return
    assert vulnerability["id"] in reason(scanned)
    assert scanned["state"]["failureContext"]["imageStatus"] == "TESTING"


def test_packages_are_told_once_they_are_collected(ib: Any) -> None:
    VULNERABILITIES.add(LOW)
    made = pipeline()
    arn = start(made)
    assert ib.list_image_packages(imageBuildVersionArn=arn)["imagePackageList"] == []
    CLOCK.advance(3600)
    packages = ib.list_image_packages(imageBuildVersionArn=arn)["imagePackageList"]
    assert {"packageName": "vim", "packageVersion": "9.0"} in packages
    assert "openssl" in [package["packageName"] for package in packages]
    bare = run(pipeline("database", enhancedImageMetadataEnabled=False))
    assert ib.list_image_packages(imageBuildVersionArn=bare["arn"])["imagePackageList"] == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({}, "id None: a vulnerability needs one"),
        ({"id": "CVE-2026-0001", "severity": "awful"}, "severity 'awful': there is no such one; there are CRITICAL"),
        ({"id": "CVE-2026-0001", "cvss": 9}, "'cvss': a vulnerability has no such key; it has id, severity"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        VULNERABILITIES.add(wanted)


@pytest.mark.usefixtures("inspector")
def test_findings_survive_in_a_snapshot(ib: Any, tmp_path: Path) -> None:
    added = VULNERABILITIES.add(CRITICAL)
    run(pipeline(**SCANNED))
    before = ib.list_image_scan_findings()["findings"]
    assert snapshot.save(tmp_path / "state") == ""
    BackendDict.reset()
    assert VULNERABILITIES.known == []
    snapshot.load(tmp_path / "state")
    assert ib.list_image_scan_findings()["findings"] == before
    assert VULNERABILITIES.known == [added]
