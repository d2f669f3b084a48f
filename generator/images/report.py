"""How a build is told: lines and tables for people, JSON for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from generator.images.approval import question
from generator.images.build import Ami, Build, follow_command
from generator.images.containers import container_rows
from generator.images.follow import Progress
from generator.images.pipeline import Pipeline
from generator.spec.model import Organization

JSON_VERSION = 1


def duration(seconds: float) -> str:
    """`7s`, `12m 07s`, `1h 02m`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02}m"


def news(pipeline: Pipeline, before: Progress | None, now: Progress) -> list[str]:
    """What a look at a build tells beyond the one before: stages ended and begun, approvals, AWS out of reach."""
    asked = () if before is None else before.build.waiting
    questions = [question(pipeline, each) for each in now.build.waiting if each not in asked]
    return [*stage_news(pipeline.place, before, now), *questions, *trouble(before, now)]


def stage_news(place: str, before: Progress | None, now: Progress) -> list[str]:
    """Stages ended and begun since the last look."""
    ended = [stage for stage in now.stages if stage.ended is not None]
    known = 0 if before is None else sum(stage.ended is not None for stage in before.stages)
    lines = [f"{place}: {stage.name} took {duration(stage.seconds(0))}" for stage in ended[known:]]
    if before is None or before.build.status != now.build.status:
        lines.append(f"{place}: {now.build.status}")
    return lines


def trouble(before: Progress | None, now: Progress) -> list[str]:
    """That AWS is out of reach, once."""
    return [f"{now.unreachable} Trying on."] if now.unreachable and not (before and before.unreachable) else []


class LiveProgress:
    """A table of stages that rich draws again and again, with the time running in the stage under way."""

    def __init__(self, pipeline: Pipeline, progress: Progress, ticks: Callable[[], float] = time.monotonic) -> None:
        self.progress = progress
        self._pipeline = pipeline
        self._ticks = ticks

    def __rich__(self) -> Group:
        now = self._ticks()
        head = heading(self._pipeline.place, self.progress, now)
        notes = [question(self._pipeline, each) for each in self.progress.build.waiting]
        notes += [self.progress.unreachable] if self.progress.unreachable else []
        return Group(head, stage_table(self.progress, now), *(Text(note, style="yellow") for note in notes))


def heading(place: str, progress: Progress, now: float) -> Text:
    return Text(f"{place} {progress.build.version}: {duration(progress.seconds(now))}")


def stage_table(progress: Progress, now: float) -> Table:
    table = Table.grid(padding=(0, 2))
    for stage in progress.stages:
        running = stage.ended is None
        table.add_row(
            Text("●", style="yellow") if running else Text("✓", style="green"),
            Text(stage.name, style="bold" if running else ""),
            duration(stage.seconds(now)),
        )
    return table


def image_rows(organization: Organization, pipeline: Pipeline, build: Build) -> list[dict[str, str]]:
    """Where the image is: who owns an AMI or may launch the build account's, or has a container image, by Region."""
    if pipeline.image.is_container:
        return container_rows(pipeline, build)
    names = {account.id: account.name for account in organization.accounts.values()}
    owned = [
        {
            "account": names.get(ami.account_id, ami.account_id),
            "account_id": ami.account_id,
            "region": ami.region,
            "ami": ami.id,
            "name": ami.name,
            "mode": "copy",
        }
        for ami in build.amis
    ]
    ours = {ami.region: ami for ami in build.amis if ami.account_id == pipeline.account.id}
    shared = [
        _shared_row(target.account.name, target.account.id, ours[target.region])
        for target in pipeline.environment.targets
        if target.mode == "share" and target.region in ours
    ]
    rows = owned + shared + _audience_rows(pipeline, ours)
    return sorted(rows, key=lambda row: (row["account"], row["region"]))


def _audience_rows(pipeline: Pipeline, ours: Mapping[str, Ami]) -> list[dict[str, str]]:
    """Organizations, their units and the public; `account_id` is their ARN, or `all`."""
    found: list[dict[str, str]] = []
    for audience in pipeline.environment.audiences:
        ami = ours.get(audience.region)
        arns = {arn: f"organization {arn.rsplit('/', 1)[1]}" for arn in audience.organizations}
        arns |= {arn: f"unit {arn.rsplit('/', 1)[1]}" for arn in audience.organizational_units}
        arns |= {"all": "everybody"} if audience.public else {}
        if ami is not None:
            found += [_shared_row(words, arn, ami) for arn, words in arns.items()]
    return found


def _shared_row(account: str, account_id: str, ami: Ami) -> dict[str, str]:
    return {
        "account": account,
        "account_id": account_id,
        "region": ami.region,
        "ami": ami.id,
        "name": ami.name,
        "mode": "share",
    }


def missing_targets(pipeline: Pipeline, rows: list[dict[str, str]]) -> list[str]:
    """Targets of the spec that the build has not sent to: the pipeline in AWS is older than the spec."""
    reached = {(row["account_id"], row["region"]) for row in rows}
    return [
        f"{target.account.name} {target.region}"
        for target in pipeline.environment.targets
        if (target.account.id, target.region) not in reached
    ]


def image_table(rows: list[dict[str, str]]) -> list[str]:
    """Account, Region and AMI, or the URI of a container image, in columns."""
    key = "uri" if rows and "uri" in rows[0] else "ami"
    cells = [
        ("ACCOUNT", "REGION", "CONTAINER IMAGE" if key == "uri" else "AMI"),
        *((row["account"], row["region"], row[key]) for row in rows),
    ]
    widths = [max(len(cell[column]) for cell in cells) for column in range(2)]
    return [f"{account:<{widths[0]}}  {region:<{widths[1]}}  {ami}" for account, region, ami in cells]


def as_json(organization: Organization, pipeline: Pipeline, progress: Progress) -> dict[str, Any]:
    """`amis` and `containers` are empty until the build is AVAILABLE; times are in seconds, as followed by us."""
    build = progress.build
    rows = image_rows(organization, pipeline, build) if build.status == "AVAILABLE" else []
    now = time.monotonic()
    return {
        "version": JSON_VERSION,
        "environment": pipeline.environment.name,
        "image": pipeline.image.name,
        "build": {"arn": build.arn, "version": build.version},
        "status": build.status,
        "reason": build.reason,
        "logs": list(build.logs),
        "seconds": round(progress.seconds(now), 1),
        "stages": [{"name": stage.name, "seconds": round(stage.seconds(now), 1)} for stage in progress.stages],
        "amis": [] if pipeline.image.is_container else rows,
        "containers": rows if pipeline.image.is_container else [],
    }


def failure(pipeline: Pipeline, progress: Progress) -> str:
    """Why a build failed in AWS's words, where its log is, and what to do."""
    build = progress.build
    stage = build.failed_in or (progress.stages[-1].name if progress.stages else None)
    where = f" in {stage}" if stage else ""
    reason = (build.reason or "AWS gives no reason").rstrip(".")
    return (
        f"{pipeline.place}: build {build.version} is {build.status}{where}: {reason}. "
        f"Its log: {' and '.join(build.logs)}. "
        f"Mend the cause, then run: goldsmith build {pipeline.environment.name} {pipeline.image.name}"
    )


def goes_on(pipeline: Pipeline, arn: str, options: str = "") -> str:
    return f"{pipeline.place}: the build goes on. Follow it with: {follow_command(pipeline, arn, options)}"
