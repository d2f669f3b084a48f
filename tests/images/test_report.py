from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from generator.images import report
from generator.images.build import Ami, Build
from generator.images.containers import ContainerImage
from generator.images.follow import Progress, Stage
from generator.images.pipeline import Pipeline, pipeline_of
from generator.spec import load
from generator.spec.model import Spec, Target
from generator.spec.model_container import ContainerRecipe
from generator.spec.model_distribution import Audience

ARN = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-web/1.0.0/2"
LOGS = ("s3://acme-logs/web/", "CloudWatch Logs /aws/imagebuilder/prod-web, stream 1.0.0/2")
FAILED = Build(ARN, "FAILED", "Step InstallSettings exited with 1.", failed_in="BUILDING", logs=LOGS)
AVAILABLE = Build(
    ARN,
    "AVAILABLE",
    amis=(
        Ami("333333333333", "us-east-1", "ami-1", "prod-web-1.0.0"),
        Ami("444444444444", "eu-central-1", "ami-2", "prod-web-1.0.0"),
    ),
    logs=LOGS,
)


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load(Path(__file__).parents[2] / "environments")


@pytest.fixture
def pipeline(spec: Spec) -> Pipeline:
    return pipeline_of(spec, "prod", "web")


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "0s"), (59.6, "1m 00s"), (727, "12m 07s"), (3720, "1h 02m")])
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, shown: str) -> None:
    assert report.duration(seconds) == shown


def test_news_are_what_has_changed_since_the_last_look(pipeline: Pipeline) -> None:
    first = Progress(Build(ARN, "PENDING"), (Stage("PENDING", 0),), 0)
    second = Progress(Build(ARN, "BUILDING"), (Stage("PENDING", 0, 20), Stage("BUILDING", 20)), 0)
    away = replace(second, unreachable="AWS does not answer.")
    assert report.news(pipeline, None, first) == ["prod/web: PENDING"]
    assert report.news(pipeline, first, second) == ["prod/web: PENDING took 20s", "prod/web: BUILDING"]
    assert report.news(pipeline, second, second) == []
    assert report.news(pipeline, second, away) == ["AWS does not answer. Trying on."]
    assert report.news(pipeline, away, away) == []


def test_a_terminal_shows_the_time_running_in_the_stage_under_way(pipeline: Pipeline) -> None:
    progress = Progress(Build(ARN, "BUILDING"), (Stage("PENDING", 0, 20), Stage("BUILDING", 20)), 0)
    console = Console(width=60, record=True, file=open("/dev/null", "w"), color_system=None)  # noqa: SIM115
    console.print(report.LiveProgress(pipeline, progress, ticks=lambda: 95))
    console.file.close()
    assert [line.rstrip() for line in console.export_text().splitlines()] == [
        "prod/web 1.0.0/2: 1m 35s",
        "✓  PENDING   20s",
        "●  BUILDING  1m 15s",
    ]


def test_amis_are_told_by_the_names_of_their_accounts(spec: Spec, pipeline: Pipeline) -> None:
    rows = report.image_rows(spec.organization, pipeline, AVAILABLE)
    assert report.image_table(rows) == [
        "ACCOUNT      REGION        AMI",
        "images-prod  us-east-1     ami-1",
        "web-prod     eu-central-1  ami-2",
    ]


def test_a_shared_ami_is_told_for_the_account_that_may_launch_it(spec: Spec, pipeline: Pipeline) -> None:
    web = spec.organization.accounts["web-prod"]
    shared = replace(pipeline, environment=replace(pipeline.environment, targets=(Target(web, "us-east-1", "share"),)))
    rows = report.image_rows(spec.organization, shared, replace(AVAILABLE, amis=AVAILABLE.amis[:1]))
    assert [(row["account"], row["ami"], row["mode"]) for row in rows] == [
        ("images-prod", "ami-1", "copy"),
        ("web-prod", "ami-1", "share"),
    ]
    assert report.missing_targets(shared, rows) == []


def test_an_ami_is_told_for_organizations_units_and_everybody(spec: Spec, pipeline: Pipeline) -> None:
    organization = "arn:aws:organizations::999999999999:organization/o-a1b2c3d4e5"
    unit = "arn:aws:organizations::999999999999:ou/o-a1b2c3d4e5/ou-ab12-11111111"
    audiences = (
        Audience("us-east-1", (organization,), (unit,), public=True),
        Audience("eu-central-1", (organization,)),
    )
    shared = replace(pipeline, environment=replace(pipeline.environment, audiences=audiences))
    rows = report.image_rows(spec.organization, shared, replace(AVAILABLE, amis=AVAILABLE.amis[:1]))
    assert [(row["account"], row["account_id"], row["ami"]) for row in rows if row["mode"] == "share"] == [
        ("everybody", "all", "ami-1"),
        ("organization o-a1b2c3d4e5", organization, "ami-1"),
        ("unit ou-ab12-11111111", unit, "ami-1"),
    ]


def test_targets_that_the_build_has_not_sent_to_are_told(spec: Spec, pipeline: Pipeline) -> None:
    missing = report.missing_targets(pipeline, report.image_rows(spec.organization, pipeline, AVAILABLE))
    assert len(missing) == 7  # of three accounts in three Regions
    assert "data-prod ap-southeast-1" in missing


def test_json_has_a_shape_that_programs_may_rely_on(spec: Spec, pipeline: Pipeline) -> None:
    progress = Progress(AVAILABLE, (Stage("PENDING", 0, 20), Stage("BUILDING", 20, 95.04)), 0)
    assert report.as_json(spec.organization, pipeline, progress) == {
        "version": 1,
        "environment": "prod",
        "image": "web",
        "build": {"arn": ARN, "version": "1.0.0/2"},
        "status": "AVAILABLE",
        "reason": None,
        "logs": list(LOGS),
        "seconds": 95.0,
        "stages": [{"name": "PENDING", "seconds": 20}, {"name": "BUILDING", "seconds": 75.0}],
        "amis": [
            {
                "account": "images-prod",
                "account_id": "333333333333",
                "region": "us-east-1",
                "ami": "ami-1",
                "name": "prod-web-1.0.0",
                "mode": "copy",
            },
            {
                "account": "web-prod",
                "account_id": "444444444444",
                "region": "eu-central-1",
                "ami": "ami-2",
                "name": "prod-web-1.0.0",
                "mode": "copy",
            },
        ],
        "containers": [],
    }


def test_a_failure_tells_the_stage_aws_s_reason_the_log_and_what_to_do(pipeline: Pipeline) -> None:
    assert report.failure(pipeline, Progress(FAILED, (), 0)) == (
        "prod/web: build 1.0.0/2 is FAILED in BUILDING: Step InstallSettings exited with 1. Its log: "
        "s3://acme-logs/web/ and CloudWatch Logs /aws/imagebuilder/prod-web, stream 1.0.0/2. "
        "Mend the cause, then run: goldsmith build prod web"
    )


def test_a_container_image_is_where_it_was_pushed_and_for_whom_may_pull_it(spec: Spec, pipeline: Pipeline) -> None:
    uri = "333333333333.dkr.ecr.us-east-1.amazonaws.com/prod/web:1.0.0-2"
    image = replace(pipeline.image, container_recipe=ContainerRecipe(None))
    web = spec.organization.accounts["web-prod"]
    targets = (pipeline.environment.targets[0], Target(web, "us-east-1", "share"), Target(web, "eu-central-1", "copy"))
    pipeline = replace(pipeline, environment=replace(pipeline.environment, targets=targets), image=image)
    build = Build(ARN, "AVAILABLE", containers=(ContainerImage("us-east-1", uri),))
    rows = report.image_rows(spec.organization, pipeline, build)
    assert [(row["account"], row["region"], row["mode"]) for row in rows] == [
        ("images-prod", "us-east-1", "own"),
        ("web-prod", "us-east-1", "pull"),
    ]
    assert report.image_table(rows)[:2] == [
        "ACCOUNT      REGION     CONTAINER IMAGE",
        f"images-prod  us-east-1  {uri}",
    ]
    assert report.missing_targets(pipeline, rows) == ["web-prod eu-central-1"]
    told = report.as_json(spec.organization, pipeline, Progress(build, (), 0))
    assert (told["amis"], told["containers"]) == ([], rows)
