"""`goldsmith build` against the embedded AWS, whose clock runs so fast that an image takes half a second."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pipelines import make_pipeline
from specs import write_spec

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images import follow
from generator.images.pipeline import Pipeline, pipeline_of
from generator.spec import load

ACCOUNT, OTHER = "717171717171", "727272727272"
REGIONS = ("us-east-1", "eu-central-1")
FAST, STILL = 2400, 0
Capture = pytest.CaptureFixture[str]

ORGANIZATION = f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}", web-prod: "{OTHER}"}}
state: {{bucket: acme-build-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
"""
ENVIRONMENT = """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0b111d0123456789a
  security_groups: [sg-0b111d0123456789a]
images: [web, other]
distribute:
  - {accounts: [images-prod], regions: [us-east-1, eu-central-1]}
"""
OTHER_IMAGE = "image: other\nbase: amazon-linux-2023\ncomponents: [harden-os]\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint) -> Path:
    """A project, with the embedded AWS where its AWS is."""
    files = {"organization.yaml": ORGANIZATION, "prod.yaml": ENVIRONMENT, "images/other.yaml": OTHER_IMAGE}
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("AWS_", "GOLDSMITH_")):
            monkeypatch.delenv(name)
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    return write_spec(Path("environments"), files)


@pytest.fixture(scope="module")
def made() -> list[str]:
    """Pipelines that are there already: the worker's tests share an embedded AWS."""
    return []


@pytest.fixture
def pipeline(here: Path, emulator: Endpoint, aws: Callable[..., Any], made: list[str]) -> Pipeline:
    spec = load(here)
    pipeline = pipeline_of(spec, "prod", "web")
    if not made:
        prepare(emulator, spec)
        make_pipeline(aws, pipeline, REGIONS, log_bucket="acme-logs")
        made.append(pipeline.arn)
    return pipeline


@pytest.fixture
def clock(emulator: Endpoint) -> Iterator[Callable[[float], None]]:
    """Sets the speed of the embedded AWS, and lets it end what runs before it stands still again."""
    yield lambda speed: call(emulator, "clock", {"speed": speed}) and None
    call(emulator, "clock", {"speed": STILL, "advance": 7200})
    call(emulator, "clock", {"speed": 60})


def build(*arguments: str) -> int:
    return run(["build", "prod", "web", "--interval", "0.1", *arguments])


def test_an_image_is_followed_until_its_amis_are_there(
    pipeline: Pipeline, clock: Callable[[float], None], aws: Callable[..., Any], capsys: Capture
) -> None:
    clock(FAST)
    assert build() == 0
    captured = capsys.readouterr()
    head, *rows = [re.split(r"  +", line) for line in captured.out.splitlines()]
    assert head == ["ACCOUNT", "REGION", "AMI"]
    assert [(account, region) for account, region, _ in rows] == [("images-prod", region) for region in sorted(REGIONS)]
    for _, region, ami in rows:
        (image,) = aws("ec2", ACCOUNT, region).describe_images(ImageIds=[ami])["Images"]
        assert image["State"] == "available"
    assert re.match(r"prod/web: started arn:aws:imagebuilder:.*:image/prod-web/1\.0\.0/\d+\n", captured.err)
    assert re.search(r"prod/web: BUILDING took \d+s\n", captured.err)
    assert captured.err.endswith("prod/web: AVAILABLE\n")


def test_json_is_the_only_thing_on_standard_output(
    pipeline: Pipeline,
    clock: Callable[[float], None],
    emulator: Endpoint,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock(STILL)
    # The clock is turned between two looks, so that each stage is seen, however slow the machine.
    turning = partial(follow.follow, sleep=lambda _: call(emulator, "clock", {"advance": 60}) and None)
    monkeypatch.setattr("generator.images.follow.follow", turning)
    assert build("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["environment"], told["image"], told["status"]) == (
        1,
        "prod",
        "web",
        "AVAILABLE",
    )
    assert {(ami["account"], ami["account_id"], ami["region"]) for ami in told["amis"]} == {
        ("images-prod", ACCOUNT, region) for region in REGIONS
    }
    assert {stage["name"] for stage in told["stages"]} >= {"BUILDING", "TESTING"}


def test_a_failed_image_tells_aws_s_reason_and_where_its_log_is(
    pipeline: Pipeline, emulator: Endpoint, clock: Callable[[float], None], capsys: Capture
) -> None:
    call(emulator, "faults", {"stage": "TESTING", "reason": "root was let in over SSH"})
    clock(FAST)
    assert build("--json") == 1
    captured = capsys.readouterr()
    assert re.search(
        r"prod/web: build 1\.0\.0/\d+ is FAILED in TESTING: root was let in over SSH\. "
        r"Its log: s3://acme-logs/web/ and CloudWatch Logs /aws/imagebuilder/prod-web, stream 1\.0\.0/\d+\. "
        r"Mend the cause, then run: goldsmith build prod web\n$",
        captured.err,
    )
    told = json.loads(captured.out)
    assert (told["status"], told["amis"]) == ("FAILED", [])


def test_a_build_gets_over_throttling_and_an_outage(
    pipeline: Pipeline, emulator: Endpoint, clock: Callable[[float], None], capsys: Capture
) -> None:
    for kind, operation in (
        ("unavailable", "StartImagePipelineExecution"),
        ("throttle", "GetImage"),
        ("throttle", "*"),
    ):
        call(emulator, "faults", {"kind": kind, "service": "imagebuilder", "operation": operation})
    clock(FAST)
    assert build() == 0
    assert capsys.readouterr().err.endswith("prod/web: AVAILABLE\n")
    assert call(emulator, "faults", {}, "GET")["faults"] == []


def test_a_build_that_is_not_waited_for_is_followed_later_and_stays_the_only_one(
    pipeline: Pipeline, clock: Callable[[float], None], capsys: Capture
) -> None:
    clock(STILL)
    assert build("--no-wait", "--json") == 0
    captured = capsys.readouterr()
    started = json.loads(captured.out)
    arn = started["build"]["arn"]
    assert (started["status"], started["amis"]) == ("PENDING", [])
    assert captured.err.endswith(f"Follow it with: goldsmith build prod web --follow {arn}\n")

    assert build("--spec", "./environments") == 1
    told = capsys.readouterr().err
    assert f"a build runs already: {arn}" in told
    assert f"goldsmith build prod web --spec environments --follow {arn}\n" in told

    assert build("--follow", arn, "--timeout", "0.005") == 1
    assert "is still PENDING" in capsys.readouterr().err

    clock(FAST)
    assert build("--follow", arn) == 0
    assert "AMI" in capsys.readouterr().out


def test_a_build_that_aws_does_not_know_is_not_said_to_go_on(pipeline: Pipeline, capsys: Capture) -> None:
    arn = f"{pipeline.arn.replace(':image-pipeline/', ':image/')}/9.9.9/9"
    assert build("--follow", arn) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"prod/web: {arn}: GetImage was refused: ResourceNotFoundException: ")
    assert "goes on" not in told


def test_an_interrupt_leaves_the_build_running_and_tells_how_to_follow_it(
    pipeline: Pipeline,
    clock: Callable[[float], None],
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock(STILL)
    assert build("--no-wait", "--json") == 0
    arn = json.loads(capsys.readouterr().out)["build"]["arn"]

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow.follow, "__defaults__", (follow.time.monotonic, interrupt))
    assert build("--follow", arn) == 130
    assert f"the build goes on. Follow it with: goldsmith build prod web --follow {arn}" in (capsys.readouterr().err)


def test_a_pipeline_that_is_not_there_is_told_with_the_command_that_makes_it(
    pipeline: Pipeline, capsys: Capture
) -> None:
    assert run(["build", "prod", "other"]) == 1
    assert capsys.readouterr().err == (
        "prod/other: there is no pipeline prod-other in account images-prod, us-east-1 yet. Run: goldsmith apply prod\n"
    )


def test_a_pipeline_that_is_older_than_the_spec_is_told(
    pipeline: Pipeline, here: Path, clock: Callable[[float], None], capsys: Capture
) -> None:
    (here / "prod.yaml").write_text(ENVIRONMENT.replace("[images-prod]", "[images-prod, web-prod]"))
    (here / "images/web.yaml").write_text(
        "image: web\nbase: amazon-linux-2023\ncomponents: [harden-os]\ntests: [ssh-hardened]\n"
    )
    assert run(["lock"]) == 0
    clock(FAST)
    assert build() == 0
    told = capsys.readouterr().err
    assert "warning: the pipeline builds recipe 1.0.0, the spec says " in told
    assert "warning: not sent to web-prod eu-central-1, web-prod us-east-1" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["prd", "web"], "prd: the spec has no such environment; there are prod. Did you mean prod?"),
        (["prod", "webb"], "webb: the spec has no such image in prod; there are web and other."),
        (["prod", "web", "--follow", "x", "--no-wait"], "Leave one out."),
        (["prod", "web", "--follow", "arn:nonsense"], "--follow arn:nonsense: is no build of prod/web"),
    ],
)
def test_what_the_spec_does_not_know_is_a_usage_error(
    here: Path, capsys: Capture, arguments: list[str], told: str
) -> None:
    assert run(["build", *arguments]) == 64
    assert told in capsys.readouterr().err


def test_an_endpoint_that_does_not_answer_is_told_at_once(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{listening.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed)
    assert build() == 1
    assert f"AWS_ENDPOINT_URL: {closed} does not answer" in capsys.readouterr().err
