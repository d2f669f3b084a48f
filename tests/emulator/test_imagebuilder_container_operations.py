"""What happens to container images after and around their build: lifecycles, scans, faults, packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from test_imagebuilder_containers import REGISTRY, make_pipeline, make_repository, region_block, tags_in
from test_imagebuilder_lifecycle import make_policy, pass_days, resources, rule, with_impact
from workshop import ABROAD, BUILD, HOME, allow, client, image, make_role, reason, run, workshop

from generator.emulator.clock import CLOCK
from generator.emulator.faults import FAULTS
from generator.emulator.imagebuilder.faults import add_fault
from generator.emulator.vulnerabilities import VULNERABILITIES

OPEN = {"tags": [{"Key": "LifecycleExecutionAccess", "Value": "EC2 Image Builder"}]}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield
    FAULTS.clear()
    VULNERABILITIES.clear()


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def make_keeper() -> str:
    access = {"StringEquals": {"ecr:ResourceTag/LifecycleExecutionAccess": "EC2 Image Builder"}}
    statements = {"ecr": allow("ecr:BatchDeleteImage", **access), "image": allow("imagebuilder:DeleteImage")}
    return make_role("keeper", {"Service": "imagebuilder.amazonaws.com"}, statements)


def test_old_images_go_from_every_regions_repository_with_all_their_tags(ib: Any) -> None:
    make_repository(HOME, imageTagMutability="MUTABLE", **OPEN)
    make_repository(ABROAD, **OPEN)
    pipeline = make_pipeline(region_block(HOME, "nightly"), region_block(ABROAD))
    old = run(pipeline)
    client("ecr").put_image(
        repositoryName="golden/web",
        imageManifest=client("ecr").batch_get_image(repositoryName="golden/web", imageIds=[{"imageTag": "1.0.0-1"}])[
            "images"
        ][0]["imageManifest"],
        imageTag="kept-by-hand",
    )
    run(pipeline)
    details = rule("DELETE", {"containers": True}, filter={"type": "COUNT", "value": 1})
    policy = make_policy(details, role=make_keeper(), resourceType="CONTAINER_IMAGE")
    pass_days(1.1)
    assert (tags_in(HOME), tags_in(ABROAD)) == ([["1.0.0-2", "nightly"]], [["1.0.0-2"]])
    parts = resources(with_impact(policy)[0], old["arn"])
    assert [(part["region"], part["imageUris"]) for part in parts] == [
        (HOME, [f"{REGISTRY}/golden/web:1.0.0-1"]),
        (ABROAD, [f"{REGISTRY.replace(HOME, ABROAD)}/golden/web:1.0.0-1"]),
    ]


def test_a_repository_that_is_not_opened_keeps_its_image(ib: Any) -> None:
    make_repository()
    made = run(make_pipeline())
    given = {"executionRole": make_keeper(), "includeResources": {"containers": True}}
    ib.start_resource_state_update(resourceArn=made["arn"], state={"status": "DELETED"}, **given)
    CLOCK.advance(120)
    assert tags_in(HOME) == [["1.0.0-1"]]
    assert image(made["arn"])["state"] == {"status": "AVAILABLE"}


def test_a_push_fails_in_its_region_and_is_retried(ib: Any) -> None:
    make_repository()
    make_repository(ABROAD)
    add_fault({"kind": "copy", "region": ABROAD})
    failed = run(make_pipeline(region_block(HOME), region_block(ABROAD)))
    told = f"to golden/web in Region {ABROAD}: received unexpected HTTP status: 500 Internal Server Error"
    assert told in reason(failed)
    assert (tags_in(HOME), tags_in(ABROAD)) == ([["1.0.0-1"]], [])
    ib.retry_image(imageBuildVersionArn=failed["arn"])
    CLOCK.advance(3600)
    assert image(failed["arn"])["state"] == {"status": "AVAILABLE"}
    assert tags_in(ABROAD) == [["1.0.0-1"]]


def test_a_container_image_is_scanned_where_inspector_looks_into_ecr(ib: Any) -> None:
    make_repository()
    client("inspector2").enable(accountIds=[BUILD], resourceTypes=["ECR"])
    VULNERABILITIES.add({"id": "CVE-2026-0001", "package": "zlib", "version": "1.2.11"})
    scanned = run(make_pipeline(imageScanningConfiguration={"imageScanningEnabled": True}))
    assert scanned["scanState"] == {"status": "COMPLETED"}
    assert [found["severity"] for found in ib.list_image_scan_findings()["findings"]] == ["HIGH"]
    assert tags_in(HOME, "image-builder-image-scanning-repository") == [["1.0.0-1"]]
    packages = ib.list_image_packages(imageBuildVersionArn=scanned["arn"])["imagePackageList"]
    assert {"packageName": "zlib", "packageVersion": "1.2.11"} in packages


@pytest.mark.parametrize("made", [True, False])
def test_it_is_scanned_in_the_repository_that_is_named(made: bool) -> None:
    make_repository()
    if made:
        make_repository(name="scans")
    client("inspector2").enable(accountIds=[BUILD], resourceTypes=["ECR"])
    where = {"repositoryName": "scans", "containerTags": ["scanned"]}
    settings = {"imageScanningEnabled": True, "ecrConfiguration": where}
    scanned = run(make_pipeline(imageScanningConfiguration=settings))
    assert scanned["state"] == {"status": "AVAILABLE"}
    if made:
        assert tags_in(HOME, "scans") == [["scanned"]]
    else:
        assert scanned["scanState"]["status"] == "FAILED"
        assert "The repository with name 'scans' does not exist" in scanned["scanState"]["reason"]
