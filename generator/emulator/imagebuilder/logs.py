"""Where a build tells what it does: CloudWatch Logs, and the log bucket of its infrastructure configuration.

CloudWatch: group /aws/imagebuilder/<recipe>, stream <version>/<build>
(https://docs.aws.amazon.com/imagebuilder/latest/userguide/monitor-cwlogs.html). The times are real ones: CloudWatch
Logs refuses what lies hours ahead, and the clock of the builds may be there.
"""

from __future__ import annotations

import time
from typing import Any

from generator.emulator.imagebuilder.builds import Build, BuildFailure
from generator.emulator.imagebuilder.permissions import Principal, instance_profile_role
from generator.emulator.imagebuilder.state import Record, State


def write(state: State, image: Record, message: str) -> None:
    """Add an event, if the instance role may; AWS too goes on without logs where it may not."""
    from moto.logs.models import logs_backends

    group, stream = f"/aws/imagebuilder/{image['name']}", image["version"]
    role = _role(state, image)
    resource = f"arn:{state.partition}:logs:{state.region_name}:{state.account_id}:log-group:{group}"
    if role is None or not role.may("logs:PutLogEvents", resource):
        return
    backend = logs_backends[state.account_id][state.region_name]
    backend.ensure_log_group(group)
    backend.ensure_log_stream(group, stream)
    backend.put_log_events(group, stream, [{"timestamp": int(time.time() * 1000), "message": message}])


def upload(state: State, image: Record, build: Build, phase: str) -> None:
    """Put the log of a phase into the bucket; the instance role writes it, and a build without it fails."""
    settings = (image["infrastructureConfiguration"].get("logging") or {}).get("s3Logs") or {}
    bucket = settings.get("s3BucketName")
    if not bucket:
        return
    prefix = (settings.get("s3KeyPrefix") or "").strip("/")
    run = build.workflows[-1].id if build.workflows else build.image_arn
    parts = [prefix, image["name"], image["version"], run, phase, "console.log"]
    key = "/".join(part for part in parts if part)
    role = _role(state, image)
    if role is None or not role.may("s3:PutObject", f"arn:{state.partition}:s3:::{bucket}/{key}"):
        raise _upload_failure(f"AccessDenied: Access Denied status code: 403, cannot write s3://{bucket}/{key}")
    _put(state, bucket, key, f"{image['arn']}: {phase} finished\n".encode())


def _put(state: State, bucket: str, key: str, content: bytes) -> None:
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends

    backend: Any = s3_backends[state.account_id][state.partition]
    try:
        owner = backend.get_bucket(bucket).account_id
        s3_backends[owner][state.partition].put_object(bucket, key, content)
    except S3ClientError as error:
        raise _upload_failure(f"{error.code}: {error.message} status code: 404, bucket {bucket}") from None


def _upload_failure(message: str) -> BuildFailure:
    """After https://docs.aws.amazon.com/imagebuilder/latest/userguide/troubleshooting.html (access denied, 403)."""
    return BuildFailure(f"The build logs could not be uploaded: {message}", "ApplyBuildComponents")


def _role(state: State, image: Record) -> Principal | None:
    name = image["infrastructureConfiguration"]["instanceProfileName"]
    return instance_profile_role(state.account_id, state.partition, name)
