"""`goldsmith images import` against the embedded AWS: followed, resumed, failed, interrupted, killed."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images import follow
from generator.images.imports import Importer
from generator.spec import load

Capture = pytest.CaptureFixture[str]
_numbers = itertools.count(745000000000)
VMDK = b"KDMV" + bytes(600)
ENVIRONMENT = """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0b111d0123456789c
  security_groups: [sg-0b111d0123456789c]
images: [web]
"""
IMPORT = """\
import: erp
description: The ERP system
platform: Linux
source: s3://BUCKET/erp.vmdk
encrypted: false
role: ROLE
os_version: Ubuntu 22.04
tags: {Team: erp}
"""
ISO = """\
import: desktop
platform: Windows
source: s3://BUCKET/win11.iso
version: 11.0.0
image_index: 3
secure_boot: true
"""


@dataclass
class World:
    """A build account of a test's own, with a bucket and what the spec takes for granted."""

    aws: Callable[..., Any]
    emulator: Endpoint
    account: str
    bucket: str

    def put(self, content: bytes = VMDK, key: str = "erp.vmdk") -> None:
        self.aws("s3", self.account).put_object(Bucket=self.bucket, Key=key, Body=content)

    def make_role(self, name: str = "vmimport", principal: str = "vmie.amazonaws.com", allowed: str = "s3:*") -> None:
        def policy(**statement: Any) -> str:
            return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

        iam = self.aws("iam", self.account)
        trust = policy(Action="sts:AssumeRole", Principal={"Service": principal})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(Action=allowed, Resource="*"))

    def advance(self, seconds: float) -> None:
        call(self.emulator, "clock", {"advance": seconds})

    def tasks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.aws("ec2", self.account).describe_import_image_tasks()["ImportImageTasks"]
        return found

    def builds(self, name: str = "prod-erp", version: str = "1.0.0") -> list[str]:
        arn = f"arn:aws:imagebuilder:us-east-1:{self.account}:image/{name}/{version}"
        listed = self.aws("imagebuilder", self.account).list_image_build_versions(imageVersionArn=arn)
        return [each["state"]["status"] for each in listed["imageSummaryList"]]


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint, aws: Callable[..., Any]
) -> Iterator[World]:
    """A project with an import, and an embedded AWS whose clock stands still."""
    number = next(_numbers)
    made = World(aws, emulator, str(number), f"acme-machines-{number}")
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    write(made)
    prepare(emulator, load(Path("environments")))
    aws("s3", made.account).create_bucket(Bucket=made.bucket)
    call(emulator, "clock", {"speed": 0})
    yield made
    call(emulator, "clock", {"speed": 60})


def write(world: World, imported: str = IMPORT, role: str = "vmimport") -> None:
    name = imported.split()[1]
    components = "[harden-os]" if name == "erp" else "[{aws: update-windows}]"
    organization = SMALL["organization.yaml"].replace("333333333333", world.account)
    files = {
        "organization.yaml": organization.replace("acme-terraform-state", "acme-import-state"),
        "prod.yaml": ENVIRONMENT,
        "images/web.yaml": f"image: web\nbase: {{import: {name}}}\ncomponents: {components}\n",
        f"imports/{name}.yaml": imported.replace("BUCKET", world.bucket).replace("role: ROLE", f"role: {role}"),
    }
    write_spec(Path("environments"), files)


@pytest.fixture
def turning(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is turned between two looks, so that each stage is seen, however slow the machine."""
    turned = partial(follow.follow, sleep=lambda _: world.advance(90))
    monkeypatch.setattr("generator.images.follow.follow", turned)


def import_(*arguments: str, name: str = "erp") -> int:
    return run(["images", "import", "prod", name, "--interval", "0.1", *arguments])


def test_a_disk_image_is_followed_until_it_is_a_base(world: World, turning: None, capsys: Capture) -> None:
    world.put()
    world.make_role()
    assert import_() == 0
    captured = capsys.readouterr()
    image, ami = [line.split() for line in captured.out.splitlines()]
    assert image == ["IMAGE", f"arn:aws:imagebuilder:us-east-1:{world.account}:image/prod-erp/1.0.0/1"]
    assert ami[:1] + ami[2:] == ["AMI", "in", "images-prod,", "us-east-1"]
    made = world.aws("imagebuilder", world.account).get_image(imageBuildVersionArn=image[1])["image"]
    assert made["outputResources"]["amis"][0]["image"] == ami[1]
    assert (made["osVersion"], made["tags"]["Team"], made["tags"]["ManagedBy"]) == ("Ubuntu 22.04", "erp", "goldsmith")
    stages = [line.split(": ")[1] for line in captured.err.splitlines() if "took" not in line]
    assert stages[0].startswith("started import-ami-")
    assert stages[1:-1] == [
        "PENDING",
        "VALIDATING",
        "CONVERTING",
        "UPDATING",
        "BOOTING",
        "PREPARING AMI",
        "AVAILABLE",
    ]
    assert captured.err.endswith("prod/erp: make recipes on it with: goldsmith apply prod\n")


def test_a_version_that_is_there_is_told_and_left_alone(world: World, turning: None, capsys: Capture) -> None:
    world.put()
    world.make_role()
    assert import_() == 0
    first = capsys.readouterr().out
    assert import_("--json") == 0
    captured = capsys.readouterr()
    assert "version 1.0.0 is there already, so nothing is imported" in captured.err
    told = json.loads(captured.out)
    assert (told["status"], told["image"]["version"], told["stages"]) == ("AVAILABLE", "1.0.0/1", [])
    assert told["ami"] in first
    assert (len(world.tasks()), world.builds()) == (1, ["AVAILABLE"])


def test_an_import_that_is_not_waited_for_is_found_again(
    world: World, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put()
    world.make_role()
    assert import_("--no-wait", "--json") == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["status"], told["ami"]) == ("PENDING", None)
    assert captured.err.endswith("the import goes on. Follow it with: goldsmith images import prod erp\n")

    assert import_("--spec", "./environments", "--timeout", "0.002") == 1
    told_again = capsys.readouterr().err
    assert told_again.startswith("prod/erp: was started before and goes on\n")
    assert "is still PENDING, and the time for it is over" in told_again
    assert "goldsmith images import prod erp --spec environments\n" in told_again

    world.advance(1200)  # nobody looks on
    assert import_("--json") == 0
    assert json.loads(capsys.readouterr().out)["image"]["version"] == "1.0.0/1"
    assert (len(world.tasks()), world.builds()) == (1, ["AVAILABLE"])


def test_a_run_that_is_killed_between_task_and_image_is_taken_up(
    world: World, turning: None, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put()
    world.make_role()
    with monkeypatch.context() as killed:
        killed.setattr(Importer, "_import_vm", lambda *_: os.kill(os.getpid(), signal.SIGINT))
        assert import_() == 130
    assert (len(world.tasks()), world.builds()) == (1, [])
    assert import_() == 0
    assert (len(world.tasks()), world.builds()) == (1, ["AVAILABLE"])
    assert "was started before and goes on" in capsys.readouterr().err


def test_a_process_that_is_killed_leaves_an_import_that_ends_by_itself(world: World, capsys: Capture) -> None:
    world.put()
    world.make_role()
    command = [sys.executable, "-m", "generator", "images", "import", "prod", "erp"]
    with subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        assert any("PENDING" in line for line in lines)
        process.kill()
    world.advance(1200)
    assert world.builds() == ["AVAILABLE"]
    assert import_() == 0
    assert "is there already" in capsys.readouterr().err


def test_an_interrupt_leaves_it_running_and_tells_how_to_go_on(
    world: World, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put()
    world.make_role()

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow.follow, "__defaults__", (follow.time.monotonic, interrupt))
    assert import_() == 130
    assert "the import goes on. Follow it with: goldsmith images import prod erp\n" in capsys.readouterr().err


def test_a_failure_is_told_in_aws_s_words_and_a_second_run_starts_anew(
    world: World, turning: None, capsys: Capture
) -> None:
    world.put(b"no disk image")
    world.make_role()
    assert import_("--json") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "FAILED"
    assert "prod/erp: 1.0.0/1 is FAILED in VALIDATING: " in captured.err
    assert "ClientError: Disk validation failed [Unsupported VMDK File Format]" in captured.err
    assert captured.err.endswith("Mend the cause, then run: goldsmith images import prod erp\n")
    world.put()
    assert import_() == 0
    assert (len(world.tasks()), world.builds()) == (2, ["FAILED", "AVAILABLE"])


def test_a_file_that_is_not_there_starts_nothing(world: World, capsys: Capture) -> None:
    world.make_role()
    assert import_() == 1
    assert capsys.readouterr().err == (
        f"prod/erp: s3://{world.bucket}/erp.vmdk is not there, as account images-prod sees it. Upload it, or correct "
        "source in imports/erp.yaml.\n"
    )
    assert world.tasks() == []


def test_a_bucket_of_another_region_is_told_before_anything_starts(world: World, capsys: Capture) -> None:
    abroad = world.aws("s3", world.account, "eu-central-1")
    world.bucket += "-abroad"
    abroad.create_bucket(Bucket=world.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    world.put()
    write(world)
    assert import_() == 1
    assert (
        "is in eu-central-1, and AWS imports to us-east-1 from a bucket of that Region alone" in capsys.readouterr().err
    )


def test_a_role_that_is_not_there_is_told_with_what_makes_it(world: World, capsys: Capture) -> None:
    world.put()
    assert import_() == 1
    told = capsys.readouterr().err
    assert "The service role vmimport provided does not exist or does not have sufficient permissions" in told
    assert told.endswith("Look at role in the import's file, and at what that role trusts.\n")
    path = Path("environments/imports/erp.yaml")
    path.write_text(path.read_text().replace("role: vmimport\n", ""))
    assert import_() == 1
    told = capsys.readouterr().err
    assert "The service role goldsmith-prod-vm-import provided does not exist" in told
    assert "Make it with: goldsmith apply prod" in told


def test_an_iso_is_installed_by_image_builder(world: World, turning: None, capsys: Capture) -> None:
    write(world, ISO)
    world.put(b"an ISO", "win11.iso")
    assert import_(name="desktop") == 1
    assert capsys.readouterr().err.endswith("Make it with: goldsmith apply prod\n")

    world.make_role("iso", "ec2.amazonaws.com")
    iam, imagebuilder = world.aws("iam", world.account), world.aws("imagebuilder", world.account)
    iam.create_instance_profile(InstanceProfileName="iso")
    iam.add_role_to_instance_profile(InstanceProfileName="iso", RoleName="iso")
    imagebuilder.create_infrastructure_configuration(name="prod-desktop", instanceProfileName="iso")
    assert import_("--json", name="desktop") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["task"], told["status"], told["image"]["version"]) == (None, "AVAILABLE", "11.0.0/1")
    assert [stage["name"] for stage in told["stages"]] == ["PENDING", "BUILDING"]
    assert world.builds("prod-desktop", "11.0.0") == ["AVAILABLE"]


def test_an_image_is_not_built_before_its_base_is_imported(world: World, capsys: Capture) -> None:
    assert run(["build", "prod", "web", "--spec", "./environments"]) == 1
    assert capsys.readouterr().err == (
        "prod/web: is based on the import erp 1.0.0, which is not in account images-prod, us-east-1 yet. Run: "
        "goldsmith images import prod erp --spec environments, then: goldsmith apply prod, then this again\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["prd", "erp"], "prd: the spec has no such environment; there are prod. Did you mean prod?"),
        (["prod", "erb"], "erb: the spec has no such import in prod; there are erp."),
    ],
)
def test_what_the_spec_does_not_know_is_a_usage_error(
    world: World, capsys: Capture, arguments: list[str], told: str
) -> None:
    assert run(["images", "import", *arguments]) == 64
    assert told in capsys.readouterr().err


def test_an_environment_without_imports_says_how_one_is_used(world: World, capsys: Capture) -> None:
    Path("environments/images/web.yaml").write_text("image: web\nbase: amazon-linux-2023\ncomponents: [harden-os]\n")
    assert run(["lock"]) == 0
    assert import_() == 64
    assert "no image of prod is based on an import. Add one with base: {import: NAME}." in capsys.readouterr().err


def test_what_was_imported_and_built_is_listed(world: World, turning: None, capsys: Capture) -> None:
    world.put(b"nothing")
    world.make_role()
    assert run(["images", "list", "prod"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (
        "",
        "prod: no image has been built yet. Run: goldsmith build prod IMAGE\n",
    )
    assert import_() == 1
    world.put()
    assert import_("--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert run(["images", "list", "prod", "erp"]) == 0
    head, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert head == ["IMAGE", "VERSION", "STATUS", "CREATED", "WHERE"]
    assert [(row[0], row[1], row[2], row[4:]) for row in rows] == [
        ("erp", "1.0.0/2", "AVAILABLE", [made["ami"]]),
        ("erp", "1.0.0/1", "FAILED", []),
    ]
    assert run(["images", "list", "prod", "--json"]) == 0
    newest, _ = json.loads(capsys.readouterr().out)["images"]
    assert (newest["image"], newest["import"], newest["arn"]) == ("erp", True, made["image"]["arn"])
    assert [(ami["account"], ami["region"], ami["ami"]) for ami in newest["amis"]] == [
        ("images-prod", "us-east-1", made["ami"])
    ]
    assert run(["images", "list", "prod", "wob"]) == 64
    assert "wob: the spec has no such image or import in prod; there are erp and web." in capsys.readouterr().err
