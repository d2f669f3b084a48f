"""Which builds of others count for who waits for one, and that a pipeline is asked for one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from specs import SMALL, write_spec
from workshop import (
    BUILD,
    client,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.images.ordered import PipelineBuilds, Since
from generator.images.pipeline import pipeline_of
from generator.spec import load

ORGANIZATION = SMALL["organization.yaml"].replace("333333333333", BUILD)


@pytest.fixture
def builds(tmp_path: Path) -> Iterator[PipelineBuilds]:
    """Of a pipeline that was applied within the last minute of the embedded AWS's clock."""
    pipeline = pipeline_of(load(write_spec(tmp_path / "spec", {"organization.yaml": ORGANIZATION})), "prod", "web")
    name = pipeline.name
    with workshop(amis=True):
        recipe = make_recipe(make_component(), name=name, version=pipeline.image.version)
        assert make_pipeline(recipe, make_infrastructure(make_profile()), name=name) == pipeline.arn
        now = CLOCK.now() - timedelta(seconds=1)
        yield PipelineBuilds(client("imagebuilder"), pipeline, Since(now - timedelta(minutes=1), now))


def started(builds: PipelineBuilds) -> str:
    arn = builds.start("11111111-1111-1111-1111-111111111111")
    assert arn is not None
    return arn


def later(builds: PipelineBuilds, **time: float) -> PipelineBuilds:
    """As if the apply had been so much later."""
    since = builds.since
    assert since is not None
    return replace(builds, since=Since(since.began + timedelta(**time), since.ended + timedelta(**time)))


def created_by_an_apply(builds: PipelineBuilds) -> str:
    client: Any = builds.imagebuilder
    pipeline = client.get_image_pipeline(imagePipelineArn=builds.pipeline.arn)["imagePipeline"]
    names = ("imageRecipeArn", "infrastructureConfigurationArn")
    return str(client.create_image(**{name: pipeline[name] for name in names})["imageBuildVersionArn"])


def test_nothing_counts_where_nothing_was_built(builds: PipelineBuilds) -> None:
    assert builds.found() is None


def test_a_build_since_the_apply_counts_and_one_of_before_does_not(builds: PipelineBuilds) -> None:
    arn = started(builds)
    assert builds.found() == arn
    assert later(builds, seconds=30).found() is None
    assert replace(builds, since=None).found() is None


def test_what_the_apply_itself_built_counts_though_it_is_older_than_its_end(builds: PipelineBuilds) -> None:
    arn = created_by_an_apply(builds)
    assert later(builds, seconds=30).found() == arn
    assert later(builds, minutes=2).found() is None


def test_a_build_that_was_cancelled_does_not_count(builds: PipelineBuilds) -> None:
    arn = started(builds)
    builds.imagebuilder.cancel_image_creation(imageBuildVersionArn=arn)
    assert builds.read(arn).status == "CANCELLED"
    assert builds.found() is None


def test_a_pipeline_has_one_build_at_a_time_and_a_token_asks_for_the_same_one(builds: PipelineBuilds) -> None:
    arn = started(builds)
    assert builds.start("22222222-2222-2222-2222-222222222222") is None
    builds.imagebuilder.cancel_image_creation(imageBuildVersionArn=arn)
    assert started(builds) == arn
    assert builds.start("22222222-2222-2222-2222-222222222222") not in (arn, None)
