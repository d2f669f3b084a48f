"""A small, correct spec to start from, and the writing of any spec into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator.check.lock import plan_lock

SMALL: Mapping[str, str] = {
    "organization.yaml": """\
organization: acme
accounts: {images-prod: "333333333333", web-prod: "444444444444", data-prod: "555555555555"}
state: {bucket: acme-terraform-state, region: us-east-1}
roles: {plan: GoldsmithPlan, apply: GoldsmithApply}
""",
    "prod.yaml": """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0123456789abcdef0
  security_groups: [sg-0123456789abcdef0]
images: [web]
distribute:
  - {accounts: [web-prod], regions: [us-east-1, eu-central-1]}
""",
    "images/web.yaml": """\
image: web
base: amazon-linux-2023
components: [harden-os, {aws: update-linux}]
tests: [ssh-hardened]
""",
    "components/harden-os.yaml": """\
schemaVersion: 1.0
parameters:
  - Banner: {type: string, default: hello}
phases:
  - name: build
    steps:
      - {name: Harden, action: ExecuteBash, inputs: {commands: ["echo {{ Banner }}"]}}
""",
    "components/ssh-hardened.yaml": """\
schemaVersion: 1.0
phases:
  - name: test
    steps:
      - {name: Refused, action: ExecuteBash, inputs: {commands: ["true"]}}
""",
}


def write_spec(directory: Path, files: Mapping[str, str | bytes] | None = None, *, locked: bool = True) -> Path:
    """Write the small spec with some files in other words; `locked` gives its content versions."""
    for name, content in (SMALL | dict(files or {})).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if locked:
        plan_lock(directory).write()
    return directory
