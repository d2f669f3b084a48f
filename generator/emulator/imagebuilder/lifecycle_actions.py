"""What one order of a lifecycle does in the accounts: AMIs, their snapshots and container images, then the image.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-rules.html. What is gone, or is
already as wanted, counts as done. Nothing is undone where a later part fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from generator.emulator import ami_states
from generator.emulator.imagebuilder import announcing
from generator.emulator.imagebuilder.lifecycle_containers import container_records
from generator.emulator.imagebuilder.lifecycle_rules import matching_tag, span
from generator.emulator.imagebuilder.lifecycle_work import Actor, Denied, Work
from generator.emulator.imagebuilder.state import Record

STATUS = {"AVAILABLE": "AVAILABLE", "DELETE": "DELETED", "DEPRECATE": "DEPRECATED", "DISABLE": "DISABLED"}
MARK = {"DeprecatedBy": "EC2 Image Builder"}


def carry_out(work: Work) -> tuple[Record, list[Record]]:
    """Do all of an order. Returns LifecycleExecutionResource of the image, and those of what stands behind it."""
    image = work.state.images.get(work.order.image_arn)
    if image is None:
        return work.record("SUCCESS", "The image does not exist any more."), []
    if work.order.excluded:
        return work.record("SKIPPED", work.order.excluded), []
    parts = parts_of(work, image)
    return _image_record(work, image, parts), parts


def parts_of(work: Work, image: Record) -> list[Record]:
    """The resources behind the image that the order includes, each with what became of it."""
    parts = []
    if work.order.include.get("amis"):
        parts += [_ami_record(work, output) for output in image["outputResources"].get("amis") or []]
    if work.order.include.get("containers"):
        parts += container_records(work, image["outputResources"].get("containers") or [])
    return parts


def _image_record(work: Work, image: Record, parts: list[Record]) -> Record:
    statuses = {part["state"]["status"] for part in parts}
    if "FAILED" in statuses:
        return work.record("FAILED", "Resources of the image could not be changed.")
    if work.order.action == "DELETE" and "SKIPPED" in statuses:
        return work.record("SKIPPED", "The image is retained, for resources of it were skipped.")
    try:
        if not parts:
            work.strike(work.state.account_id, work.state.region_name)
        change_image(work, image)
    except Denied as denied:
        return work.record("FAILED", str(denied))
    return work.record("SUCCESS")


def change_image(work: Work, image: Record) -> None:
    """The image resource itself. Raises Denied."""
    state, action = work.state, work.order.action
    if action == "DELETE":
        work.actor(state.account_id).require("imagebuilder:DeleteImage", image["arn"])
    image.pop("deprecationTime", None)
    if action == "DEPRECATE":
        image["deprecationTime"] = work.deprecate_at
    announcing.change(state, image, {"status": STATUS[action], "reason": work.order.reason})
    if action == "DELETE":
        del state.images[image["arn"]]
        state.builds.pop(image["arn"], None)


def _ami_record(work: Work, output: Mapping[str, Any]) -> Record:
    from moto.ec2.models import ec2_backends

    ec2 = ec2_backends[output["accountId"]][output["region"]]
    place = {"accountId": output["accountId"], "resourceId": output["image"], "region": output["region"]}
    ami = ec2.amis.get(output["image"])
    if ami is None:
        return work.record("SUCCESS", "The AMI does not exist any more.", **place)
    excluded = _exclusion(work, ami, output["region"])
    if excluded:
        return work.record("SKIPPED", excluded, **place)
    try:
        snapshots = _change_ami(work, ec2, ami)
    except Denied as denied:
        return work.record("FAILED", str(denied), **place)
    failed = any(snapshot["state"]["status"] == "FAILED" for snapshot in snapshots)
    record = work.record("FAILED" if failed else "SUCCESS", **place)
    return {**record, **({"snapshots": snapshots} if snapshots else {})}


def _exclusion(work: Work, ami: Any, region: str) -> str:
    """The first of the exclusion rules that the AMI meets, in the order in which AWS looks at them."""
    rules = work.order.ami_exclusions
    shared = {permission.get("UserId") for permission in ami.launch_permissions} & set(
        rules.get("sharedAccounts") or []
    )
    tag = matching_tag(rules.get("tagMap") or {}, tags_of(ami))
    if region in (rules.get("regions") or []):
        return f"The AMI is excluded by its Region {region}."
    if rules.get("isPublic") and ami.is_public:
        return "The AMI is excluded because it is public."
    if tag:
        return f"The AMI is excluded by its tag {tag}."
    if shared:
        return f"The AMI is excluded because it is shared with {', '.join(sorted(map(str, shared)))}."
    return _recent_launch(rules.get("lastLaunched"), ami, work.moment)


def _recent_launch(rule: Mapping[str, Any] | None, ami: Any, moment: datetime) -> str:
    launched = ami_states.last_launched(ami)
    if rule is None or launched is None or moment - launched > span(rule["value"], rule["unit"]):
        return ""
    return f"The AMI is excluded because it was launched in the last {rule['value']} {rule['unit'].lower()}."


def _change_ami(work: Work, ec2: Any, ami: Any) -> list[Record]:
    """Raises Denied before anything is changed. Returns what became of the AMI's snapshots, when they go too."""
    work.strike(ec2.account_id, ec2.region_name)
    role = work.actor(ec2.account_id)
    if work.order.action == "DEPRECATE":
        _require_for_ami(role, ec2, ami, "ec2:EnableImageDeprecation", "ec2:CreateTags")
        ami_states.deprecate(ami, work.deprecate_at)
        ami.add_tags(MARK)
    elif work.order.action == "DISABLE":
        _require_for_ami(role, ec2, ami, "ec2:DisableImage", *_untagging(ami))
        ami_states.disable(ami)
        _unmark(ami)
    elif work.order.action == "AVAILABLE":
        _require_for_ami(role, ec2, ami, "ec2:EnableImage", "ec2:DisableImageDeprecation", *_untagging(ami))
        ami_states.enable(ami)
        ami_states.undeprecate(ami)
        _unmark(ami)
    else:
        _require_for_ami(role, ec2, ami, "ec2:DeregisterImage")
        ami_states.deregister(ec2, ami)
        if work.order.include.get("snapshots"):
            return [_delete_snapshot(role, ec2, snapshot) for snapshot in ami_states.snapshots_of(ami)]
    return []


def _delete_snapshot(role: Actor, ec2: Any, snapshot: Any) -> Record:
    try:
        tags = {f"aws:ResourceTag/{key}": value for key, value in tags_of(snapshot).items()}
        role.require("ec2:DeleteSnapshot", f"arn:{ec2.partition}:ec2:{ec2.region_name}::snapshot/{snapshot.id}", tags)
    except Denied as denied:
        return {"snapshotId": snapshot.id, "state": {"status": "FAILED", "reason": str(denied)}}
    ami_states.delete_snapshot(ec2, snapshot)
    return {"snapshotId": snapshot.id, "state": {"status": "SUCCESS"}}


def _untagging(ami: Any) -> list[str]:
    return ["ec2:DeleteTags"] if tags_of(ami).keys() & MARK.keys() else []


def _unmark(ami: Any) -> None:
    for key in tags_of(ami).keys() & MARK.keys():
        ami.ec2_backend.delete_tags([ami.id], {key: None})


def _require_for_ami(role: Actor, ec2: Any, ami: Any, *actions: str) -> None:
    context: dict[str, Any] = {f"aws:ResourceTag/{key}": value for key, value in tags_of(ami).items()}
    context |= {f"aws:RequestTag/{key}": value for key, value in MARK.items()}
    context["aws:TagKeys"] = tuple(MARK)
    for action in actions:
        role.require(action, f"arn:{ec2.partition}:ec2:{ec2.region_name}::image/{ami.id}", context)


def tags_of(resource: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}
