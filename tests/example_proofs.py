"""What an example promises beyond resources that come and go, tried on the embedded AWS while it is applied."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from organizations import EXAMPLE

from generator.emulator.endpoint import Endpoint
from generator.emulator.process import call
from generator.images.build import start_build
from generator.images.chain import require_base
from generator.images.listing import list_images
from generator.images.pipeline import pipeline_of
from generator.render.roots import roots_of
from generator.spec import load
from generator.spec.model import Account
from generator.verify.published import check_published, newest_amis
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


def people_are_told_of_findings_and_approvals(emulator: Endpoint, aws: AwsFactory) -> None:
    """A build of `web` is scanned, waits, goes on; the topic of the environment hears of each."""
    images, sns, sqs = aws("imagebuilder", BUILD), aws("sns", BUILD), aws("sqs", BUILD)
    [topic] = [each["TopicArn"] for each in sns.list_topics()["Topics"] if "prod" in each["TopicArn"]]
    queue = sqs.create_queue(QueueName="people")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{BUILD}:people")
    call(emulator, "vulnerabilities", {"id": "CVE-2026-0001", "severity": "HIGH", "image": "*web"})
    pipelines = images.list_image_pipelines()["imagePipelineList"]
    [pipeline] = [each["arn"] for each in pipelines if each["name"].endswith("web")]
    arn = images.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
    call(emulator, "clock", {"advance": HOUR})
    [waiting] = images.list_waiting_workflow_steps()["steps"]
    step = {"stepExecutionId": waiting["stepExecutionId"], "imageBuildVersionArn": arn}
    images.send_workflow_step_action(**step, action="RESUME")
    call(emulator, "clock", {"advance": HOUR})
    built = images.get_image(imageBuildVersionArn=arn)["image"]
    assert (built["state"], built["scanState"]) == ({"status": "AVAILABLE"}, {"status": "COMPLETED"})
    [finding] = images.list_image_scan_findings()["findings"]
    assert finding["imageBuildVersionArn"] == arn
    call(emulator, "vulnerabilities", {}, "DELETE")
    assert {
        "EC2 Image Builder CVE Detected",
        "EC2 Image Builder Image State Change",
        "EC2 Image Builder Workflow Step Waiting",
    } <= {message.get("detail-type") for message in _messages(sqs, queue)}
    sqs.delete_queue(QueueUrl=queue)


def _messages(sqs: Any, queue: str) -> list[dict[str, Any]]:
    """What the topic told the queue, as far as it is JSON."""
    found = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            told = json.loads(message["Body"])["Message"]
            found.append(json.loads(told) if told.startswith("{") else {})
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def images_reach_whom_the_spec_names(emulator: Endpoint, aws: AwsFactory) -> None:
    """The roles that the example makes suffice for templates, parameters and fast launch on both sides."""
    images, template = aws("imagebuilder", BUILD), "lt-0123456789abcdef0"
    pipelines = {each["name"]: each["arn"] for each in images.list_image_pipelines()["imagePipelineList"]}
    amis: dict[str, dict[str, str]] = {}
    for name in ("web", "desktop"):
        started = images.start_image_pipeline_execution(imagePipelineArn=pipelines[f"prod-{name}"])
        call(emulator, "clock", {"advance": HOUR})
        made = images.get_image(imageBuildVersionArn=started["imageBuildVersionArn"])["image"]
        assert made["state"] == {"status": "AVAILABLE"}
        amis[name] = {ami["accountId"]: ami["image"] for ami in made["outputResources"]["amis"]}
    assert set(amis["web"]) == {BUILD, TARGET}
    launched = {
        account: aws("ec2", account).describe_launch_template_versions(Versions=["$Default"], **known)
        for account, known in (
            (BUILD, {"LaunchTemplateId": template}),
            (TARGET, {"LaunchTemplateName": "prod-web"}),
        )
    }
    assert {
        account: found["LaunchTemplateVersions"][0]["LaunchTemplateData"]["ImageId"]
        for account, found in launched.items()
    } == amis["web"]
    values = aws("ssm", TARGET).get_parameters(Names=["/shop/web/ami", "/shop/web/id", "/goldsmith/prod/web/ami"])
    assert {each["Value"] for each in values["Parameters"]} == {amis["web"][TARGET]}
    assert len(values["Parameters"]) == 3
    fast = aws("ec2", TARGET).describe_fast_launch_images()["FastLaunchImages"]
    assert [each["ImageId"] for each in fast] == [amis["desktop"][TARGET]]
    ask = {"ImageId": amis["web"][BUILD], "Attribute": "launchPermission"}
    who = aws("ec2", BUILD).describe_image_attribute(**ask)["LaunchPermissions"]
    assert {next(iter(each.values())).rsplit("/", 1)[-1] for each in who} >= {
        "333333333333",
        "o-a1b2c3d4e5",
        "ou-ab12-11111111",
    }


def what_the_apply_built_is_there(emulator: Endpoint, aws: AwsFactory) -> None:
    """An image that Terraform made, and no pipeline: it is listed, verified, and the base of the next one's build."""
    spec = load(EXAMPLE / "examples" / "recipes")
    [root] = roots_of(spec)
    account = root.account.id
    images = aws("imagebuilder", account)
    image = next(each for each in root.environment.images if each.name == "base")
    [base] = list_images(images, spec, "prod", "base")
    assert (base.version, base.status) == (f"{image.version}/1", "AVAILABLE")
    [ami] = base.amis

    def clients(service: str, account: Account, region: str) -> Any:
        return aws(service, account.id, region)

    assert newest_amis(root, image, clients) == {(account, "us-east-1"): ami.id}
    parameters = {each.name: each.actual for each in check_published(root, clients) if each.result == "passed"}
    assert parameters["parameter.base.us-east-1"] == ami.id
    web = pipeline_of(spec, "prod", "web")
    require_base(images, spec, web, "")
    arn = start_build(images, web)
    call(emulator, "clock", {"advance": HOUR})
    assert images.get_image(imageBuildVersionArn=arn)["image"]["state"] == {"status": "AVAILABLE"}


PROOFS: Mapping[str, Proof] = {
    "containers": old_container_images_leave_every_repository,
    "distribution": images_reach_whom_the_spec_names,
    "lifecycle": old_images_age_in_both_accounts,
    "recipes": what_the_apply_built_is_there,
    "workflows": people_are_told_of_findings_and_approvals,
    "vm": images_leave_as_disk_images,
}
