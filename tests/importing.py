"""The imports of a spec, made in the embedded AWS as `goldsmith images import` does, from files of a few bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from generator.emulator.endpoint import Endpoint
from generator.emulator.process import call
from generator.images.import_job import job_of
from generator.images.imports import Importer
from generator.spec.model import Spec

# How files of each format begin.
FILES = {
    "ISO": b"an ISO",
    "OVA": bytes(257) + b"ustar" + bytes(300),
    "RAW": bytes(510) + b"\x55\xaa",
    "VHD": b"conectix" + bytes(600),
    "VHDX": b"vhdxfile" + bytes(600),
    "VMDK": b"KDMV" + bytes(600),
}


def has_imports(spec: Spec) -> bool:
    return any(environment.operations.imports for environment in spec.environments.values())


def import_all(emulator: Endpoint, aws: Callable[..., Any], spec: Spec) -> None:
    """Put the files into S3, and import them."""
    for name, environment in spec.environments.items():
        for each in environment.operations.imports:
            job = job_of(spec, name, each.name)
            client = cache(lambda service, job=job: aws(service, job.account.id, job.region))
            bucket, key = job.source
            client("s3").create_bucket(Bucket=bucket)
            client("s3").put_object(Bucket=bucket, Key=key, Body=FILES[each.format])
            importer = Importer(job, client)
            begun = importer.begin()
            call(emulator, "clock", {"advance": 3600})
            state = importer.read(begun)
            assert state.status == "AVAILABLE", state
