"""`goldsmith build` of an image that is exported: it tells where the disk image is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines import make_pipeline
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images.pipeline import pipeline_of
from generator.spec import load

ACCOUNT, BUCKET, ROLE = "757575757575", "acme-datacenter-of-a-test", "vm-export-of-a-test"
FILES = {
    "organization.yaml": f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}"}}
state: {{bucket: acme-export-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
""",
    "prod.yaml": """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0b111d0123456789b
  security_groups: [sg-0b111d0123456789b]
images: [web]
""",
    "images/web.yaml": SMALL["images/web.yaml"]
    + f"volume: {{encrypted: false}}\nexport: {{format: vmdk, bucket: {BUCKET}}}\n",
}


@pytest.fixture
def exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint, aws: Callable[..., Any]
) -> Iterator[None]:
    """A pipeline that exports, in an embedded AWS whose clock runs fast."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    spec = load(write_spec(Path("environments"), FILES))
    prepare(emulator, spec)
    aws("s3", ACCOUNT).create_bucket(Bucket=BUCKET)
    make_role(aws("iam", ACCOUNT))
    export = {"roleName": ROLE, "diskImageFormat": "VMDK", "s3Bucket": BUCKET, "s3Prefix": "web/"}
    pipeline = pipeline_of(spec, "prod", "web")
    make_pipeline(aws, pipeline, ("us-east-1",), "acme-export-logs", s3ExportConfiguration=export)
    call(emulator, "clock", {"speed": 2400})
    yield
    call(emulator, "clock", {"speed": 60})


def make_role(iam: Any) -> None:
    def policy(**statement: Any) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

    trust = policy(Action="sts:AssumeRole", Principal={"Service": "vmie.amazonaws.com"})
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=ROLE, PolicyName="all", PolicyDocument=policy(Action="s3:*", Resource="*"))


def test_a_build_tells_where_its_disk_image_is(
    exported: None, aws: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "prod", "web", "--interval", "0.1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [disk] = told["disk_images"]
    [ami] = told["amis"]
    assert (disk["ami"], disk["format"], disk["status"]) == (ami["ami"], "VMDK", "completed")
    key = disk["uri"].removeprefix(f"s3://{BUCKET}/")
    assert key.startswith("web/export-ami-")
    assert aws("s3", ACCOUNT).get_object(Bucket=BUCKET, Key=key)["Body"].read().startswith(b"KDMV")

    assert run(["build", "prod", "web", "--follow", told["build"]["arn"]]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"DISK IMAGE  {disk['uri']}"
