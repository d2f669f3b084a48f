"""The gate `build` on the embedded AWS, whose clock runs so fast that an image takes half a second."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pipelines import make_pipeline
from specs import write_spec

from generator.commands import gate_build
from generator.commands.gate_build import look_at_build, pass_build
from generator.commands.recording import StoppedError
from generator.commands.session import Session
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.images.pipeline import pipeline_of
from generator.rollout.build_gate import Standing
from generator.rollout.conductor import GateWaitsError, RolloutStoppedError
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.plan import Wave
from generator.rollout.store import DirectoryStore
from generator.spec import load
from generator.spec.model_rollout import Gate
from generator.terraform.binary import Binary
from generator.terraform.fleet import Bounds

ACCOUNT, REGION, FAST, STILL = "787878787878", "us-east-1", 9600, 0
GATE = Gate("build", ("web", "base"), timeout=timedelta(hours=3))
Capture = pytest.CaptureFixture[str]
FILES = {
    "organization.yaml": f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}"}}
state: {{bucket: acme-gate-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
""",
    "prod.yaml": """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0c222d0123456789a
  security_groups: [sg-0c222d0123456789a]
images: [web, base]
""",
    "images/base.yaml": "image: base\nbase: amazon-linux-2023\ncomponents: [harden-os]\n",
    "images/web.yaml": "image: web\nbase: {image: base}\ncomponents: [harden-os]\n",
}


@dataclass
class Scene:
    session: Session
    ledger: Ledger
    imagebuilder: Any
    rollout: str

    def run(self, require_running: Callable[[], None] = lambda: None) -> None:
        wave = Wave("prod/build", "prod", "build", (), (), 1, 0, "strict", timedelta(), (GATE,))
        pass_build(self.session, self.ledger, self.rollout, wave, GATE, require_running=require_running)

    def builds(self, image: str) -> list[str]:
        arn = pipeline_of(self.session.spec, "prod", image).arn
        found = self.imagebuilder.list_image_pipeline_images(imagePipelineArn=arn)["imageSummaryList"]
        return [each["arn"] for each in found]

    def record(self, image: str) -> Any:
        kept = self.ledger.builds(self.rollout, "prod").read(image)
        assert kept is not None
        return kept.record


@pytest.fixture(scope="module")
def made() -> list[str]:
    return []


@pytest.fixture
def scene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint, aws: Callable[..., Any], made: list[str]
) -> Iterator[Scene]:
    monkeypatch.setattr("generator.commands.following.EMBEDDED_INTERVAL", 0.1)
    spec = load(write_spec(tmp_path / "environments", FILES))
    if not made:
        prepare(emulator, spec)
        for image in ("base", "web"):
            make_pipeline(aws, pipeline_of(spec, "prod", image), (REGION,), "acme-gate-logs", profile=image)
            made.append(image)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GOLDSMITH_"))}
    environment = redirected(outside, emulator)
    session = Session(spec, (), tmp_path, tmp_path, environment, cast(Binary, None), Bounds(1), emulator)
    ledger = Ledger(DirectoryStore(tmp_path / "rollouts"), Actor("ada"))
    call(emulator, "clock", {"speed": FAST})
    yield Scene(session, ledger, aws("imagebuilder", ACCOUNT, REGION), f"20260301-120000-{len(made):06x}")
    made.append("another rollout")
    call(emulator, "clock", {"speed": STILL, "advance": 7200})
    call(emulator, "clock", {"speed": 60})


def test_images_are_built_one_on_the_other_and_once(scene: Scene, capsys: Capture) -> None:
    before = len(scene.builds("web")), len(scene.builds("base"))
    scene.run()
    told = capsys.readouterr().err.splitlines()
    assert told[1] == "prod/web: waits for base, which it is built on"
    assert told.index("prod/base: AVAILABLE") < told.index("prod/web: AVAILABLE") == len(told) - 1
    assert re.match(r"prod/base: (PENDING|BUILDING)", told[0])
    scene.run()
    assert (len(scene.builds("web")), len(scene.builds("base"))) == (before[0] + 1, before[1] + 1)
    assert scene.record("web").state == "available"
    assert scene.record("web").arn in scene.builds("web")


def test_a_build_that_fails_stops_the_rollout_and_is_built_again_when_it_goes_on(
    scene: Scene, emulator: Endpoint
) -> None:
    call(emulator, "faults", {"stage": "TESTING", "reason": "root was let in over SSH"})
    with pytest.raises(
        RolloutStoppedError,
        match=r"prod/base: build 1\.0\.0/\d+ is FAILED in TESTING: root was let in over SSH\. Its log: ",
    ) as stopped:
        scene.run()
    assert re.fullmatch(r"prod/base: build 1\.0\.0/\d+ is FAILED", stopped.value.reason)
    scene.run()
    assert (scene.record("base").attempt, scene.record("base").state) == (2, "available")


def test_who_looks_once_is_told_to_look_again_until_all_are_there(scene: Scene, emulator: Endpoint) -> None:
    wave = Wave("prod/build", "prod", "build", (), (), 1, 0, "strict", timedelta(), (GATE,))
    of = (scene.session, scene.ledger, scene.rollout, wave, GATE)
    call(emulator, "clock", {"speed": STILL})
    for _ in range(2):
        with pytest.raises(GateWaitsError, match=r"prod/base: [A-Z]+; prod/web: waits for base, which it is built on"):
            look_at_build(*of, again=False)
    call(emulator, "clock", {"advance": 7200})
    with pytest.raises(GateWaitsError, match=r"^prod/web: [A-Z]+$"):
        look_at_build(*of, again=False)
    call(emulator, "clock", {"advance": 7200})
    look_at_build(*of, again=False)
    assert scene.record("web").state == "available"


@pytest.mark.parametrize("error", [StoppedError("aborted"), KeyboardInterrupt()])
def test_an_abort_and_an_interrupt_leave_the_build_running_and_a_run_that_goes_on_takes_it_up(
    scene: Scene, emulator: Endpoint, capsys: Capture, error: BaseException
) -> None:
    call(emulator, "clock", {"speed": STILL})
    before = len(scene.builds("base"))

    def stop() -> None:
        raise error

    with pytest.raises(type(error)):
        scene.run(stop)
    arn = scene.record("base").arn
    told = f"prod/base: the build goes on. Follow it with: goldsmith build prod base --follow {arn}\n"
    assert capsys.readouterr().err.endswith(told)
    call(emulator, "clock", {"speed": FAST})
    scene.run()
    assert scene.record("base").arn == arn
    assert len(scene.builds("base")) == before + 1


def test_what_aws_refuses_stops_the_rollout(scene: Scene) -> None:
    pipeline = pipeline_of(scene.session.spec, "prod", "base")
    scene.imagebuilder.delete_image_pipeline(imagePipelineArn=pipeline.arn)
    with pytest.raises(RolloutStoppedError, match="prod/base: there is no pipeline prod-base") as stopped:
        scene.run()
    assert stopped.value.reason == "prod/build: gate build failed"


def test_news_are_told_once() -> None:
    pipeline = cast(Any, type("Pipeline", (), {"place": "prod/web"}))
    look = gate_build._Look(pipeline, Standing("web", "waiting", "waits for base"), None)
    assert gate_build._news(None, (look,)) == ["prod/web: waits for base"]
    assert gate_build._news((look,), (look,)) == []
