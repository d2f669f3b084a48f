"""What `goldsmith destroy --delete-exports` empties."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from specs import SMALL, write_spec

from generator.commands.destroy import _empty_buckets
from generator.commands.session import Session
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.render import names
from generator.render.roots import roots_of
from generator.spec import load

ACCOUNT = "738383838383"
BUCKET = f"acme-prod-imagebuilder-exports-{ACCOUNT}-us-east-1"


def test_disk_images_go_and_a_bucket_that_is_not_there_is_no_matter(
    tmp_path: Path, emulator: Endpoint, aws: Callable[..., Any]
) -> None:
    organization = SMALL["organization.yaml"].replace("333333333333", ACCOUNT)
    exported = SMALL["images/web.yaml"] + "volume: {encrypted: false}\nexport: vmdk\n"
    spec = load(write_spec(tmp_path, {"organization.yaml": organization, "images/web.yaml": exported}))
    prepare(emulator, spec)
    session = cast(Session, SimpleNamespace(spec=spec, roots=roots_of(spec), environment=redirected({}, emulator)))
    _empty_buckets(session, "bucket of exports", names.export_bucket)

    s3 = aws("s3", ACCOUNT)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="web/export-ami-1.vmdk", Body=b"KDMV")
    _empty_buckets(session, "bucket of exports", names.export_bucket)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
