"""Where the disk image of a build is: EC2 knows which export belongs to which AMI.

API: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeExportImageTasks.html
Key of the object: https://docs.aws.amazon.com/vm-import/latest/userguide/start-image-export.html
"""

from __future__ import annotations

from typing import Any

from generator.aws import aws_errors
from generator.images.build import Build
from generator.images.pipeline import Pipeline


def disk_images(ec2: Any, pipeline: Pipeline, build: Build) -> list[dict[str, str]]:
    """The disk images that were exported of a build's AMIs in the build Region. Raises AwsError.

    Empty where EC2 no longer knows the task; what is in the bucket stays.
    """
    export = pipeline.image.pipeline.export
    if export is None:
        return []
    ours = {ami.id for ami in build.amis if (ami.account_id, ami.region) == (pipeline.account.id, pipeline.region)}
    with aws_errors(f"{pipeline.place}: exports"):
        pages = ec2.get_paginator("describe_export_image_tasks").paginate()
        tasks = [task for page in pages for task in page.get("ExportImageTasks", []) if task.get("ImageId") in ours]
    return [
        {"ami": task["ImageId"], "format": export.format, "status": task["Status"], "uri": _uri(task, export.format)}
        for task in tasks
    ]


def _uri(task: Any, kind: str) -> str:
    location = task["S3ExportLocation"]
    return f"s3://{location['S3Bucket']}/{location.get('S3Prefix', '')}{task['ExportImageTaskId']}.{kind.lower()}"
