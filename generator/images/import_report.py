"""How an import is told: lines and a live table for people, JSON for programs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rich.console import Group
from rich.text import Text

from generator.images.follow import Progress
from generator.images.import_job import ImportJob, ImportState, import_command
from generator.images.report import heading, stage_news, stage_table, trouble

JSON_VERSION = 1
TASK_HELP = "https://docs.aws.amazon.com/vm-import/latest/userguide/troubleshooting.html"
ISO_HELP = "https://docs.aws.amazon.com/imagebuilder/latest/userguide/import-iso-disk.html"


def news(job: ImportJob, before: Progress | None, now: Progress) -> list[str]:
    """What a look at an import tells beyond the one before."""
    return [*stage_news(job.place, before, now), *trouble(before, now)]


class LiveImport:
    """A table of stages that rich draws again and again."""

    def __init__(self, job: ImportJob, progress: Progress, ticks: Callable[[], float] = time.monotonic) -> None:
        self.progress = progress
        self._job = job
        self._ticks = ticks

    def __rich__(self) -> Group:
        now = self._ticks()
        notes = [Text(self.progress.unreachable, style="yellow")] if self.progress.unreachable else []
        return Group(heading(self._job.place, self.progress, now), stage_table(self.progress, now), *notes)


def result(job: ImportJob, progress: Progress) -> list[str]:
    """What the base image is called, and its AMI."""
    state = progress.build
    amis = [f"AMI    {ami.id} in {job.account.name}, {ami.region}" for ami in state.amis]
    return [f"IMAGE  {state.arn}", *amis]


def failure(job: ImportJob, progress: Progress, options: str) -> str:
    """Why it failed in AWS's words, and what to do."""
    state = progress.build
    stage = f" in {progress.stages[-1].name}" if progress.stages else ""
    reason = (state.reason or "AWS gives no reason").rstrip(".")
    return (
        f"{job.place}: {state.version} is {state.status}{stage}: {reason}. What AWS takes and says: "
        f"{ISO_HELP if job.import_.is_iso else TASK_HELP}. Mend the cause, then run: "
        f"{import_command(job.environment.name, job.import_.name, options)}"
    )


def goes_on(job: ImportJob, options: str) -> str:
    command = import_command(job.environment.name, job.import_.name, options)
    return f"{job.place}: the import goes on. Follow it with: {command}"


def as_json(job: ImportJob, progress: Progress, now: float) -> dict[str, Any]:
    """`ami` is null until the image is AVAILABLE; times are in seconds, as followed by us."""
    state = progress.build
    return {
        "version": JSON_VERSION,
        "environment": job.environment.name,
        "import": job.import_.name,
        "image": {"arn": state.arn, "version": state.version},
        "task": state.task_id if isinstance(state, ImportState) else None,
        "status": state.status,
        "reason": state.reason,
        "seconds": round(progress.seconds(now), 1),
        "stages": [{"name": stage.name, "seconds": round(stage.seconds(now), 1)} for stage in progress.stages],
        "ami": state.amis[0].id if state.amis else None,
    }
