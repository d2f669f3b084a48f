"""Base images that come from elsewhere: ImportVmImage (a task of EC2's VM Import) and ImportDiskImage (an ISO file).

Source: the operations in the model, and https://docs.aws.amazon.com/imagebuilder/latest/userguide/import-iso-disk.html.
An ISO takes 40 minutes here; whether it holds a system that AWS would install is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from generator.emulator import vm_import
from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import announcing
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build
from generator.emulator.imagebuilder.errors import Client, InvalidParameterValue
from generator.emulator.imagebuilder.permissions import find_role, instance_profile_role, trusts_service
from generator.emulator.imagebuilder.state import Record, Request, State, chosen, find, timestamp

ISO_SYSTEM = "Microsoft Windows 11"
ISO_ENDINGS = (".iso", ".ISO", ".Iso")
ISO_STARTS, ISO_TAKES = 60, 2400  # seconds

Due = tuple[datetime, str, Callable[[], None]]


@dataclass
class PendingImport:
    """An image that waits for what is imported. `task_id`: of VM Import; None for an ISO, whose request is kept."""

    arn: str
    task_id: str | None = None
    request: Record | None = None
    started: datetime | None = None


class ImageImportOperations(State):
    def import_vm_image(self, request: Request) -> Record:
        return {"imageArn": self.once("ImportVmImage", request, lambda: self._new_vm(request))}

    def _new_vm(self, request: Request) -> str:
        task = vm_import.tasks_of(ec2_of(self)).get(request["vmImportTaskId"])
        if task is None:
            raise Client(f"The VM import task '{request['vmImportTaskId']}' does not exist.")
        arn = self._new_import(request, "IMPORT")
        self.imports[arn] = PendingImport(arn, task_id=task.id)
        return arn

    def import_disk_image(self, request: Request) -> Record:
        return {"imageBuildVersionArn": self.once("ImportDiskImage", request, lambda: self._new_iso(request))}

    def _new_iso(self, request: Request) -> str:
        if request["platform"] != "Windows":
            raise InvalidParameterValue("platform", "The only platform that is supported is 'Windows'.")
        if request["osVersion"] != ISO_SYSTEM:
            raise InvalidParameterValue("osVersion", f"The only value that is supported is '{ISO_SYSTEM}'.")
        if not request["uri"].startswith("s3://") or not request["uri"].endswith(ISO_ENDINGS):
            raise InvalidParameterValue("uri", "It must be an s3:// URI whose key ends in .iso.")
        find(self.infrastructures, request["infrastructureConfigurationArn"])
        arn = self._new_import(request, "IMPORT_ISO")
        self.imports[arn] = PendingImport(arn, request=dict(request), started=CLOCK.now())
        return arn

    def _new_import(self, request: Request, build_type: str) -> str:
        version_arn = str(self.arn("image", request["name"], request["semanticVersion"]))
        build = self.next_build(version_arn)
        arn = f"{version_arn}/{build}"
        self.images[arn] = {
            "arn": arn,
            **chosen(request, "name", "platform", "osVersion", "loggingConfiguration"),
            "type": "AMI",
            "version": f"{request['semanticVersion']}/{build}",
            "owner": self.account_id,
            "buildType": build_type,
            "imageSource": "IMPORTED",
            "state": {"status": "PENDING"},
            "outputResources": {"amis": []},
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        self.images[arn].setdefault("osVersion", request["platform"])
        self.builds[arn] = Build(arn, "PENDING", None)  # nothing is built: its stages are those of the import
        return arn


def due(state: State, now: datetime) -> Iterator[Due]:
    """What imports have to be looked at, each since when."""
    for pending in list(state.imports.values()):
        image = state.images.get(pending.arn)
        if image is None or image["state"]["status"] not in ("PENDING", "BUILDING"):
            state.imports.pop(pending.arn)  # cancelled, deleted, or over
            continue
        step = _vm_step(state, pending) if pending.task_id else _iso_step(state, image, pending)
        if step is not None and step[0] <= now:
            moment, do = step
            yield moment, pending.arn, do


def _vm_step(state: State, pending: PendingImport) -> tuple[datetime, Callable[[], None]] | None:
    task = vm_import.tasks_of(ec2_of(state))[str(pending.task_id)]
    return (task.ends, partial(_end_vm, state, pending.arn, task)) if task.is_over else None


def _end_vm(state: State, arn: str, task: vm_import.ImportTask) -> None:
    image = state.images[arn]
    if task.image_id is None:
        reason = task.failure or "The import task was cancelled."
        _fail(state, image, f"The VM import task {task.id} failed: {reason}")
        return
    _succeed(state, image, task.image_id)


def _iso_step(state: State, image: Record, pending: PendingImport) -> tuple[datetime, Callable[[], None]]:
    started = pending.started or CLOCK.now()
    if image["state"]["status"] == "PENDING":
        return started + timedelta(seconds=ISO_STARTS), partial(_begin_iso, state, image, pending)
    return started + timedelta(seconds=ISO_TAKES), partial(_end_iso, state, image, pending)


def _begin_iso(state: State, image: Record, pending: PendingImport) -> None:
    obstacle = _iso_obstacle(state, pending.request or {})
    if obstacle:
        _fail(state, image, obstacle)
    else:
        announcing.enter(state, image, {"status": "BUILDING"})


def _iso_obstacle(state: State, request: Request) -> str | None:
    """What the account's own settings make fail: the roles, the bucket, the file."""
    ec2 = ec2_of(state)
    role = (
        find_role(state.account_id, state.partition, request["executionRole"]) if "executionRole" in request else None
    )
    if "executionRole" in request and (role is None or not trusts_service(role, state.account_id)):
        return f"Image Builder is not authorized to perform: sts:AssumeRole on resource: {request['executionRole']}"
    name, _, key = str(request["uri"]).removeprefix("s3://").partition("/")
    bucket = vm_import.bucket_of(ec2, name)
    if bucket is None or bucket.account_id != state.account_id or vm_import.object_in(ec2, bucket, key) is None:
        return f"The ISO file {request['uri']} does not exist in a bucket of account {state.account_id}."
    infrastructure: Any = state.infrastructures.get(request["infrastructureConfigurationArn"]) or {}
    profile = str(infrastructure.get("instanceProfileName"))
    instance = instance_profile_role(state.account_id, state.partition, profile)
    arn = f"arn:{state.partition}:s3:::{name}/{key}"
    if instance is None or not instance.may("s3:GetObject", arn):
        return f"The ISO file {request['uri']} cannot be read with the instance profile {profile}."
    return None


def _end_iso(state: State, image: Record, pending: PendingImport) -> None:
    description = str((pending.request or {}).get("description") or "")
    name = f"{image['name']} {image['version'].replace('/', ' ')}"
    _succeed(state, image, vm_import.register_ami(ec2_of(state), name, "Windows", None, description, size=50))


def _succeed(state: State, image: Record, ami_id: str) -> None:
    ami = {"region": state.region_name, "image": ami_id, "accountId": state.account_id, "name": image["name"]}
    image["outputResources"]["amis"] = [{**ami, "state": {"status": "AVAILABLE"}}]
    announcing.enter(state, image, {"status": "AVAILABLE"})


def _fail(state: State, image: Record, reason: str) -> None:
    announcing.enter(state, image, {"status": "FAILED", "reason": reason[:1024]})
