"""From `rollout` as written, of the organization and of each environment, to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.source.report import Report, did_you_mean, shown
from generator.spec.files import Source, Sources
from generator.spec.freezes import freeze_of
from generator.spec.model import Environment, Organization
from generator.spec.model_rollout import Rollout, Selector, WaveRule
from generator.spec.rollout_checks import AT, RolloutPlace, check_order, check_rollout, wave_names
from generator.spec.rollout_values import pace_of, selector_of
from generator.spec.rollouts import EnvironmentRolloutWritten, RolloutWritten
from generator.spec.written import EnvironmentWritten

KEYS = tuple(RolloutWritten.model_fields)


def resolve_rollouts(
    sources: Sources, organization: Organization, environments: Mapping[str, Environment], report: Report
) -> dict[str, Rollout]:
    """The rollout of each environment; `environments` are in order. Empty after what is wrong has been reported."""
    source = sources.organization
    shared = source.written.rollout if source else None
    if source and shared:
        place = RolloutPlace(source.document, organization, sources.names["images"], None)
        check_rollout(shared, place, report)
    for name, each in sources.environments.items():
        _check(each, environments.get(name), sources, organization, report)
    after = _order(sources, list(environments))
    check_order(after, {name: each.document for name, each in sources.environments.items()}, report)
    if report.has_errors:
        return {}
    return {
        name: _rollout(_merged(shared, sources.environments[name].written.rollout), environment, after[name])
        for name, environment in environments.items()
    }


def _check(
    source: Source[EnvironmentWritten],
    environment: Environment | None,
    sources: Sources,
    organization: Organization,
    report: Report,
) -> None:
    written = source.written.rollout
    if written is None:
        return
    images = [each if isinstance(each, str) else each.image for each in source.written.images]
    check_rollout(written, RolloutPlace(source.document, organization, images, environment), report)
    known = sources.names["environments"]
    for index, name in enumerate(written.after or []):
        if name not in known:
            message = f"there is no environment {shown(name)}.{did_you_mean(name, known)}"
            report.error(source.document, (*AT, "after", index), message)


def _order(sources: Sources, order: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The environments that each comes after: those that it says, else the one before it."""
    found = {}
    for index, name in enumerate(order):
        written = sources.environments[name].written.rollout
        given = written.after if written else None
        found[name] = tuple(order[max(index - 1, 0) : index]) if given is None else tuple(given)
    return found


def _merged(shared: RolloutWritten | None, own: EnvironmentRolloutWritten | None) -> RolloutWritten:
    """Key by key the environment's, else the organization's."""
    values = {
        key: getattr(each, key) for each in (shared, own) if each for key in KEYS if getattr(each, key) is not None
    }
    return RolloutWritten.model_construct(**values)


def _rollout(written: RolloutWritten, environment: Environment, after: tuple[str, ...]) -> Rollout:
    images = [image.name for image in environment.images]
    order = tuple(written.region_order or ())
    canaries = written.canaries and WaveRule(
        "canaries", selector_of(written.canaries), pace_of([written.canaries, written], images), order
    )
    listed = written.waves or []
    waves = [
        WaveRule(name, selector_of(wave), pace_of([wave, written], images), tuple(wave.region_order or order))
        for name, wave in zip(wave_names(listed), listed, strict=True)
    ]
    last = WaveRule("rest" if canaries or waves else "targets", Selector(), pace_of([written], images), order)
    build_root = pace_of([written.build_root, written] if written.build_root else [written], images)
    freezes = tuple(freeze_of(each) for each in written.freeze or [])
    return Rollout(after, canaries or None, (*waves, last), build_root, freezes)
