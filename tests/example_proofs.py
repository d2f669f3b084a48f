"""What an example promises beyond resources that come and go, tried on the embedded AWS while it is applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from organizations import EXAMPLE

from generator.emulator.endpoint import Endpoint
from generator.emulator.process import call
from generator.render.roots import roots_of
from generator.spec import load
from generator.spec.model import Account
from generator.verify.vm import check_vm_export, check_vm_import

AwsFactory = Callable[..., Any]
Proof = Callable[[Endpoint, AwsFactory], None]

BUILD, TARGET = "111111111111", "222222222222"
HOUR, DAY = 3600, 86400


def old_images_age_in_both_accounts(emulator: Endpoint, aws: AwsFactory) -> None:
    """The roles that the example makes suffice for what its policies do, here and where the copies are."""
    images = aws("imagebuilder", BUILD)
    [pipeline] = [each["arn"] for each in images.list_image_pipelines()["imagePipelineList"] if "web" in each["name"]]
    arn = images.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
    call(emulator, "clock", {"advance": HOUR})
    made = images.get_image(imageBuildVersionArn=arn)["image"]
    assert made["state"] == {"status": "AVAILABLE"}
    assert {ami["accountId"] for ami in made["outputResources"]["amis"]} == {BUILD, TARGET}
    for days, status in ((61, "DEPRECATED"), (30, "DISABLED")):
        call(emulator, "clock", {"advance": days * DAY})
        aged = images.get_image(imageBuildVersionArn=arn)["image"]
        assert aged["state"]["status"] == status
        ask = {"lifecycleExecutionId": aged["lifecycleExecutionId"], "parentResourceId": arn}
        parts = images.list_lifecycle_execution_resources(**ask)["resources"]
        assert [(part["accountId"], part["state"]) for part in parts] == [
            (ami["accountId"], {"status": "SUCCESS"}) for ami in made["outputResources"]["amis"]
        ]


def images_leave_as_disk_images(emulator: Endpoint, aws: AwsFactory) -> None:
    """The roles that the example makes suffice for what comes in and leaves, and verify is content with them."""
    [root] = roots_of(load(EXAMPLE / "examples" / "vm"))

    def clients(service: str, account: Account, region: str) -> Any:
        return aws(service, account.id, region)

    checks = [*check_vm_export(root, clients), *check_vm_import(root, clients)]
    assert {check.name for check in checks if check.result == "passed"} == {
        *("export_bucket.public_access", "export_role.trust", "export_role.permissions"),
        *("import_role.trust", "import_role.permissions"),
    }
    images, s3 = aws("imagebuilder", BUILD), aws("s3", BUILD)
    s3.create_bucket(Bucket="acme-datacenter")
    pipelines = {each["name"]: each["arn"] for each in images.list_image_pipelines()["imagePipelineList"]}
    built = [
        images.start_image_pipeline_execution(imagePipelineArn=pipelines[f"prod-{name}"])["imageBuildVersionArn"]
        for name in ("appliance", "edge", "erp-hardened", "scanner-hardened", "workplace")
    ]
    call(emulator, "clock", {"advance": HOUR})
    for arn in built:
        assert images.get_image(imageBuildVersionArn=arn)["image"]["state"] == {"status": "AVAILABLE"}
    own = f"acme-prod-imagebuilder-exports-{BUILD}-us-east-1"
    found = {
        (bucket, each["Key"].split("export-ami-")[0], each["Key"].rsplit(".")[-1])
        for bucket in (own, "acme-datacenter")
        for each in s3.list_objects_v2(Bucket=bucket)["Contents"]
    }
    assert found == {
        (own, "appliance/", "vmdk"),
        (own, "erp-hardened/", "vhd"),
        ("acme-datacenter", "edge/nightly-", "raw"),
    }


def old_container_images_leave_every_repository(emulator: Endpoint, aws: AwsFactory) -> None:
    """Ten are kept; the repositories let Image Builder delete the eleventh."""
    images = aws("imagebuilder", BUILD)
    pipelines = images.list_image_pipelines()["imagePipelineList"]
    [pipeline] = [each["arn"] for each in pipelines if each["name"].endswith("web")]
    for _ in range(11):
        arn = images.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
        call(emulator, "clock", {"advance": HOUR})
        assert images.get_image(imageBuildVersionArn=arn)["image"]["state"] == {"status": "AVAILABLE"}
    call(emulator, "clock", {"advance": DAY})
    for region in ("us-east-1", "eu-central-1"):
        ecr = aws("ecr", BUILD, region)
        found = ecr.describe_images(repositoryName="golden/web")["imageDetails"]
        tags = {tag for each in found for tag in each["imageTags"]}
        assert len(found) == 10
        assert ("latest" in tags, "1.0.0-1" in tags) == (True, False)
        digests = [{"imageDigest": each["imageDigest"]} for each in found]
        ecr.batch_delete_image(repositoryName="golden/web", imageIds=digests)  # or it cannot be destroyed


PROOFS: Mapping[str, Proof] = {
    "containers": old_container_images_leave_every_repository,
    "lifecycle": old_images_age_in_both_accounts,
    "vm": images_leave_as_disk_images,
}
