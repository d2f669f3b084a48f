"""DescribeExportImageTasks: the exports of AMIs to S3 that Image Builder had done.

Why: moto does not have the operation, so that nobody could find the disk image of an AMI.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeExportImageTasks.html
Not there: filters, pages, and ExportImage itself.
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import InvalidParameterValueError
    from moto.ec2.responses import EC2Response

    def describe_export_image_tasks(self: Any) -> Any:
        wanted = self._get_param("ExportImageTaskIds", [])
        self.error_on_dryrun()
        kept = getattr(self.ec2_backend, "export_image_tasks", {})
        unknown = [task for task in wanted if task not in kept]
        if unknown:
            raise InvalidParameterValueError(f"The ID '{unknown[0]}' does not exist")
        return ActionResult({"ExportImageTasks": [kept[task] for task in wanted or kept]})

    EC2Response.describe_export_image_tasks = describe_export_image_tasks
