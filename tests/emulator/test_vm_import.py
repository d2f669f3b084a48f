"""Import tasks of EC2 and the base images that Image Builder makes of them, and of ISO files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    STRANGER,
    Statements,
    allow,
    client,
    image,
    make_component,
    make_infrastructure,
    make_key,
    make_pipeline,
    make_profile,
    make_recipe,
    make_role,
    network,
    reason,
    run,
    without,
    workshop,
)

from generator.emulator import snapshot
from generator.emulator.clock import CLOCK
from generator.emulator.corrections import import_image_tasks

NO_INFRASTRUCTURE = f"arn:aws:imagebuilder:{HOME}:{BUILD}:infrastructure-configuration/none"
VMDK = b"KDMV" + bytes(600)
IMPORTER: Statements = {
    "s3:GetBucketLocation": allow("s3:GetBucketLocation", resource="arn:aws:s3:::machines"),
    "s3:ListBucket": allow("s3:ListBucket", resource="arn:aws:s3:::machines"),
    "s3:GetObject": allow("s3:GetObject", resource="arn:aws:s3:::machines/*"),
}
FILES = {
    "OVA": bytes(257) + b"ustar" + bytes(300),
    "VMDK": VMDK,
    "VHD": b"conectix" + bytes(600),
    "VHDX": b"vhdxfile" + bytes(600),
    "RAW": bytes(510) + b"\x55\xaa",
}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    import_image_tasks.apply()
    with workshop():
        yield


def make_importer(statements: Statements = IMPORTER, service: str = "vmie.amazonaws.com") -> None:
    make_role("vmimport", {"Service": service}, statements)


def put(content: bytes = VMDK, key: str = "erp.vmdk", account_id: str = BUILD, region: str = HOME) -> None:
    s3 = client("s3", account_id, region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket="machines", **place)
    s3.put_object(Bucket="machines", Key=key, Body=content)


def import_task(kind: str = "VMDK", key: str = "erp.vmdk", **members: Any) -> str:
    disk = {"Format": kind, "UserBucket": {"S3Bucket": "machines", "S3Key": key}}
    given = {"Platform": "Linux", "DiskContainers": [disk], **members}
    return str(client("ec2").import_image(**given)["ImportTaskId"])


def task(identifier: str) -> dict[str, Any]:
    [found] = client("ec2").describe_import_image_tasks(ImportTaskIds=[identifier])["ImportImageTasks"]
    return dict(found)


def after(seconds: float, identifier: str) -> dict[str, Any]:
    CLOCK.advance(seconds)
    return task(identifier)


def failure(identifier: str) -> str:
    found = after(1200, identifier)
    assert found["Status"] == "deleted"
    return str(found["StatusMessage"])


def import_vm(task_id: str, **members: Any) -> str:
    given: dict[str, Any] = {"name": "prod-erp", "semanticVersion": "1.0.0", "platform": "Linux", "clientToken": "one"}
    given |= {"vmImportTaskId": task_id, **members}
    return str(client("imagebuilder").import_vm_image(**given)["imageArn"])


@pytest.mark.parametrize("kind", list(FILES))
def test_a_disk_image_of_each_format_becomes_an_ami(kind: str) -> None:
    make_importer()
    put(FILES[kind])
    done = after(1200, import_task(kind.lower()))
    assert (done["Status"], done["SnapshotDetails"][0]["Format"]) == ("completed", kind)
    [ami] = client("ec2").describe_images(ImageIds=[done["ImageId"]])["Images"]
    assert (ami["RootDeviceName"], ami["OwnerId"]) == ("/dev/sda1", BUILD)
    assert ami["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is False


def test_a_task_tells_how_far_it_is() -> None:
    make_importer()
    put()
    identifier = import_task(
        TagSpecifications=[{"ResourceType": "import-image-task", "Tags": [{"Key": "a", "Value": "b"}]}]
    )
    seen = [(task(identifier)["StatusMessage"], task(identifier)["Progress"])]
    for seconds in (40, 300, 300, 200, 300):
        found = after(seconds, identifier)
        seen.append((found["StatusMessage"], found["Progress"]))
    assert [message for message, _ in seen] == [
        "pending",
        "validating",
        "converting",
        "updating",
        "booting",
        "preparing ami",
    ]
    assert [int(progress) for _, progress in seen] == sorted(int(progress) for _, progress in seen)
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]
    assert "ImageId" not in found


def test_a_client_token_starts_one_task() -> None:
    make_importer()
    put()
    assert import_task(ClientToken="one") == import_task(ClientToken="one") != import_task(ClientToken="two")
    states = {"Name": "task-state", "Values": ["active"]}
    assert len(client("ec2").describe_import_image_tasks(Filters=[states])["ImportImageTasks"]) == 2


@pytest.mark.parametrize("missing", list(IMPORTER))
def test_the_role_needs_each_right_on_the_file(missing: str) -> None:
    make_importer(without(IMPORTER, missing))
    put()
    assert "Reason 403 Forbidden" in failure(import_task())


def test_a_file_that_is_not_there_and_one_of_another_format_end_the_task() -> None:
    make_importer()
    put(b"no disk image at all")
    assert "Reason 404 Not Found" in failure(import_task(key="other.vmdk"))
    assert failure(import_task()) == "ClientError: Disk validation failed [Unsupported VMDK File Format]"
    assert failure(import_task("RAW")) == "ClientError: No valid partition. Not a valid volume."


def test_the_role_has_to_trust_vm_import() -> None:
    put()
    for made in (False, True):
        if made:
            make_importer(service="ec2.amazonaws.com")
        with pytest.raises(ClientError, match="service role vmimport provided does not exist or does not have"):
            import_task()


def test_bucket_and_format_are_looked_at_before_a_task_begins() -> None:
    make_importer()
    with pytest.raises(ClientError, match="Invalid S3 source location"):
        import_task()
    put(region=ABROAD)
    with pytest.raises(ClientError, match="is not local to the region"):
        import_task()
    with pytest.raises(ClientError, match="format ISO is not one of"):
        import_task("ISO")


def test_a_file_of_another_account_cannot_be_read() -> None:
    make_importer()
    put(account_id=STRANGER)
    assert "Reason 403 Forbidden" in failure(import_task())


def test_an_encrypted_import_needs_the_key() -> None:
    key = make_key(HOME)
    put()
    make_importer()
    assert "is not authorized to perform: kms:DescribeKey" in failure(import_task(Encrypted=True, KmsKeyId=key))
    use = allow("kms:*", resource=f"arn:aws:kms:{HOME}:{BUILD}:key/*")
    make_role("allowed", {"Service": "vmie.amazonaws.com"}, {**IMPORTER, "kms": use})
    done = after(1200, import_task(Encrypted=True, KmsKeyId=key, RoleName="allowed"))
    [ami] = client("ec2").describe_images(ImageIds=[done["ImageId"]])["Images"]
    assert ami["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    assert "does not exist" in failure(import_task(Encrypted=True, KmsKeyId="alias/none"))


def test_linux_keeps_its_own_license() -> None:
    make_importer()
    put()
    assert "license type AWS is not supported for Linux" in failure(import_task(LicenseType="AWS"))


def test_a_cancelled_task_makes_no_ami() -> None:
    make_importer()
    put()
    identifier = import_task()
    arn = import_vm(identifier)
    answer = client("ec2").cancel_import_task(ImportTaskId=identifier)
    assert (answer["PreviousState"], answer["State"]) == ("active", "deleted")
    assert "ImageId" not in after(1200, identifier)
    assert "was cancelled" in reason(image(arn))


def test_an_image_follows_its_task_and_is_a_base_then() -> None:
    make_importer()
    put()
    arn = import_vm(import_task(), osVersion="Ubuntu 22.04", tags={"Team": "erp"})
    made = image(arn)
    assert arn == f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/prod-erp/1.0.0/1"
    assert (made["state"]["status"], made["buildType"], made["imageSource"]) == ("PENDING", "IMPORT", "IMPORTED")
    assert import_vm(task_of(arn), osVersion="Ubuntu 22.04", tags={"Team": "erp"}) == arn  # the same client token

    with pytest.raises(ClientError, match="does not exist or is not available"):
        make_recipe(make_component(), parentImage=arn.removesuffix("/1"))
    CLOCK.advance(1200)
    made = image(arn)
    [ami] = made["outputResources"]["amis"]
    assert (made["state"]["status"], ami["accountId"], made["osVersion"]) == ("AVAILABLE", BUILD, "Ubuntu 22.04")
    assert made["tags"] == {"Team": "erp"}
    recipe = make_recipe(make_component("other"), parentImage=arn.removesuffix("/1"))
    pipeline = make_pipeline(recipe, make_infrastructure(make_profile(), **network()))
    assert run(pipeline)["state"] == {"status": "AVAILABLE"}


def task_of(_: str) -> str:
    [found] = client("ec2").describe_import_image_tasks()["ImportImageTasks"]
    return str(found["ImportTaskId"])


def test_a_version_that_is_there_gets_another_build() -> None:
    make_importer()
    put()
    identifier = import_task()
    assert [import_vm(identifier, clientToken=token).rsplit("/", 1)[1] for token in ("one", "two")] == ["1", "2"]


def test_a_task_that_nobody_knows_is_refused_and_one_that_failed_fails_the_image() -> None:
    with pytest.raises(ClientError, match="import-ami-0"):
        import_vm("import-ami-0")
    make_importer()
    put(b"nothing")
    arn = import_vm(import_task())
    CLOCK.advance(200)
    assert "Unsupported VMDK File Format" in reason(image(arn))


def iso(**members: Any) -> str:
    given: Mapping[str, Any] = {
        "name": "prod-desktop",
        "semanticVersion": "11.0.0",
        "platform": "Windows",
        "osVersion": "Microsoft Windows 11",
        "uri": "s3://machines/win11.ISO",
        "clientToken": "one",
        **members,
    }
    return str(client("imagebuilder").import_disk_image(**given)["imageBuildVersionArn"])


def infrastructure(reads: bool = True) -> str:
    rights = {"iso": allow("s3:GetObject", resource="arn:aws:s3:::machines/win11.ISO")} if reads else {}
    return make_infrastructure(make_profile(rights), **network())


def test_an_iso_becomes_a_windows_base() -> None:
    put(b"an ISO", "win11.ISO")
    arn = iso(infrastructureConfigurationArn=infrastructure())
    seen = [image(arn)["state"]["status"]]
    for seconds in (60, 2400):
        CLOCK.advance(seconds)
        seen.append(image(arn)["state"]["status"])
    assert seen == ["PENDING", "BUILDING", "AVAILABLE"]
    made = image(arn)
    [ami] = client("ec2").describe_images(ImageIds=[made["outputResources"]["amis"][0]["image"]])["Images"]
    assert (made["buildType"], ami["Platform"]) == ("IMPORT_ISO", "windows")


def test_an_iso_that_cannot_be_read_fails() -> None:
    own = infrastructure(reads=False)
    put(b"an ISO", "win11.ISO")
    arn = iso(infrastructureConfigurationArn=own)
    CLOCK.advance(100)
    assert "cannot be read with the instance profile builder" in reason(image(arn))
    arn = iso(infrastructureConfigurationArn=own, uri="s3://machines/none.iso", clientToken="two")
    CLOCK.advance(100)
    assert "does not exist in a bucket of account" in reason(image(arn))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"platform": "Linux"}, "'platform' is not valid"),
        ({"osVersion": "Windows 10"}, "'osVersion' is not valid"),
        ({"uri": "s3://machines/win11.img"}, "'uri' is not valid"),
        (
            {"infrastructureConfigurationArn": NO_INFRASTRUCTURE},
            "none",
        ),
    ],
)
def test_an_iso_is_refused_where_aws_takes_none(members: Mapping[str, str], told: str) -> None:
    with pytest.raises(ClientError, match=told):
        iso(**{"infrastructureConfigurationArn": infrastructure(), **members})


def test_an_import_under_way_can_be_cancelled() -> None:
    put(b"an ISO", "win11.ISO")
    arn = iso(infrastructureConfigurationArn=infrastructure())
    client("imagebuilder").cancel_image_creation(imageBuildVersionArn=arn, clientToken="cancel")
    CLOCK.advance(3000)
    assert image(arn)["state"]["status"] == "CANCELLED"


def test_an_import_outlives_the_embedded_aws(tmp_path: Path) -> None:
    make_importer()
    put()
    arn = import_vm(import_task())
    snapshot.save(tmp_path / "kept")
    for service in ("ec2", "imagebuilder", "s3"):
        get_backend(service).reset()
    snapshot.load(tmp_path / "kept")
    assert image(arn)["state"]["status"] == "PENDING"
    CLOCK.advance(1200)
    made = image(arn)
    assert made["state"]["status"] == "AVAILABLE"
    assert client("ec2").describe_images(ImageIds=[made["outputResources"]["amis"][0]["image"]])["Images"]
