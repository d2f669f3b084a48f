"""Pipelines that start builds by themselves, as their schedule and start condition say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from workshop import (
    BUILD,
    DOCUMENT,
    HOME,
    HOUR,
    client,
    image,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    run,
    start,
    workshop,
)

from generator.emulator.clock import CLOCK

DAY = 24 * HOUR
DAILY = "cron(0 0 * * ? *)"
ANY_HELLO = f"arn:aws:imagebuilder:{HOME}:{BUILD}:component/hello/x.x.x"


@pytest.fixture(autouse=True)
def _in_workshop() -> Iterator[None]:
    with workshop():
        yield


def scheduled(
    expression: str = DAILY, condition: str = "EXPRESSION_MATCH_ONLY", recipe: str = "", **members: Any
) -> str:
    schedule = {"scheduleExpression": expression, "pipelineExecutionStartCondition": condition}
    recipe = recipe or make_recipe()
    return make_pipeline(recipe, make_infrastructure(make_profile()), schedule=schedule, **members)


def on_news(recipe: str = "") -> str:
    return scheduled(condition="EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE", recipe=recipe)


def found(pipeline: str) -> dict[str, Any]:
    answer: dict[str, Any] = client("imagebuilder").get_image_pipeline(imagePipelineArn=pipeline)["imagePipeline"]
    return answer


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def pass_next_run(pipeline: str) -> datetime:
    """Let the clock show an hour past the next run, and answer when that was to be."""
    due = moment(found(pipeline)["dateNextRun"])
    CLOCK.advance((due - CLOCK.now()).total_seconds() + HOUR)
    return due


def images(pipeline: str) -> list[dict[str, Any]]:
    answer = client("imagebuilder").list_image_pipeline_images(imagePipelineArn=pipeline, maxResults=25)
    return list(answer["imageSummaryList"])


def test_a_run_begins_when_the_schedule_is_met() -> None:
    pipeline = scheduled()
    assert images(pipeline) == []
    due = pass_next_run(pipeline)
    assert (due.hour, due.minute) == (0, 0)
    [built] = images(pipeline)
    assert built["state"] == {"status": "AVAILABLE"}
    assert moment(built["dateCreated"]) == due
    assert image(built["arn"])["buildType"] == "SCHEDULED"
    after = found(pipeline)
    assert moment(after["dateLastRun"]) == due
    assert moment(after["dateNextRun"]) == due + timedelta(days=1)
    [listed] = client("imagebuilder").list_image_pipelines()["imagePipelineList"]
    assert (listed["dateLastRun"], listed["dateNextRun"]) == (after["dateLastRun"], after["dateNextRun"])


def test_each_day_that_the_clock_passes_is_built_on_and_none_is_before_its_time() -> None:
    pipeline = scheduled()
    first = moment(found(pipeline)["dateNextRun"])
    CLOCK.advance((first - CLOCK.now()).total_seconds() - 1)
    assert images(pipeline) == []
    CLOCK.advance(3 * DAY)
    assert [moment(each["dateCreated"]) for each in images(pipeline)] == [
        first + timedelta(days=day) for day in range(3)
    ]


def test_a_rate_counts_from_when_the_pipeline_was_made() -> None:
    pipeline = scheduled("rate(6 hours)")
    made = moment(found(pipeline)["dateCreated"])
    CLOCK.advance(13 * HOUR)
    assert [moment(each["dateCreated"]) - made for each in images(pipeline)] == [
        timedelta(hours=6),
        timedelta(hours=12),
    ]


def test_a_run_by_hand_is_a_run_and_leaves_the_schedule_alone() -> None:
    pipeline = scheduled("cron(0 0 1 1 ? *)")
    before = found(pipeline)
    built = run(pipeline)
    after = found(pipeline)
    assert after["dateLastRun"] == built["dateCreated"]
    assert after["dateNextRun"] == before["dateNextRun"]
    assert built["buildType"] == "USER_INITIATED"


def test_a_pipeline_that_is_disabled_or_has_no_schedule_rests() -> None:
    resting = scheduled(status="DISABLED")
    assert "dateNextRun" not in found(resting)
    by_hand = make_pipeline(
        make_recipe(ANY_HELLO, name="other"),
        make_infrastructure(make_profile(name="other"), name="other"),
        name="other",
    )
    assert "dateNextRun" not in found(by_hand)
    CLOCK.advance(3 * DAY)
    assert images(resting) == images(by_hand) == []


def test_disabling_a_pipeline_ends_its_runs_and_enabling_it_makes_up_for_none() -> None:
    pipeline = scheduled()
    known = found(pipeline)
    given = {name: known[name] for name in ("imageRecipeArn", "infrastructureConfigurationArn", "schedule")}
    update = client("imagebuilder").update_image_pipeline
    update(imagePipelineArn=pipeline, status="DISABLED", **given)
    CLOCK.advance(3 * DAY)
    update(imagePipelineArn=pipeline, status="ENABLED", **given)
    assert images(pipeline) == []
    assert moment(found(pipeline)["dateNextRun"]) > CLOCK.now()
    pass_next_run(pipeline)
    assert len(images(pipeline)) == 1


def test_a_change_of_something_else_does_not_put_off_a_run() -> None:
    pipeline = scheduled("rate(6 hours)")
    known = found(pipeline)
    given = {name: known[name] for name in ("imageRecipeArn", "infrastructureConfigurationArn", "schedule")}
    CLOCK.advance(HOUR)
    client("imagebuilder").update_image_pipeline(imagePipelineArn=pipeline, description="other", **given)
    assert found(pipeline)["dateNextRun"] == known["dateNextRun"]


def test_a_moment_at_which_the_last_run_still_builds_is_left_out() -> None:
    pipeline = scheduled("rate(5 minutes)")
    CLOCK.advance(700)
    [building] = images(pipeline)
    assert building["state"]["status"] == "BUILDING"


def test_with_nothing_new_a_pipeline_builds_once() -> None:
    pipeline = on_news()
    CLOCK.advance(5 * DAY)
    assert len(images(pipeline)) == 1
    assert moment(found(pipeline)["dateNextRun"]) > CLOCK.now()


def test_a_new_version_of_a_component_that_a_recipe_leaves_open_is_news() -> None:
    make_component()
    pipeline = on_news(make_recipe(ANY_HELLO))
    start(pipeline)
    CLOCK.advance(2 * DAY)
    assert len(images(pipeline)) == 1
    make_component(version="1.1.0", data=DOCUMENT.replace("hello", "good day"))
    CLOCK.advance(2 * DAY)
    assert len(images(pipeline)) == 2


def test_a_new_version_of_a_component_that_a_recipe_names_exactly_is_none() -> None:
    pipeline = on_news(make_recipe(make_component()))
    start(pipeline)
    make_component(version="1.1.0", data=DOCUMENT.replace("hello", "good day"))
    CLOCK.advance(2 * DAY)
    assert len(images(pipeline)) == 1


def test_a_new_base_image_is_news() -> None:
    infrastructure = make_infrastructure(make_profile())
    base = make_pipeline(make_recipe(name="base"), infrastructure, name="base")
    run(base)
    parent = f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/base/x.x.x"
    recipe = make_recipe(ANY_HELLO, name="web", parentImage=parent)
    pipeline = make_pipeline(recipe, infrastructure, schedule={"scheduleExpression": DAILY})
    start(pipeline)
    CLOCK.advance(2 * DAY)
    assert len(images(pipeline)) == 1
    run(base)
    CLOCK.advance(2 * DAY)
    assert len(images(pipeline)) == 2


def test_a_clock_that_is_turned_by_a_month_does_not_build_each_minute_of_it() -> None:
    pipeline = on_news()
    update = client("imagebuilder").update_image_pipeline
    known = found(pipeline)
    given = {name: known[name] for name in ("imageRecipeArn", "infrastructureConfigurationArn")}
    update(imagePipelineArn=pipeline, schedule={"scheduleExpression": "rate(1 minute)"}, **given)
    CLOCK.advance(90 * DAY)
    assert len(images(pipeline)) == 1
    assert moment(found(pipeline)["dateNextRun"]) - CLOCK.now() <= timedelta(minutes=1)


def test_a_pipeline_whose_base_is_gone_tries_again_at_the_next_moment() -> None:
    ec2 = client("ec2")
    infrastructure = make_infrastructure(make_profile())
    ami = run(make_pipeline(make_recipe(), infrastructure))["outputResources"]["amis"][0]["image"]
    recipe = make_recipe(ANY_HELLO, name="child", parentImage=ami)
    pipeline = make_pipeline(recipe, infrastructure, name="child", schedule={"scheduleExpression": DAILY})
    ec2.deregister_image(ImageId=ami)
    CLOCK.advance(2 * DAY)
    assert images(pipeline) == []
    assert moment(found(pipeline)["dateNextRun"]) > CLOCK.now()
