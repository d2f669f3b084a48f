"""ImportImage, DescribeImportImageTasks and CancelImportTask: disk images in S3 that become AMIs.

Why: moto does not have the operations.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportImage.html and its neighbours.
Not there: snapshots and URLs as sources, license configurations, pages, and tasks for snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator import vm_import
from generator.emulator.vm_import import ImportTask

KEPT = ("Architecture", "BootMode", "Description", "Encrypted", "KmsKeyId", "LicenseType", "Platform", "UsageOperation")
ASKED = (*KEPT, "ClientToken", "DiskContainers", "RoleName")


def apply() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import EC2ClientError, InvalidParameterValueError
    from moto.ec2.responses import EC2Response

    def import_image(self: Any) -> Any:
        self.error_on_dryrun()
        request = {name: self._get_param(name) for name in ASKED if self._get_param(name) is not None}
        tags = [tag for given in self._get_param("TagSpecifications", []) for tag in given.get("Tags", [])]
        try:
            task = vm_import.start(self.ec2_backend, request, tags)
        except vm_import.ImportRefused as refused:
            raise EC2ClientError("InvalidParameter", str(refused)) from None
        return ActionResult(shown(task))

    def found(self: Any, identifier: str) -> ImportTask:
        task = vm_import.tasks_of(self.ec2_backend).get(identifier)
        if task is None:
            raise InvalidParameterValueError(f"The ID '{identifier}' does not exist")
        return task

    def describe_import_image_tasks(self: Any) -> Any:
        self.error_on_dryrun()
        wanted = self._get_param("ImportTaskIds", [])
        tasks = [found(self, each) for each in wanted] or list(vm_import.tasks_of(self.ec2_backend).values())
        for item in self._get_param("Filters", []):
            if item["Name"] != "task-state":
                raise InvalidParameterValueError(f"The filter '{item['Name']}' is invalid")
            tasks = [task for task in tasks if task.state[0] in item["Values"]]
        return ActionResult({"ImportImageTasks": [shown(task) for task in tasks]})

    def cancel_import_task(self: Any) -> Any:
        self.error_on_dryrun()
        task = found(self, self._get_param("ImportTaskId"))
        before = task.state[0]
        if not task.is_over:
            task.cancelled = True
        return ActionResult({"ImportTaskId": task.id, "PreviousState": before, "State": task.state[0]})

    EC2Response.import_image = import_image
    EC2Response.describe_import_image_tasks = describe_import_image_tasks
    EC2Response.cancel_import_task = cancel_import_task


def shown(task: ImportTask) -> dict[str, Any]:
    """ImportImageTask of the model; the answer of ImportImage has the same members."""
    status, message, progress = task.state
    told = {
        "ImportTaskId": task.id,
        "ImageId": task.image_id,
        "Status": status,
        "StatusMessage": message,
        "Progress": progress,
        "SnapshotDetails": [_disk(each, status) for each in task.request["DiskContainers"]],
        "Tags": task.tags,
        **{name: task.request[name] for name in KEPT if name in task.request},
    }
    return {name: value for name, value in told.items() if value is not None}


def _disk(container: Mapping[str, Any], status: str) -> dict[str, Any]:
    place = {"UserBucket": container["UserBucket"], "Format": container["Format"].upper()}
    return {**place, "DeviceName": vm_import.ROOT_DEVICE, "Status": status}
