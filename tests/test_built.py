"""Images are found whoever started their builds, asked of the embedded AWS; in each test an account of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pipelines import make_pipeline

from generator.built import available, images_of
from generator.emulator.endpoint import Endpoint
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.errors import AwsError
from generator.images.chain import require_base
from generator.images.listing import list_images
from generator.images.pipeline import Pipeline, pipeline_of
from generator.render.roots import Root, roots_of
from generator.spec.model import Account, BaseImage, Spec
from generator.verify.published import check_published
from tests.verify.organization import organization

REGION = "us-east-1"
_numbers = itertools.count(340000000000)


def chain(build: Account) -> Spec:
    """An environment with `web`, and `shop` that is built on it."""
    spec = organization(build, build)
    prod = spec.environments["prod"]
    [web] = prod.images
    shop = replace(web, name="shop", base=BaseImage("web", "Linux", image="web"))
    return replace(spec, environments={"prod": replace(prod, images=(web, shop))})


class World:
    """A build account of a test's own, with the pipeline of `web`."""

    def __init__(self, aws: Callable[..., Any], emulator: Endpoint) -> None:
        self.aws, self.emulator = aws, emulator
        build = Account("images", str(next(_numbers)))
        self.spec = chain(build)
        self.web: Pipeline = pipeline_of(self.spec, "prod", "web")
        prepare(emulator, self.spec)
        make_pipeline(aws, self.web, (REGION,), f"acme-logs-{build.id}")
        self.imagebuilder = aws("imagebuilder", build.id)

    def clients(self, service: str, account: Account, region: str) -> Any:
        return self.aws(service, account.id, region)

    def by_apply(self) -> str:
        """Build as `build_on_apply` does."""
        made = self.imagebuilder.get_image_pipeline(imagePipelineArn=self.web.arn)["imagePipeline"]
        names = ("imageRecipeArn", "infrastructureConfigurationArn", "distributionConfigurationArn")
        return self._ended(self.imagebuilder.create_image(**{name: made[name] for name in names}))

    def by_pipeline(self) -> str:
        return self._ended(self.imagebuilder.start_image_pipeline_execution(imagePipelineArn=self.web.arn))

    def _ended(self, started: dict[str, Any]) -> str:
        call(self.emulator, "clock", {"advance": 3600})
        image = self.imagebuilder.get_image(imageBuildVersionArn=started["imageBuildVersionArn"])["image"]
        assert image["state"] == {"status": "AVAILABLE"}
        return str(started["imageBuildVersionArn"])

    def become(self, arn: str, status: str) -> None:
        """Change an image's state, as a lifecycle policy does."""
        self.imagebuilder.start_resource_state_update(resourceArn=arn, state={"status": status})

    def found(self) -> list[str]:
        return [str(each["arn"]) for each in images_of(self.imagebuilder, self.web.arn)]

    def root(self) -> Root:
        return next(root for root in roots_of(self.spec) if root.kind == "build")

    def published(self) -> tuple[str, str, str]:
        """What verify says of the parameter of `web`, which no distribution here writes."""
        checks = {check.name: check for check in check_published(self.root(), self.clients)}
        found = checks["parameter.web.us-east-1"]
        return found.result, found.expected, found.actual


@pytest.fixture
def world(aws: Callable[..., Any], emulator: Endpoint) -> World:
    return World(aws, emulator)


def test_there_are_none_before_the_first_build(world: World) -> None:
    assert world.found() == []
    with pytest.raises(AwsError, match="is built on web, which has no image in account images, us-east-1 yet"):
        require_base(world.imagebuilder, world.spec, pipeline_of(world.spec, "prod", "shop"), "")
    assert list_images(world.imagebuilder, world.spec, "prod", None) == []


def test_what_an_apply_built_is_a_base_is_listed_and_is_verified(world: World) -> None:
    arn = world.by_apply()
    require_base(world.imagebuilder, world.spec, pipeline_of(world.spec, "prod", "shop"), "")
    [listed] = list_images(world.imagebuilder, world.spec, "prod", "web")
    [ami] = listed.amis
    assert (listed.arn, listed.version, listed.status) == (arn, "1.2.0/1", "AVAILABLE")
    assert world.published() == ("failed", ami.id, "missing")
    ssm = world.aws("ssm", world.web.account.id)
    ssm.put_parameter(Name="/goldsmith/prod/web/ami", Value=ami.id, Type="String")
    assert world.published() == ("passed", ami.id, ami.id)


def test_all_builds_are_there_once_the_newest_first(world: World) -> None:
    built = [world.by_apply(), world.by_pipeline(), world.by_apply()]
    assert world.found() == [*reversed(built)]


def test_images_of_other_names_are_not_among_them(world: World) -> None:
    world.by_apply()
    assert images_of(world.imagebuilder, pipeline_of(world.spec, "prod", "shop").arn) == []
    assert images_of(world.imagebuilder, world.web.arn.removesuffix("web") + "we") == []


def test_images_outlive_their_pipeline(world: World) -> None:
    built = [world.by_pipeline(), world.by_apply()]
    world.imagebuilder.delete_image_pipeline(imagePipelineArn=world.web.arn)
    assert world.found() == [*reversed(built)]


def test_an_image_that_is_deprecated_is_listed_and_is_no_base(world: World) -> None:
    old, newest = world.by_apply(), world.by_apply()
    world.become(newest, "DEPRECATED")
    images = images_of(world.imagebuilder, world.web.arn)
    assert [(each["arn"], each["state"]["status"]) for each in images] == [(newest, "DEPRECATED"), (old, "AVAILABLE")]
    assert [each["arn"] for each in available(images)] == [old]
    world.become(old, "DISABLED")
    with pytest.raises(AwsError, match="has no image"):
        require_base(world.imagebuilder, world.spec, pipeline_of(world.spec, "prod", "shop"), "")
    assert [each.status for each in list_images(world.imagebuilder, world.spec, "prod", "web")] == [
        "DEPRECATED",
        "DISABLED",
    ]
    assert world.published()[0] == "skipped"


def test_an_image_that_is_deleted_is_gone(world: World) -> None:
    arn = world.by_apply()
    world.imagebuilder.delete_image(imageBuildVersionArn=arn)
    assert world.found() == []
