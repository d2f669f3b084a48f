"""What a fresh plan has that the reviewed one has not, in words: why an approval does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import Planned, PlannedRoot
from generator.review.visible import clipped, visible
from generator.terraform.plans import OutputChange, Plan, ResourceChange
from generator.terraform.values import AttributeChange, Value

SHOWN = 80  # characters of a value


def fleet_differences(reviewed: Planned, fresh: Planned) -> list[str]:
    """A line for each thing that differs: first what all roots share, then root by root."""
    lines = []
    if reviewed.terraform != fresh.terraform:
        lines.append(f"Terraform {reviewed.terraform or '(unknown)'} was used for the review, now {fresh.terraform}")
    if reviewed.key != fresh.key:
        lines.append(
            f"what is sensitive was hashed with {reviewed.key or 'no key'} for the review, now with "
            f"{fresh.key or 'no key'}: set GOLDSMITH_DIGEST_KEY as it was"
        )
    before = {root.name: root for root in reviewed.roots}
    for root in fresh.roots:
        if root.name not in before:
            lines.append(f"{root.name}: was not reviewed")
        elif root.digest != before[root.name].digest:
            lines.extend(f"{root.name}: {line}" for line in root_differences(before[root.name], root))
    return lines


def root_differences(reviewed: PlannedRoot, fresh: PlannedRoot) -> list[str]:
    """What differs in one root of the same name, whose digests are not the same."""
    lines = list(_bound(reviewed, fresh))
    if fresh.plan is None:
        lines.append(f"cannot be planned now: {fresh.failure.splitlines()[0]}")
    elif reviewed.plan is None:
        lines.append(f"could not be planned for the review: {reviewed.failure.splitlines()[0]}")
    else:
        lines.extend(_plans(reviewed.plan, fresh.plan))
    return lines or ["its plan means something else"]


def _bound(reviewed: PlannedRoot, fresh: PlannedRoot) -> Iterator[str]:
    """What a digest binds besides the plan."""
    if reviewed.account_id != fresh.account_id:
        yield f"account {reviewed.account_id} was reviewed, and this is account {fresh.account_id}"
    if reviewed.region != fresh.region:
        yield f"Region {reviewed.region} was reviewed, and this is {fresh.region}"
    if reviewed.state_key != fresh.state_key:
        yield f"its state was {reviewed.state_key}, and is {fresh.state_key} now"
    if reviewed.lock != fresh.lock:
        yield ".terraform.lock.hcl names other providers than the review had"
    if reviewed.rendered != fresh.rendered:
        yield "its rendered files, or the modules that they call, are not those that were reviewed"
    if reviewed.removed != fresh.removed:
        yield "it was to be destroyed as a whole" if reviewed.removed else "it would be destroyed as a whole now"


def _plans(reviewed: Plan, fresh: Plan) -> Iterator[str]:
    if reviewed.terraform != fresh.terraform:
        yield f"planned by Terraform {reviewed.terraform}, and now by {fresh.terraform}"
    yield from _named(_by_address(reviewed), _by_address(fresh))
    yield from _named(_by_output(reviewed), _by_output(fresh))
    for check in set(fresh.checks) ^ set(reviewed.checks):
        what = "now" if check in fresh.checks else "for the review"
        yield f"check {check.address} is {check.status} {what}"
    if reviewed.hidden != fresh.hidden:
        yield "a sensitive value is not the one that was reviewed"


def _by_address(plan: Plan) -> dict[str, ResourceChange | OutputChange]:
    return {f"{each.address}{f' ({each.deposed})' if each.deposed else ''}": each for each in plan.changes}


def _by_output(plan: Plan) -> dict[str, ResourceChange | OutputChange]:
    return {f"output {each.name}": each for each in plan.output_changes}


def _named(
    before: dict[str, ResourceChange | OutputChange], after: dict[str, ResourceChange | OutputChange]
) -> Iterator[str]:
    """Changes that are only on one side, and those that are on both and are not the same."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if new is None and old is not None:
            yield f"{visible(name)}: {old.action} was reviewed, and nothing is to be done now"
        elif old is None and new is not None:
            yield f"{visible(name)}: {new.action} was not reviewed"
        elif old is not None and new is not None and old != new:
            yield from (f"{visible(name)}: {line}" for line in _change(old, new))


def _change(old: ResourceChange | OutputChange, new: ResourceChange | OutputChange) -> Iterator[str]:
    if old.action != new.action:
        yield f"{old.action} was reviewed, and it is {new.action} now"
    elif old.attributes == new.attributes:
        yield "is another object than the one that was reviewed"
    before, after = _by_path(old), _by_path(new)
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield f"{visible(path)}: {_reviewed(before.get(path))}, {_now(after.get(path))}"


def _by_path(change: ResourceChange | OutputChange) -> dict[str, AttributeChange]:
    return {attribute.path: attribute for attribute in change.attributes}


def _reviewed(attribute: AttributeChange | None) -> str:
    return f"{_sides(attribute)} was reviewed" if attribute else "no change was reviewed"


def _now(attribute: AttributeChange | None) -> str:
    return f"now it is {_sides(attribute)}" if attribute else "now it does not change"


def _sides(attribute: AttributeChange) -> str:
    return f"{_shown(attribute.before)} -> {_shown(attribute.after)}"


def _shown(value: Value) -> str:
    if value.kind != "known":
        return {"sensitive": "(sensitive)", "unknown": "(known after apply)", "absent": "(not set)"}[value.kind]
    return clipped(repr(value.json), SHOWN)
