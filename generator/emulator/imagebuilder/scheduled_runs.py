"""Runs of pipelines on schedule.

The next run of each pipeline is worked out once, when it is made, changed or run, and kept as `dateNextRun`. Ours: a
moment at which the pipeline still builds is left out, and so are moments that lie closer together than a hundredth of
the time by which the clock was turned; a clock that is turned by a month would start thousands of builds otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from generator.emulator.imagebuilder.build_sources import sources_of
from generator.emulator.imagebuilder.errors import ImageBuilderError
from generator.emulator.imagebuilder.lifecycle_runs import Due
from generator.emulator.imagebuilder.schedule_moments import next_moment
from generator.emulator.imagebuilder.state import Record, State, is_scheduled_by, timestamp

log = logging.getLogger("goldsmith.emulator")

ALWAYS = "EXPRESSION_MATCH_ONLY"
MOMENTS_OF_A_TURN = 100


def next_run(pipeline: Record, last: datetime, earliest: datetime | None = None) -> Record:
    """`dateNextRun` of a pipeline that runs on schedule; nothing for one that is disabled or run by hand."""
    if pipeline["status"] != "ENABLED" or "schedule" not in pipeline:
        return {}
    moment = next_moment(pipeline["schedule"], last, earliest)
    return {} if moment is None else {"dateNextRun": timestamp(moment)}


def due(state: State, now: datetime) -> Iterator[Due]:
    """The runs that are due by `now`: when, a key that orders what is due at once, and how to do it."""
    shown = timestamp(now)
    for arn, pipeline in state.pipelines.items():
        if is_scheduled_by(pipeline, shown):
            moment = datetime.fromisoformat(pipeline["dateNextRun"])
            yield moment, arn, partial(_run, state, pipeline, moment, now)


def _run(state: Any, pipeline: Record, moment: datetime, now: datetime) -> None:
    del pipeline["dateNextRun"]
    pipeline |= next_run(pipeline, moment, moment + (now - moment) / MOMENTS_OF_A_TURN)
    try:
        if _is_wanted(state, pipeline):
            state.start_on_schedule(pipeline, moment)
    except ImageBuilderError as error:  # what it names is gone
        log.warning("%s did not start on schedule: %s", pipeline["arn"], error.message)


def _is_wanted(state: Any, pipeline: Record) -> bool:
    """Whether to build, by the start condition: always, or for news since the last image, which any first one is.

    https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_Schedule.html. That a pipeline without an image
    builds in any case, and that what counts is the last image, whether it failed or not, is ours.
    """
    made = [arn for arn, image in state.images.items() if image.get("sourcePipelineArn") == pipeline["arn"]]
    builds = [state.builds[arn] for arn in made if arn in state.builds]
    if any(build.due is not None for build in builds):
        return False
    if not builds or pipeline["schedule"]["pipelineExecutionStartCondition"] == ALWAYS:
        return True
    return bool(builds[-1].sources != sources_of(state, state.check_sources(pipeline)))
