"""Disk images that become base images: started once, found again by whoever asks later, and looked at.

An import goes on without us: EC2's task makes an AMI, and Image Builder, which is told of the task as soon as it runs,
makes an image of that AMI. All that a second run needs is in AWS: the task by its tag, the image by its name.
APIs: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportImage.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImportVmImage.html ("the import task doesn't need to be
complete"), https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImportDiskImage.html.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from generator.aws import aws_errors, error_code
from generator.built import builds_of
from generator.errors import AwsError
from generator.images.build import amis_of
from generator.images.import_job import OVER, Begun, ImportJob, ImportState, import_command
from generator.render import names

TAG = "GoldsmithImport"
TASK_FAILED = ("deleted", "deleting")  # what EC2 makes of a task that fails


class Importer:
    """Begins an import, or finds the one that was begun, and reads how far it is. Raises AwsError throughout."""

    def __init__(self, job: ImportJob, client: Callable[[str], Any]) -> None:
        """`client(service)`: a client in the build account and Region."""
        self.job = job
        self._client = client

    @property
    def _imagebuilder(self) -> Any:
        return self._client("imagebuilder")

    def available(self) -> ImportState | None:
        """The image of this version, if it is there."""
        ready = [each["arn"] for each in self._builds() if each["state"]["status"] == "AVAILABLE"]
        return self.read(Begun(ready[-1], None, is_new=False)) if ready else None

    def begin(self) -> Begun:
        """What runs already, else what is started now."""
        builds = self._builds()
        running = [each["arn"] for each in builds if each["state"]["status"] not in OVER]
        if self.job.import_.is_iso:
            return Begun(running[-1], None, False) if running else Begun(self._import_iso(len(builds)), None, True)
        tasks = self._tasks()
        usable = [task["ImportTaskId"] for task in tasks if task["Status"] not in TASK_FAILED]
        if running:
            return Begun(running[-1], usable[-1] if usable else None, is_new=False)
        task_id = usable[-1] if usable else self._start_task(attempt=len(tasks))
        return Begun(self._import_vm(task_id, len(builds)), task_id, is_new=not usable)

    def read(self, begun: Begun) -> ImportState:
        """How far it is: the stage of the task as long as that runs, then that of the image."""
        with aws_errors(f"{self.job.place}: {begun.image_arn}"):
            image = self._imagebuilder.get_image(imageBuildVersionArn=begun.image_arn)["image"]
        status = str(image["state"]["status"])
        task = self._task(begun.task_id) if begun.task_id and status not in OVER else None
        if task is not None and task["Status"] == "active":
            status = str(task.get("StatusMessage") or "active").upper()
        return ImportState(
            arn=begun.image_arn,
            status=status,
            reason=image["state"].get("reason"),
            amis=tuple(sorted(amis_of(image))),
            task_id=begun.task_id,
        )

    def _builds(self) -> list[Mapping[str, Any]]:
        """The images of this version, oldest first."""
        with aws_errors(self.job.place):
            found = builds_of(self._imagebuilder, self.job.version_arn)
        return sorted(found, key=lambda each: int(each["arn"].rsplit("/", 1)[1]))

    def _tasks(self) -> list[Mapping[str, Any]]:
        """The tasks that this import ever started and EC2 still knows, oldest first as EC2 tells them."""
        wanted = {"Key": TAG, "Value": self.job.tag}
        with aws_errors(self.job.place):
            pages = self._client("ec2").get_paginator("describe_import_image_tasks").paginate()
            return [task for page in pages for task in page["ImportImageTasks"] if wanted in task.get("Tags", [])]

    def _task(self, task_id: str) -> Mapping[str, Any]:
        with aws_errors(f"{self.job.place}: {task_id}"):
            tasks = self._client("ec2").describe_import_image_tasks(ImportTaskIds=[task_id])["ImportImageTasks"]
        found: Mapping[str, Any] = tasks[0]
        return found

    def _start_task(self, attempt: int) -> str:
        self._check_source()
        job, bucket_and_key = self.job, self.job.source
        settings = {
            "Architecture": "x86_64",  # VM Import takes nothing newer
            "BootMode": job.import_.boot_mode,
            "Description": job.import_.description,
            "Encrypted": True if job.import_.encrypted else None,
            "KmsKeyId": names.image_key_arn(job.root, job.region) if job.import_.encrypted else None,
            "LicenseType": job.import_.license.upper() if job.import_.license else None,
            "Platform": job.import_.platform,
        }
        with self._task_errors():
            task = self._client("ec2").import_image(
                **{name: value for name, value in settings.items() if value is not None},
                ClientToken=token(job.version_arn, attempt),
                DiskContainers=[
                    {
                        "Description": job.import_.description,
                        "Format": job.import_.format,
                        "UserBucket": dict(zip(("S3Bucket", "S3Key"), bucket_and_key, strict=True)),
                    }
                ],
                RoleName=job.import_.role or names.vm_import_role(job.environment),
                TagSpecifications=[{"ResourceType": "import-image-task", "Tags": self._tags()}],
            )
        return str(task["ImportTaskId"])

    def _tags(self) -> list[dict[str, str]]:
        tags = {TAG: self.job.tag, "Environment": self.job.environment.name, "ManagedBy": "goldsmith"}
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def _import_vm(self, task_id: str, earlier: int) -> str:
        with aws_errors(f"{self.job.place}: {task_id}"):
            answer = self._imagebuilder.import_vm_image(
                **self._image_members(), vmImportTaskId=task_id, clientToken=token(task_id, earlier)
            )
        return str(answer["imageArn"])

    def _import_iso(self, earlier: int) -> str:
        self._check_source()
        job, import_ = self.job, self.job.import_
        members: dict[str, Any] = {}
        if import_.image_index is not None:
            members["windowsConfiguration"] = {"imageIndex": import_.image_index}
        if import_.secure_boot is not None:
            members["registerImageOptions"] = {"secureBootEnabled": import_.secure_boot}
        infrastructure = job.version_arn.rsplit("/", 1)[0].replace(":image/", ":infrastructure-configuration/")
        try:
            with aws_errors(job.place):
                answer = self._imagebuilder.import_disk_image(
                    **self._image_members(),
                    **members,
                    infrastructureConfigurationArn=infrastructure,
                    uri=import_.source(job.region),
                    clientToken=token(job.version_arn, earlier),
                )
        except AwsError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise AwsError(f"{error} Make it with: goldsmith apply {job.environment.name}") from error
            raise
        return str(answer["imageBuildVersionArn"])

    def _image_members(self) -> dict[str, Any]:
        import_ = self.job.import_
        members: dict[str, Any] = {
            "name": self.job.name,
            "semanticVersion": import_.version,
            "description": import_.description,
            "platform": import_.platform,
            "osVersion": import_.os_version,
            "tags": {**dict(import_.tags), "Environment": self.job.environment.name, "ManagedBy": "goldsmith"},
        }
        return {name: value for name, value in members.items() if value is not None}

    def _check_source(self) -> None:
        """A task that finds no file fails after minutes, in words that do not name it."""
        bucket, key = self.job.source
        s3, place = self._client("s3"), f"{self.job.place}: s3://{bucket}/{key}"
        try:
            with aws_errors(place):
                s3.head_object(Bucket=bucket, Key=key)
                region = s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1"
        except AwsError as error:
            if error_code(error) not in {"404", "NoSuchKey", "NoSuchBucket"}:
                raise
            raise AwsError(
                f"{place} is not there, as account {self.job.account.name} sees it. Upload it, or correct source in "
                f"imports/{self.job.import_.name}.yaml."
            ) from error
        if region != self.job.region:
            raise AwsError(
                f"{place} is in {region}, and AWS imports to {self.job.region} from a bucket of that Region alone. "
                "Copy it there."
            )

    @contextmanager
    def _task_errors(self) -> Iterator[None]:
        """As aws_errors, and knows what a missing role is."""
        try:
            with aws_errors(self.job.place):
                yield
        except AwsError as error:
            if "service role" not in str(error):
                raise
            what = (
                f"Make it with: goldsmith apply {self.job.environment.name} (which stops at the recipes that wait for "
                "the import)"
                if self.job.import_.role is None
                else "Look at role in the import's file, and at what that role trusts."
            )
            raise AwsError(f"{error} {what}") from error


def token(*parts: object) -> str:
    """A client token of 36 characters: the same for the same attempt, whichever run makes it."""
    return "goldsmith-" + hashlib.sha256("#".join(map(str, parts)).encode()).hexdigest()[:26]


def require_import(importer: Importer, place: str, options: str) -> None:
    """Raises AwsError, which says what to run first, where the import that `place` is based on is not there."""
    job = importer.job
    if importer.available() is None:
        first = import_command(job.environment.name, job.import_.name, options)
        raise AwsError(
            f"{place}: is based on the import {job.import_.name} {job.import_.version}, which is not in account "
            f"{job.account.name}, {job.region} yet. Run: {first}, then: goldsmith apply {job.environment.name}, then "
            "this again"
        )
