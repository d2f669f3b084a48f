"""How an import under way is shown on a terminal, and how its end is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from specs import write_spec

from generator.images import import_report
from generator.images.build import Ami
from generator.images.follow import Progress, Stage
from generator.images.import_job import ImportJob, ImportState, job_of
from generator.spec import load

ARN = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-erp/1.0.0/1"
RUNNING = ImportState(ARN, "CONVERTING", task_id="import-ami-1")
PROGRESS = Progress(RUNNING, (Stage("VALIDATING", 0, 20), Stage("CONVERTING", 20)), 0)


@pytest.fixture
def job(tmp_path: Path) -> ImportJob:
    files = {
        "images/web.yaml": "image: web\nbase: {import: erp}\ncomponents: [harden-os]\n",
        "imports/erp.yaml": "import: erp\nplatform: Linux\nsource: s3://acme-machines/erp.ova\n",
    }
    return job_of(load(write_spec(tmp_path, files)), "prod", "erp")


def test_a_terminal_shows_the_stages_and_what_is_wrong(job: ImportJob) -> None:
    console = Console(width=60, record=True, file=open("/dev/null", "w"), color_system=None)  # noqa: SIM115
    away = replace(PROGRESS, unreachable="AWS does not answer.")
    console.print(import_report.LiveImport(job, away, ticks=lambda: 95))
    console.file.close()
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert lines == [
        "prod/erp 1.0.0/1: 1m 35s",
        "✓  VALIDATING  20s",
        "●  CONVERTING  1m 15s",
        "AWS does not answer.",
    ]


def test_the_end_is_told_for_people_and_for_programs(job: ImportJob) -> None:
    ami = Ami("333333333333", "us-east-1", "ami-1", "prod-erp")
    done = replace(PROGRESS, build=replace(RUNNING, status="AVAILABLE", amis=(ami,)))
    assert import_report.result(job, done) == [f"IMAGE  {ARN}", "AMI    ami-1 in images-prod, us-east-1"]
    assert import_report.as_json(job, done, 95) == {
        "version": 1,
        "environment": "prod",
        "import": "erp",
        "image": {"arn": ARN, "version": "1.0.0/1"},
        "task": "import-ami-1",
        "status": "AVAILABLE",
        "reason": None,
        "seconds": 95,
        "stages": [{"name": "VALIDATING", "seconds": 20}, {"name": "CONVERTING", "seconds": 75}],
        "ami": "ami-1",
    }
