"""StartResourceStateUpdate: one image, by hand, into another state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict
from moto.ec2.models import ec2_backends
from test_imagebuilder_lifecycle import (
    ALL,
    AMIS,
    ami_of,
    executions,
    is_there,
    make_cleaner,
    make_policy,
    pass_days,
    pipeline,
    resources,
    rule,
    statuses,
)
from workshop import BUILD, HOME, allow, client, image, make_role, region_block, run, start, workshop

from generator.emulator import ami_states, snapshot
from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import lifecycle_actions
from generator.emulator.imagebuilder.models import imagebuilder_backends

URI = f"{BUILD}.dkr.ecr.{HOME}.amazonaws.com/web"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def update(ib: Any, arn: str, status: str, **members: Any) -> str | None:
    """The id of the lifecycle execution, None where the change is made at once."""
    answer = ib.start_resource_state_update(resourceArn=arn, state={"status": status}, **members)
    assert answer["resourceArn"] == arn
    found: str | None = answer.get("lifecycleExecutionId")
    return found


def listen() -> str:
    """A queue that receives the changes of images. Returns its URL."""
    url = client("sqs").create_queue(QueueName="changes")["QueueUrl"]
    events = client("events")
    pattern = {"source": ["aws.imagebuilder"], "detail-type": ["EC2 Image Builder Image State Change"]}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:{HOME}:{BUILD}:changes"}])
    return str(url)


def with_amis(**include: bool) -> dict[str, Any]:
    return {"executionRole": make_cleaner(), "includeResources": {**AMIS, **include}}


def test_the_image_alone_changes_at_once(ib: Any) -> None:
    made = run(pipeline())
    for status in ("DEPRECATED", "DISABLED", "AVAILABLE"):
        assert update(ib, made["arn"], status) is None
        assert image(made["arn"])["state"]["status"] == status
    assert "deprecationTime" not in image(made["arn"])
    assert executions(made["arn"]) == []


def test_amis_are_disabled_and_come_back_without_their_receivers(ib: Any) -> None:
    made = run(pipeline(region_block(HOME, share_with=["999999999999"])))
    ami = ami_of(made)
    given = with_amis()
    ids = []
    for status in ("DEPRECATED", "DISABLED", "AVAILABLE"):
        ids.append(update(ib, made["arn"], status, **given))
        CLOCK.advance(120)
        assert image(made["arn"])["state"]["status"] == status
    assert (ami.state, ami.launch_permissions, ami.deprecation_time) == ("available", [], None)
    assert "DeprecatedBy" not in lifecycle_actions.tags_of(ami)
    assert [execution["lifecycleExecutionId"] for execution in executions(made["arn"])] == ids[::-1]
    assert "lifecyclePolicyArn" not in executions(made["arn"])[0]


def test_an_image_is_deleted_with_all_that_stands_behind_it(ib: Any) -> None:
    made = run(pipeline())
    snapshots = [each.id for each in ami_of(made).snapshots]
    identifier = update(ib, made["arn"], "DELETED", **with_amis(snapshots=True))
    assert is_there(ib, made)
    CLOCK.advance(120)
    assert not is_there(ib, made)
    assert ami_of(made) is None
    assert not set(snapshots) & set(ec2_backends[BUILD][HOME].snapshots)
    [entry] = resources({"lifecycleExecutionId": identifier})
    assert (entry["action"]["name"], entry["state"]["status"]) == ("DELETE", "SUCCESS")


def test_each_change_is_told_as_an_event(ib: Any) -> None:
    made = run(pipeline())
    queue = listen()
    update(ib, made["arn"], "DEPRECATED")
    update(ib, made["arn"], "DELETED", **with_amis())
    CLOCK.advance(120)
    assert not is_there(ib, made)
    messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(message["Body"])["detail"] for message in messages]
    changes = [(detail["previous-state"]["status"], detail["state"]["status"]) for detail in details]
    assert changes == [("AVAILABLE", "DEPRECATED"), ("DEPRECATED", "DELETED")]


def test_an_excluded_ami_keeps_its_image_from_deletion_but_not_from_deprecation(ib: Any) -> None:
    made = run(pipeline())
    given = with_amis()
    rules = {"amis": {"regions": [HOME]}}
    identifier = update(ib, made["arn"], "DELETED", exclusionRules=rules, **given)
    CLOCK.advance(120)
    assert statuses(resources({"lifecycleExecutionId": identifier})) == [(made["arn"], "SKIPPED")]
    update(ib, made["arn"], "DEPRECATED", exclusionRules=rules, **given)
    CLOCK.advance(120)
    assert image(made["arn"])["state"]["status"] == "DEPRECATED"
    assert not ami_states.is_deprecated(ami_of(made))


def test_a_deprecation_is_scheduled(ib: Any) -> None:
    made = run(pipeline())
    moment = CLOCK.now() + timedelta(days=3)
    identifier = update(ib, made["arn"], "DEPRECATED", updateAt=moment, **with_amis())
    assert ami_of(made).deprecation_time
    assert not ami_states.is_deprecated(ami_of(made))
    execution = ib.get_lifecycle_execution(lifecycleExecutionId=identifier)["lifecycleExecution"]
    assert execution["state"] == {"status": "PENDING"}
    pass_days(2.9)
    assert image(made["arn"])["state"]["status"] == "AVAILABLE"
    pass_days(0.2)
    assert image(made["arn"])["state"]["status"] == "DEPRECATED"
    assert ami_states.is_deprecated(ami_of(made))


def test_what_is_only_scheduled_is_cancelled_at_once(ib: Any) -> None:
    made = run(pipeline())
    identifier = update(ib, made["arn"], "DEPRECATED", updateAt=CLOCK.now() + timedelta(days=3))
    ib.cancel_lifecycle_execution(lifecycleExecutionId=identifier)
    pass_days(4)
    assert executions(made["arn"])[0]["state"] == {"status": "CANCELLED"}
    assert image(made["arn"])["state"] == {"status": "AVAILABLE"}


def test_one_execution_at_a_time(ib: Any) -> None:
    made = run(pipeline())
    given = with_amis()
    update(ib, made["arn"], "DEPRECATED", **given)
    with pytest.raises(ib.exceptions.ResourceInUseException):
        update(ib, made["arn"], "DISABLED", **given)


def test_a_token_updates_once(ib: Any) -> None:
    made = run(pipeline())
    given = {**with_amis(), "clientToken": "once"}
    assert update(ib, made["arn"], "DEPRECATED", **given) == update(ib, made["arn"], "DEPRECATED", **given)
    assert len(executions(made["arn"])) == 1


@pytest.mark.parametrize(
    ("status", "members", "reason"),
    [
        ("DISABLED", {"includeResources": AMIS}, "must be specified together"),
        ("DISABLED", {"executionRole": "cleaner"}, "must be specified together"),
        ("DELETED", {}, "must be included in includeResources"),
        ("DISABLED", {"executionRole": "cleaner", "includeResources": ALL}, "only be included when the image is delet"),
        ("DELETED", {"executionRole": "cleaner", "includeResources": {"snapshots": True}}, "together with AMIs"),
        ("DISABLED", {"executionRole": "absent", "includeResources": AMIS}, "does not exist or does not have"),
        ("DISABLED", {"updateAt": CLOCK.now() + timedelta(days=9000)}, "only valid for the state DEPRECATED"),
        ("DEPRECATED", {"updateAt": CLOCK.now() - timedelta(days=9000)}, "must be a time in the future"),
    ],
)
def test_requests_that_make_no_sense_are_refused(ib: Any, status: str, members: dict[str, Any], reason: str) -> None:
    made = run(pipeline())
    make_cleaner()
    with pytest.raises(ib.exceptions.InvalidRequestException, match=reason):
        update(ib, made["arn"], status, **members)
    assert image(made["arn"])["state"] == {"status": "AVAILABLE"}


def test_an_image_that_is_being_built_or_is_disabled_does_not_become_deprecated(ib: Any) -> None:
    made = pipeline()
    arn = start(made)
    with pytest.raises(ib.exceptions.InvalidRequestException, match="is PENDING, and cannot become DEPRECATED"):
        update(ib, arn, "DEPRECATED")
    CLOCK.advance(3600)
    update(ib, arn, "DISABLED")
    with pytest.raises(ib.exceptions.InvalidRequestException, match="is DISABLED, and cannot become DEPRECATED"):
        update(ib, arn, "DEPRECATED")


def make_container(**repository: Any) -> str:
    """A container image of the service, with what it stands for in ECR. Returns its ARN."""
    made = run(pipeline())
    record = imagebuilder_backends[BUILD][HOME].images[made["arn"]]
    record |= {"type": "DOCKER", "outputResources": {"containers": [{"region": HOME, "imageUris": [f"{URI}:1.0.0-1"]}]}}
    ecr = client("ecr")
    ecr.create_repository(repositoryName="web", **repository)
    media = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media})
    ecr.put_image(repositoryName="web", imageManifest=manifest, imageManifestMediaType=media, imageTag="1.0.0-1")
    return str(made["arn"])


def in_ecr() -> list[str]:
    return [entry["imageTag"] for entry in client("ecr").list_images(repositoryName="web")["imageIds"]]


def container_role() -> str:
    access = {"StringEquals": {"ecr:ResourceTag/LifecycleExecutionAccess": "EC2 Image Builder"}}
    statements = {"ecr": allow("ecr:BatchDeleteImage", **access), "image": allow("imagebuilder:DeleteImage")}
    return make_role("containers", {"Service": "imagebuilder.amazonaws.com"}, statements)


def test_a_container_image_is_deleted_where_its_repository_lets_image_builder_in(ib: Any) -> None:
    arn = make_container(tags=[{"Key": "LifecycleExecutionAccess", "Value": "EC2 Image Builder"}])
    with pytest.raises(ib.exceptions.InvalidRequestException, match="only DELETED is supported"):
        update(ib, arn, "DEPRECATED")
    details = rule("DELETE", {"containers": True})
    policy = make_policy(details, role=container_role(), resourceType="CONTAINER_IMAGE")
    pass_days(8)
    assert in_ecr() == []
    [execution] = [run for run in executions(policy) if run["resourcesImpactedSummary"]["hasImpactedResources"]]
    [entry] = resources(execution, arn)
    assert (entry["resourceId"], entry["imageUris"]) == (f"{URI}:1.0.0-1", [f"{URI}:1.0.0-1"])


def test_a_repository_without_the_tag_keeps_its_image(ib: Any) -> None:
    arn = make_container()
    given = {"executionRole": container_role(), "includeResources": {"containers": True}}
    identifier = update(ib, arn, "DELETED", **given)
    CLOCK.advance(120)
    assert in_ecr() == ["1.0.0-1"]
    [entry] = resources({"lifecycleExecutionId": identifier}, arn)
    assert "ecr:BatchDeleteImage" in entry["state"]["reason"]
    assert image(arn)["state"] == {"status": "AVAILABLE"}


def test_executions_survive_in_a_snapshot(ib: Any, tmp_path: Path) -> None:
    made = run(pipeline())
    identifier = update(ib, made["arn"], "DEPRECATED", **with_amis())
    assert snapshot.save(tmp_path / "state") == ""
    BackendDict.reset()
    snapshot.load(tmp_path / "state")
    CLOCK.advance(120)
    found = ib.get_lifecycle_execution(lifecycleExecutionId=identifier)["lifecycleExecution"]
    assert found["state"] == {"status": "SUCCESS"}
    assert ami_states.is_deprecated(ami_of(made))


def test_a_name_that_is_no_image_is_not_found(ib: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        update(ib, f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/absent/1.0.0/1", "DISABLED")
