"""What is wrong with a `rollout` as written: names of what is not there, waves that take nothing, times without end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec.accounts import check_region, find_account
from generator.spec.freezes import FreezeWritten, freeze_of, thawed
from generator.spec.model import Environment, Organization
from generator.spec.model_rollout import Freeze
from generator.spec.places import target_places
from generator.spec.rollout_values import selector_of
from generator.spec.rollouts import GateWritten, RolloutWritten, SelectorWritten, WaveWritten
from generator.spec.schedule import check_timezone

RESERVED = ("canaries", "targets", "rest", "build")  # names of the waves that nobody has to write
AT: Path = ("rollout",)
_ANY_WEEK = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RolloutPlace:
    """Where a rollout is written, and what it can speak of."""

    document: Document
    organization: Organization
    images: Collection[str]  # that its gates may build
    environment: Environment | None  # None in organization.yaml, and where the environment is wrong itself


def check_rollout(written: RolloutWritten, place: RolloutPlace, report: Report) -> None:
    """Report all that its form does not show."""
    _check_regions(place, (*AT, "region_order"), written.region_order, report)
    _check_gates(place, AT, written.gates, report, builds=False)
    if written.canaries is not None:
        _check_selector(place, (*AT, "canaries"), written.canaries, report)
    if written.waves is not None:
        _check_waves(place, written.waves, report)
    if written.build_root is not None:
        _check_gates(place, (*AT, "build_root"), written.build_root.gates, report, builds=True)
    _check_freezes(place.document, written.freeze or [], report)


def wave_names(waves: Sequence[WaveWritten]) -> list[str]:
    """As written, else by their number."""
    return [wave.name or f"wave-{number}" for number, wave in enumerate(waves, 1)]


def _check_waves(place: RolloutPlace, waves: Sequence[WaveWritten], report: Report) -> None:
    names = wave_names(waves)
    for index, (name, wave) in enumerate(zip(names, waves, strict=True)):
        path: Path = (*AT, "waves", index)
        _check_selector(place, path, wave, report)
        _check_regions(place, (*path, "region_order"), wave.region_order, report)
        if name in RESERVED:
            message = f"{name} is the name of a wave that is there by itself. Give this one another."
            report.error(place.document, (*path, "name"), message)
        elif name in names[:index]:
            message = f"a wave before it is called {name} too. Give this one another name."
            report.error(place.document, path if wave.name is None else (*path, "name"), message)
        if not _is_choosy(wave) and index + 1 < len(waves):
            message = (
                "takes all that is left, so no wave after it has a root. Say which roots it takes, or how many "
                "(`size`), or make it the last."
            )
            report.error(place.document, path, message)


def _is_choosy(wave: SelectorWritten) -> bool:
    return any(part is not None for part in (wave.accounts, wave.ou, wave.tags, wave.regions, wave.size))


def _check_selector(place: RolloutPlace, path: Path, written: SelectorWritten, report: Report) -> None:
    document, errors = place.document, report.errors
    _check_gates(place, path, written.gates, report, builds=False)
    for index, name in enumerate(written.accounts or []):
        at = (*path, "accounts", index)
        find_account(document, at if at in document.values else (*path, index), name, place.organization, report)
    _check_regions(place, (*path, "regions"), written.regions, report)
    _check_filing(place, path, written, report)
    if report.errors == errors and place.environment is not None and not _takes_any(written, place.environment):
        name = place.environment.name
        message = f"takes none of the target roots that {name} has. Say others, or remove it."
        report.error(document, path, message)


def _takes_any(written: SelectorWritten, environment: Environment) -> bool:
    select = selector_of(written)
    return not _is_choosy(written) or any(select.fits(*each) for each in target_places(environment))


def _check_filing(place: RolloutPlace, path: Path, written: SelectorWritten, report: Report) -> None:
    """A unit or tag that no account has: the wave would be empty, and those that it is to warn would go first."""
    accounts = place.organization.accounts.values()
    for index, ou in enumerate(written.ou or []):
        if not any(account.is_in(ou) for account in accounts):
            known = sorted({unit for account in accounts for unit in _with_parents(account.ou)})
            at = (*path, "ou", index)
            has = f"there are {quoted(known, 'and')}" if known else "no account says its `ou`"
            message = f"no account of organization.yaml is in {shown(ou)}; {has}.{did_you_mean(ou, known)}"
            report.error(place.document, at if at in place.document.values else (*path, "ou"), message)
    for key, value in (written.tags or {}).items():
        values = sorted({account.tags[key] for account in accounts if key in account.tags})
        if value not in values:
            has = f"it is {quoted([shown(each) for each in values])}" if values else "no account has this tag"
            message = f"no account of organization.yaml has the value {shown(value)}; {has}."
            report.error(place.document, (*path, "tags", key), message)


def _with_parents(ou: str) -> Iterator[str]:
    parts = ou.split("/") if ou else []
    return ("/".join(parts[: end + 1]) for end in range(len(parts)))


def _check_regions(place: RolloutPlace, path: Path, regions: Sequence[str] | None, report: Report) -> None:
    for index, region in enumerate(regions or []):
        check_region(place.document, (*path, index), region, place.organization.partition, report)


def _check_gates(
    place: RolloutPlace, path: Path, gates: Sequence[str | GateWritten] | None, report: Report, *, builds: bool
) -> None:
    for index, gate in enumerate(gates or []):
        at: Path = (*path, "gates", index)
        long = gate if isinstance(gate, GateWritten) else None
        kinds = [kind for kind in ("build", "command", "approval") if long and getattr(long, kind) is not None]
        if long and len(kinds) != 1:
            report.error(place.document, at, "must have exactly one of build, command and approval.")
        elif not builds and (gate == "build" or kinds == ["build"]):
            message = (
                "builds an image, and the pipelines come with the build root, which is the last. Move it to "
                "build_root.gates."
            )
            report.error(place.document, at, message)
        elif long:
            _check_images(place, (*at, "build"), long.build or [], report)


def _check_images(place: RolloutPlace, path: Path, names: Sequence[str], report: Report) -> None:
    for index, name in enumerate(names):
        if name not in place.images:
            where = "in images/" if place.environment is None else f"in the images of {place.environment.name}"
            message = f"there is no image {shown(name)} {where}.{did_you_mean(name, place.images)}"
            report.error(place.document, (*path, index), message)


def _check_freezes(document: Document, freezes: Sequence[FreezeWritten], report: Report) -> None:
    errors = report.errors
    for index, freeze in enumerate(freezes):
        path: Path = (*AT, "freeze", index)
        given = {freeze.from_ is not None, freeze.until is not None}
        if given == {True, False} or (freeze.weekly is None) == (given == {False}):
            report.error(document, path, "must have either weekly, or from and until.")
        elif not _has_zone(freeze.timezone or "UTC"):
            report.error(document, (*path, "timezone"), _zone_message(freeze.timezone or "UTC"))
        elif freeze.weekly is None and _is_backwards(freeze_of(freeze)):
            report.error(document, (*path, "until"), f"{freeze.until} is not after {freeze.from_}. Change one of them.")
    if report.errors == errors:
        weekly = [freeze_of(freeze) for freeze in freezes if freeze.weekly is not None]
        if thawed(_ANY_WEEK, weekly) is None:
            message = "leaves no minute of a week in which a wave could begin. Make one shorter."
            report.error(document, (*AT, "freeze"), message)


def _has_zone(name: str) -> bool:
    try:
        check_timezone(name)
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _zone_message(name: str) -> str:
    """A machine may have no data of any zone; then the spec is not to blame."""
    if not _has_zone("UTC"):
        return "this machine has no data of time zones. Install tzdata."
    return f"{shown(name)} is no time zone; allowed are IANA names such as UTC or Europe/Vienna."


def _is_backwards(freeze: Freeze) -> bool:
    return freeze.first is not None and freeze.end is not None and freeze.first >= freeze.end


def check_order(after: Mapping[str, Sequence[str]], documents: Mapping[str, Document], report: Report) -> None:
    """Report environments that are rolled out before each other; `after` has all, by those that each waits for."""
    before = {name: _all_before(name, after) for name in after}
    for name, document in documents.items():
        path = (*AT, "after")
        if name in before.get(name, ()) and path in document.values:
            others = sorted(each for each in before[name] - {name} if name in before.get(each, ()))
            waits = f"{quoted(others, 'and')} {'wait' if len(others) > 1 else 'waits'}" if others else "it waits"
            report.error(document, path, f"{name} would come before itself: {waits} for it. Change the order.")


def _all_before(name: str, after: Mapping[str, Sequence[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(after[name])
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += after.get(each, ())
    return frozenset(seen)
