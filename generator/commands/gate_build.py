"""The gate `build` of a rollout: its builds are started and followed as `goldsmith build` follows one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from generator.aws import UnreachableError
from generator.errors import AwsError
from generator.rollout.conductor import GateWaitsError, RolloutStoppedError

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.images.follow import Progress
    from generator.images.ordered import Since
    from generator.images.pipeline import Pipeline
    from generator.rollout.build_gate import BuildGate, Standing
    from generator.rollout.ledger import Ledger
    from generator.rollout.plan import Wave
    from generator.spec.model_rollout import Gate


def build_gate(session: Session, ledger: Ledger, rollout: str, wave: Wave, gate: Gate) -> BuildGate:
    """The gate as any process sees it: `advance` starts what is not started yet, and tells how it stands."""
    from generator.images.ordered import PipelineBuilds
    from generator.rollout.build_gate import BuildGate
    from generator.spec.chains import bases_of

    clients = _clients(session)
    pipelines = pipelines_of(session, wave, gate)
    images = session.spec.environments[wave.environment].images
    bases = {
        name: [base.name for base in bases_of(each.image, images) if base.name in pipelines]
        for name, each in pipelines.items()
    }
    ordered = sorted(pipelines, key=lambda name: len(bases[name]))
    since = _since(session, ledger, rollout, wave)
    builders = {
        name: PipelineBuilds(clients("imagebuilder", each.account, each.region), each, since)
        for name, each in ((name, pipelines[name]) for name in ordered)
    }
    return BuildGate(gate, wave.id, ledger.builds(rollout, wave.environment), builders, bases)


def pipelines_of(session: Session, wave: Wave, gate: Gate) -> dict[str, Pipeline]:
    from generator.images.pipeline import pipeline_of

    return {image: pipeline_of(session.spec, wave.environment, image) for image in gate.images}


def _clients(session: Session) -> Any:
    from generator.aws import AccountClients

    return AccountClients(session.spec.organization, session.spec.organization.roles.apply, session.environment)


def _since(session: Session, ledger: Ledger, rollout: str, wave: Wave) -> Since | None:
    """When the build root was applied; none on the embedded AWS, whose clock is another than this machine's."""
    from generator.commands.following import is_on_this_machine
    from generator.images.ordered import Since

    if is_on_this_machine(session.environment):
        return None
    names = {root.name for root in wave.roots}
    records = [each for each in ledger.roots(ledger.read(rollout)) if each.root in names]
    times = [(each.started, each.ended) for each in records]
    known = [(began, ended) for began, ended in times if began is not None and ended is not None]
    return Since(max(began for began, _ in known), max(ended for _, ended in known)) if known else None


def is_passed(standings: tuple[Standing, ...]) -> bool:
    return all(each.state == "available" for each in standings)


def failure(
    standings: tuple[Standing, ...], pipelines: Mapping[str, Pipeline], options: str = ""
) -> RolloutStoppedError | None:
    """What stops the rollout, in AWS's words and with where the log is; None where nothing has failed."""
    from generator.images.follow import seen
    from generator.images.report import failure as told
    from generator.images.report import goes_on

    for each in standings:
        if each.state != "failed":
            continue
        pipeline = pipelines[each.image]
        words = f"{pipeline.place}: {each.reason}."
        if each.build is not None and each.build.is_running:
            words = f"{words} {goes_on(pipeline, each.build.arn, options)}"
        elif each.build is not None and each.build.status != "AVAILABLE":
            words = told(pipeline, seen(None, each.build, 0.0))
        return RolloutStoppedError(f"{words} No further wave begins.", f"{pipeline.place}: {each.reason}")
    return None


def pass_build(
    session: Session,
    ledger: Ledger,
    rollout: str,
    wave: Wave,
    gate: Gate,
    *,
    require_running: Callable[[], None],
    options: str = "",
) -> None:
    """Follow the builds of a gate until all are AVAILABLE. Raises RolloutStoppedError where one is not.

    An interrupt, or an abort, which `require_running` raises, leaves what is built to AWS. `options`: of the commands
    that messages name.
    """
    from generator.commands.following import interval_or_default, shown
    from generator.images.report import goes_on

    pipelines = pipelines_of(session, wave, gate)
    following = _Following(build_gate(session, ledger, rollout, wave, gate), pipelines, require_running)
    try:
        last = shown(following.looks(interval_or_default(None, session.environment)), live=_Live, news=_news)
    except AwsError as error:
        raise RolloutStoppedError(f"{error} No further wave begins.", f"{wave.id}: gate build failed") from error
    finally:
        for pipeline, build in following.under_way():
            click.echo(goes_on(pipeline, build, options), err=True)
    stops = failure(tuple(each.standing for each in last), pipelines, options)
    if stops is not None:
        raise stops


def look_at_build(
    session: Session, ledger: Ledger, rollout: str, wave: Wave, gate: Gate, *, again: bool, options: str = ""
) -> None:
    """Start what can be started of a gate's builds, and look at them once. `again`: what has failed is built once more.

    Raises RolloutStoppedError where one has failed, GateWaitsError where one is not AVAILABLE yet; UnreachableError,
    after which it can be looked at again.
    """
    pipelines = pipelines_of(session, wave, gate)
    try:
        standings = build_gate(session, ledger, rollout, wave, gate).advance(again=again)
    except UnreachableError:
        raise
    except AwsError as error:
        raise RolloutStoppedError(f"{error} No further wave begins.", f"{wave.id}: gate build failed") from error
    stops = failure(standings, pipelines, options)
    if stops is not None:
        raise stops
    left = [each for each in standings if each.state != "available"]
    if left:
        told = [f"{pipelines[each.image].place}: {each.build.status if each.build else each.reason}" for each in left]
        raise GateWaitsError(datetime.now(UTC) + _look_in(session), "; ".join(told))


def _look_in(session: Session) -> timedelta:
    """On AWS a build takes half an hour and more, and each look may be a job of its own."""
    from generator.commands.following import is_on_this_machine

    return timedelta(seconds=5) if is_on_this_machine(session.environment) else timedelta(minutes=5)


@dataclass(frozen=True)
class _Look:
    pipeline: Pipeline
    standing: Standing
    progress: Progress | None  # of its build


class _Following:
    """Looks at the builds of a gate, until one has failed or all are AVAILABLE."""

    def __init__(
        self,
        gate: BuildGate,
        pipelines: Mapping[str, Pipeline],
        require_running: Callable[[], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gate = gate
        self._pipelines = pipelines
        self._require_running = require_running
        self._sleep = sleep
        self._standings: tuple[Standing, ...] = ()
        self._progress: dict[str, Progress] = {}

    def looks(self, interval: float) -> Iterator[tuple[_Look, ...]]:
        from generator.images.follow import PATIENCE

        yield self._look(again=True)
        failures = 0
        while not is_passed(self._standings) and failure(self._standings, self._pipelines) is None:
            self._sleep(interval)
            self._require_running()
            try:
                yield self._look(again=False)
            except UnreachableError:
                failures += 1
                if failures >= PATIENCE:
                    raise
            else:
                failures = 0

    def under_way(self) -> list[tuple[Pipeline, str]]:
        """Builds that nobody follows any more, with their ARNs."""
        return [
            (self._pipelines[each.image], each.build.arn)
            for each in self._standings
            if each.state == "building" and each.build is not None
        ]

    def _look(self, *, again: bool) -> tuple[_Look, ...]:
        from generator.images.follow import seen

        self._standings = self._gate.advance(again=again)
        for each in self._standings:
            if each.build is not None:
                self._progress[each.image] = seen(self._progress.get(each.image), each.build, time.monotonic())
        return tuple(
            _Look(self._pipelines[each.image], each, self._progress.get(each.image)) for each in self._standings
        )


def _news(before: tuple[_Look, ...] | None, now: tuple[_Look, ...]) -> list[str]:
    from generator.images.report import news

    known = {look.standing.image: look for look in before or ()}
    lines = []
    for look in now:
        earlier = known.get(look.standing.image)
        if look.progress is not None:
            lines += news(look.pipeline, earlier.progress if earlier else None, look.progress)
        elif look.standing.reason and (earlier is None or earlier.standing.reason != look.standing.reason):
            lines.append(f"{look.pipeline.place}: {look.standing.reason}")
    return lines


class _Live:
    """What rich draws again and again: the stages of each build, and what waits."""

    def __init__(self, progress: tuple[_Look, ...]) -> None:
        self.progress = progress

    def __rich__(self) -> Any:
        from rich.console import Group
        from rich.text import Text

        from generator.images.report import LiveProgress

        return Group(
            *(
                LiveProgress(look.pipeline, look.progress)
                if look.progress is not None
                else Text(f"{look.pipeline.place}: {look.standing.reason}")
                for look in self.progress
            )
        )
