"""Lifecycle policies run: once a day, and with all that AWS says of what they choose, spare and change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.ec2.models import ec2_backends
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    TARGET,
    Statements,
    allow,
    client,
    image,
    make_component,
    make_distribution,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_receiver,
    make_recipe,
    make_role,
    network,
    region_block,
    run,
    start,
    without,
    workshop,
)

from generator.emulator import ami_states
from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import inject_fault, lifecycle_actions, pump

DAY = 86400.0
MADE_HERE = {"StringEquals": {"aws:ResourceTag/CreatedBy": "EC2 Image Builder"}}
LIFECYCLE: Statements = {
    "ec2:EnableImageDeprecation": allow("ec2:EnableImageDeprecation", **MADE_HERE),
    "ec2:DisableImage": allow("ec2:DisableImage", **MADE_HERE),
    "ec2:EnableImage": allow("ec2:EnableImage", "ec2:DisableImageDeprecation", **MADE_HERE),
    "ec2:DeregisterImage": allow("ec2:DeregisterImage", resource="arn:aws:ec2:*::image/*", **MADE_HERE),
    "ec2:DeleteSnapshot": allow("ec2:DeleteSnapshot", resource="arn:aws:ec2:*::snapshot/*", **MADE_HERE),
    "tags": allow(
        "ec2:CreateTags",
        "ec2:DeleteTags",
        StringEquals={"aws:RequestTag/DeprecatedBy": "EC2 Image Builder"},
        **{"ForAllValues:StringEquals": {"aws:TagKeys": "DeprecatedBy"}},
    ),
    "imagebuilder:DeleteImage": allow("imagebuilder:DeleteImage"),
}
AMIS = {"amis": True, "snapshots": False, "containers": False}
ALL = {"amis": True, "snapshots": True, "containers": False}
CROSS_ACCOUNT = "Ec2ImageBuilderCrossAccountLifecycleAccess"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def make_cleaner(statements: Statements = LIFECYCLE) -> str:
    return make_role("cleaner", {"Service": "imagebuilder.amazonaws.com"}, statements)


def make_cross_account_role(statements: Statements = LIFECYCLE, source: str = BUILD) -> None:
    iam = client("iam", TARGET)
    make_role(CROSS_ACCOUNT, {"Service": "imagebuilder.amazonaws.com"}, statements, TARGET)
    condition = f"""{{"StringEquals": {{"aws:SourceAccount": "{source}"}},
        "ArnLike": {{"aws:SourceArn": "arn:*:imagebuilder:*:*:image/*/*/*"}}}}"""
    trust = f"""{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {{"Service": ["imagebuilder.amazonaws.com"]}}, "Condition": {condition}}}]}}"""
    iam.update_assume_role_policy(RoleName=CROSS_ACCOUNT, PolicyDocument=trust)


def pipeline(*regions: Mapping[str, Any], **members: Any) -> str:
    given = {"distributionConfigurationArn": make_distribution(*regions)} if regions else {}
    return make_pipeline(make_recipe(), make_infrastructure(make_profile(), **network()), **given, **members)


def rule(action: str, include: Mapping[str, bool] | None = AMIS, **more: Any) -> dict[str, Any]:
    wanted = {"filter": {"type": "AGE", "value": 7, "unit": "DAYS"}, **more}
    return {"action": {"type": action, **({"includeResources": dict(include)} if include else {})}, **wanted}


def make_policy(*rules: Mapping[str, Any], role: str = "", version: str = "x.x.x", **members: Any) -> str:
    """A policy for the recipe `web`, unless `members` choose otherwise."""
    given = {
        "name": "old images",
        "executionRole": role or make_cleaner(),
        "resourceType": "AMI_IMAGE",
        "policyDetails": list(rules),
        "resourceSelection": {"recipes": [{"name": "web", "semanticVersion": version}]},
        **members,
    }
    return str(client("imagebuilder").create_lifecycle_policy(**given)["lifecyclePolicyArn"])


def pass_days(days: float) -> None:
    CLOCK.advance(days * DAY)
    pump()


def executions(resource: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("imagebuilder").list_lifecycle_executions(resourceArn=resource)[
        "lifecycleExecutions"
    ]
    return found


def with_impact(resource: str) -> list[dict[str, Any]]:
    return [run for run in executions(resource) if run["resourcesImpactedSummary"]["hasImpactedResources"]]


def resources(execution: Mapping[str, Any], parent: str = "") -> list[dict[str, Any]]:
    """Resource id, action, status and the reason of the status, of each."""
    given = {"parentResourceId": parent} if parent else {}
    found = client("imagebuilder").list_lifecycle_execution_resources(
        lifecycleExecutionId=execution["lifecycleExecutionId"], **given
    )
    return list(found["resources"])


def statuses(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entry["resourceId"], entry["state"]["status"]) for entry in found]


def ami_of(made: Mapping[str, Any], region: str = HOME, account: str = BUILD) -> Any:
    """moto's own, as its owner has it."""
    [output] = [
        ami
        for ami in made["outputResources"]["amis"]
        if (ami["region"], ami.get("accountId", BUILD)) == (region, account)
    ]
    return ec2_backends[account][region].amis.get(output["image"])


def is_there(ib: Any, made: Mapping[str, Any]) -> bool:
    try:
        ib.get_image(imageBuildVersionArn=made["arn"])
    except ib.exceptions.ResourceNotFoundException:
        return False
    return True


def test_a_policy_runs_once_a_day_and_says_so(ib: Any) -> None:
    policy = make_policy(rule("DEPRECATE"))
    pass_days(0.9)
    assert executions(policy) == []
    pass_days(2.2)
    runs = executions(policy)
    assert [run["state"]["status"] for run in runs] == ["SUCCESS"] * 3
    assert {run["lifecyclePolicyArn"] for run in runs} == {policy}
    assert (runs[0]["startTime"] - runs[1]["startTime"]).total_seconds() == DAY
    assert runs[0]["resourcesImpactedSummary"] == {"hasImpactedResources": False}
    assert ib.get_lifecycle_policy(lifecyclePolicyArn=policy)["lifecyclePolicy"]["dateLastRun"] == runs[0]["startTime"]
    one = ib.get_lifecycle_execution(lifecycleExecutionId=runs[1]["lifecycleExecutionId"])["lifecycleExecution"]
    assert one == runs[1]


def test_years_of_rest_leave_the_latest_runs_and_every_action(ib: Any) -> None:
    made = run(pipeline())
    policy = make_policy(rule("DELETE", filter={"type": "AGE", "value": 5, "unit": "YEARS"}))
    pass_days(4000)
    assert not is_there(ib, made)
    pages = ib.get_paginator("list_lifecycle_executions").paginate(resourceArn=policy)
    runs = [execution for answer in pages for execution in answer["lifecycleExecutions"]]
    assert len(runs) == 100
    assert [runs[-1]["resourcesImpactedSummary"], runs[-2]["resourcesImpactedSummary"]] == [
        {"hasImpactedResources": False}
    ] * 2
    assert (runs[0]["startTime"] - runs[-1]["startTime"]).days == 99


def test_a_disabled_policy_does_not_run_until_it_is_enabled(ib: Any) -> None:
    policy = make_policy(rule("DEPRECATE"), status="DISABLED")
    pass_days(3)
    assert executions(policy) == []
    given = ib.get_lifecycle_policy(lifecyclePolicyArn=policy)["lifecyclePolicy"]
    kept = {name: given[name] for name in ("executionRole", "resourceType", "policyDetails", "resourceSelection")}
    ib.update_lifecycle_policy(lifecyclePolicyArn=policy, status="ENABLED", **kept)
    assert len(executions(policy)) == 1


def test_an_old_image_and_its_ami_are_deprecated(ib: Any) -> None:
    made = run(pipeline())
    policy = make_policy(rule("DEPRECATE"))
    pass_days(7.1)
    old = image(made["arn"])
    [execution] = with_impact(policy)
    assert old["state"] == {"status": "DEPRECATED", "reason": "The image is older than 7 days."}
    assert old["lifecycleExecutionId"] == execution["lifecycleExecutionId"]
    assert old["deprecationTime"] == execution["endTime"]
    [entry] = resources(execution)
    assert (entry["resourceId"], entry["accountId"], entry["region"]) == (made["arn"], BUILD, HOME)
    assert (entry["action"]["name"], entry["state"]) == ("DEPRECATE", {"status": "SUCCESS"})
    ami = ami_of(made)
    assert statuses(resources(execution, made["arn"])) == [(ami.id, "SUCCESS")]
    assert ami_states.is_deprecated(ami)
    assert lifecycle_actions.tags_of(ami)["DeprecatedBy"] == "EC2 Image Builder"
    [listed] = ib.list_image_build_versions()["imageSummaryList"]
    assert listed["state"]["status"] == "DEPRECATED"


def test_rules_follow_each_other_one_action_in_a_run(ib: Any) -> None:
    made = run(pipeline())
    details = [
        rule("DELETE", ALL, filter={"type": "AGE", "value": 3, "unit": "WEEKS"}),
        rule("DISABLE", filter={"type": "AGE", "value": 2, "unit": "WEEKS"}),
        rule("DEPRECATE"),
    ]
    policy = make_policy(*details)
    ami = ami_of(made)
    snapshots = [snapshot.id for snapshot in ami.snapshots]
    pass_days(10)
    assert image(made["arn"])["state"]["status"] == "DEPRECATED"
    pass_days(7)
    assert image(made["arn"])["state"]["status"] == "DISABLED"
    assert (ami.state, ami.launch_permissions) == ("disabled", [])
    assert "DeprecatedBy" not in {tag["key"] for tag in ami.get_tags()}
    pass_days(7)
    assert not is_there(ib, made)
    assert ami_of(made) is None
    assert not set(snapshots) & set(ec2_backends[BUILD][HOME].snapshots)
    assert [resources(run)[0]["action"]["name"] for run in with_impact(policy)] == ["DELETE", "DISABLE", "DEPRECATE"]
    [ami_entry] = resources(with_impact(policy)[0], made["arn"])
    assert ami_entry["snapshots"] == [{"snapshotId": each, "state": {"status": "SUCCESS"}} for each in snapshots]


def test_the_image_alone_changes_where_no_resources_are_included(ib: Any) -> None:
    made = run(pipeline())
    make_policy(rule("DELETE", None))
    pass_days(9)
    assert not is_there(ib, made)
    assert ami_of(made).state == "available"


def test_snapshots_stay_where_they_are_not_included() -> None:
    made = run(pipeline())
    make_policy(rule("DELETE"))
    snapshots = [snapshot.id for snapshot in ami_of(made).snapshots]
    pass_days(9)
    assert ami_of(made) is None
    assert set(snapshots) <= set(ec2_backends[BUILD][HOME].snapshots)


def test_the_newest_images_of_each_version_are_kept_by_count(ib: Any) -> None:
    first = pipeline()
    old = [run(first) for _ in range(3)]
    recipe = make_recipe(make_component("more"), version="1.1.0")
    other = run(make_pipeline(recipe, make_infrastructure("builder", name="other", **network()), name="other"))
    failed = _failed(first)
    policy = make_policy(rule("DELETE", filter={"type": "COUNT", "value": 2}), version="1.x.x")
    pass_days(1.1)
    assert [is_there(ib, made) for made in (*old, other, failed)] == [False, True, True, True, False]
    assert {entry["action"]["reason"] for entry in resources(with_impact(policy)[0])} == {
        "There are 2 newer images of the same recipe version.",
        "The image is FAILED.",
    }


def _failed(pipeline_arn: str) -> dict[str, Any]:
    inject_fault("BUILDING", "No space left on device")
    return run(pipeline_arn)


def test_old_images_are_retained_when_they_are_the_last(ib: Any) -> None:
    made = pipeline()
    old = [run(made) for _ in range(3)]
    make_policy(rule("DELETE", filter={"type": "AGE", "value": 1, "unit": "DAYS", "retainAtLeast": 2}))
    pass_days(9)
    assert [is_there(ib, each) for each in old] == [False, True, True]


@pytest.mark.parametrize(("version", "chosen"), [("1.0.0", True), ("1.x.x", True), ("2.x.x", False), ("1.1.0", False)])
def test_a_recipe_is_chosen_by_its_version(ib: Any, version: str, chosen: bool) -> None:
    made = run(pipeline())
    make_policy(rule("DELETE"), version=version)
    pass_days(9)
    assert is_there(ib, made) != chosen


def test_images_are_chosen_by_any_of_their_own_tags(ib: Any) -> None:
    made = pipeline()
    arns = []
    for tags in ({"Team": "web"}, {"Team": "other"}, {"Kind": "trial"}):
        arns.append(ib.start_image_pipeline_execution(imagePipelineArn=made, tags=tags)["imageBuildVersionArn"])
        CLOCK.advance(60)
    selection = {"tagMap": {"Team": "web", "Kind": "trial"}}
    make_policy(rule("DEPRECATE", None), resourceSelection=selection)
    pass_days(9)
    assert [image(arn)["state"]["status"] for arn in arns] == ["DEPRECATED", "AVAILABLE", "DEPRECATED"]


def test_a_tag_spares_an_image_beyond_the_retention(ib: Any) -> None:
    made = pipeline()
    old = [run(made) for _ in range(3)]
    ib.tag_resource(resourceArn=old[0]["arn"], tags={"Retain": "true"})
    details = rule("DELETE", filter={"type": "COUNT", "value": 1}, exclusionRules={"tagMap": {"Retain": "true"}})
    policy = make_policy(details)
    pass_days(1.1)
    assert [is_there(ib, each) for each in old] == [True, False, True]
    skipped = resources(with_impact(policy)[0])[-1]
    assert (skipped["resourceId"], skipped["state"]) == (
        old[0]["arn"],
        {"status": "SKIPPED", "reason": "The image is excluded by its tag Retain: true."},
    )


@pytest.mark.parametrize(
    ("exclusion", "reason"),
    [
        ({"regions": [HOME]}, f"its Region {HOME}"),
        ({"isPublic": True}, "it is public"),
        ({"tagMap": {"Team": "images"}}, "its tag Team: images"),
        ({"sharedAccounts": [TARGET]}, f"it is shared with {TARGET}"),
        ({"lastLaunched": {"value": 2, "unit": "WEEKS"}}, "it was launched in the last 2 weeks"),
    ],
)
def test_an_ami_is_excluded_and_its_image_retained(ib: Any, exclusion: dict[str, Any], reason: str) -> None:
    made = run(pipeline(region_block(HOME, share_with=[TARGET])))
    ami = ami_of(made)
    ami.launch_permissions.append({"Group": "all"})
    pass_days(2)
    ami_states.launched(ami)
    policy = make_policy(rule("DELETE", ALL, exclusionRules={"amis": exclusion}))
    pass_days(6.1)
    execution = with_impact(policy)[0]
    assert execution["state"] == {"status": "SUCCESS"}
    [skipped] = resources(execution, made["arn"])
    assert skipped["state"]["status"] == "SKIPPED"
    assert reason in skipped["state"]["reason"]
    assert statuses(resources(execution)) == [(made["arn"], "SKIPPED")]
    assert ami_of(made) is ami
    assert is_there(ib, made)


def test_an_ami_that_was_launched_long_ago_is_not_spared(ib: Any) -> None:
    made = run(pipeline())
    ami_states.launched(ami_of(made))
    excluded = {"amis": {"lastLaunched": {"value": 3, "unit": "DAYS"}}}
    make_policy(rule("DELETE", exclusionRules=excluded))
    pass_days(9)
    assert not is_there(ib, made)


def test_copies_in_other_regions_and_accounts_go_too(ib: Any) -> None:
    make_receiver()
    make_cross_account_role()
    made = run(pipeline(region_block(HOME), region_block(ABROAD, [TARGET])))
    policy = make_policy(rule("DELETE", ALL))
    pass_days(9)
    assert not is_there(ib, made)
    assert ami_of(made) is ami_of(made, ABROAD, TARGET) is None
    places = {(part["accountId"], part["region"]) for part in resources(with_impact(policy)[0], made["arn"])}
    assert places == {(BUILD, HOME), (TARGET, ABROAD)}


@pytest.mark.parametrize(
    ("statements", "source", "reason"),
    [
        (without(LIFECYCLE, "ec2:DeregisterImage"), BUILD, "not authorized to perform: ec2:DeregisterImage"),
        (LIFECYCLE, "999999999999", "not authorized to perform: sts:AssumeRole"),
        (None, BUILD, f"arn:aws:iam::{TARGET}:role/{CROSS_ACCOUNT}"),
    ],
)
def test_a_copy_stays_where_its_account_does_not_let_image_builder(
    ib: Any, statements: Statements | None, source: str, reason: str
) -> None:
    make_receiver()
    if statements is not None:
        make_cross_account_role(statements, source)
    made = run(pipeline(region_block(HOME), region_block(ABROAD, [TARGET])))
    policy = make_policy(rule("DELETE", ALL))
    pass_days(7.1)
    execution = with_impact(policy)[0]
    assert execution["state"]["status"] == "FAILED"
    own, copy = resources(execution, made["arn"])
    assert (own["state"]["status"], copy["state"]["status"]) == ("SUCCESS", "FAILED")
    assert reason in copy["state"]["reason"]
    assert ami_of(made, ABROAD, TARGET) is not None
    assert is_there(ib, made)
    assert statuses(resources(execution)) == [(made["arn"], "FAILED")]


@pytest.mark.parametrize(
    ("missing", "action"),
    [
        ("ec2:EnableImageDeprecation", "DEPRECATE"),
        ("tags", "DEPRECATE"),
        ("ec2:DisableImage", "DISABLE"),
        ("ec2:DeregisterImage", "DELETE"),
        ("ec2:DeleteSnapshot", "DELETE"),
        ("imagebuilder:DeleteImage", "DELETE"),
    ],
)
def test_an_execution_role_that_lacks_a_permission_fails_the_run(ib: Any, missing: str, action: str) -> None:
    made = run(pipeline())
    role = make_cleaner(without(LIFECYCLE, missing))
    policy = make_policy(rule(action, ALL if action == "DELETE" else AMIS), role=role)
    pass_days(7.1)
    assert with_impact(policy)[0]["state"]["status"] == "FAILED"
    assert image(made["arn"])["state"]["status"] == "AVAILABLE"


def test_what_others_removed_already_is_done(ib: Any) -> None:
    made = run(pipeline())
    policy = make_policy(rule("DELETE", ALL))
    client("ec2").deregister_image(ImageId=ami_of(made).id)
    pass_days(9)
    execution = with_impact(policy)[0]
    assert execution["state"] == {"status": "SUCCESS"}
    assert [part["state"]["status"] for part in resources(execution, made["arn"])] == ["SUCCESS"]


def test_an_image_that_is_being_built_waits_for_the_next_run(ib: Any) -> None:
    made = pipeline()
    policy = make_policy(rule("DELETE", filter={"type": "COUNT", "value": 1}))
    CLOCK.advance(DAY - 600)
    arns = [start(made)]
    CLOCK.advance(60)
    arns.append(start(made))
    CLOCK.advance(600)
    assert not with_impact(policy)
    pass_days(1)
    assert [resources(run)[0]["resourceId"] for run in with_impact(policy)] == [arns[0]]


def test_a_deprecated_image_is_still_a_base_and_a_disabled_one_is_not(ib: Any) -> None:
    made = run(pipeline())
    ib.start_resource_state_update(resourceArn=made["arn"], state={"status": "DEPRECATED"})
    child = make_recipe(make_component("child"), name="child", parentImage=made["arn"])
    infrastructure = make_infrastructure("builder", name="child", **network())
    assert run(make_pipeline(child, infrastructure, name="child"))["state"] == {"status": "AVAILABLE"}
    ib.start_resource_state_update(resourceArn=made["arn"], state={"status": "DISABLED"})
    with pytest.raises(ClientError, match="does not exist or is not available"):
        make_recipe(make_component("late"), name="late", parentImage=made["arn"])


def test_a_cancelled_run_finishes_its_image_and_leaves_the_rest(ib: Any) -> None:
    made = pipeline()
    old = [run(made) for _ in range(3)]
    policy = make_policy(rule("DEPRECATE", None))
    pass_days(7)
    [running] = with_impact(policy)
    assert running["state"] == {"status": "IN_PROGRESS"}
    assert [status for _, status in statuses(resources(running))] == ["IN_PROGRESS"] * 3
    ib.cancel_lifecycle_execution(lifecycleExecutionId=running["lifecycleExecutionId"])
    assert with_impact(policy)[0]["state"] == {"status": "CANCELLING"}
    CLOCK.advance(600)
    assert with_impact(policy)[0]["state"] == {"status": "CANCELLED"}
    assert [image(each["arn"])["state"]["status"] for each in old] == ["AVAILABLE", "AVAILABLE", "DEPRECATED"]
    with pytest.raises(ib.exceptions.InvalidRequestException, match="is CANCELLED"):
        ib.cancel_lifecycle_execution(lifecycleExecutionId=running["lifecycleExecutionId"])


def test_a_run_stops_when_its_policy_is_deleted(ib: Any) -> None:
    made = run(pipeline())
    policy = make_policy(rule("DEPRECATE", None))
    pass_days(7)
    [running] = with_impact(policy)
    ib.delete_lifecycle_policy(lifecyclePolicyArn=policy)
    CLOCK.advance(600)
    found = ib.get_lifecycle_execution(lifecycleExecutionId=running["lifecycleExecutionId"])["lifecycleExecution"]
    assert found["state"]["status"] == "CANCELLED"
    assert image(made["arn"])["state"]["status"] == "AVAILABLE"


def test_an_execution_that_is_not_there_is_not_found(ib: Any) -> None:
    absent = "lce-00000000-0000-0000-0000-000000000000"
    for ask in (ib.get_lifecycle_execution, ib.list_lifecycle_execution_resources, ib.cancel_lifecycle_execution):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            ask(lifecycleExecutionId=absent)
    with pytest.raises(ClientError, match="InvalidRequestException"):
        ib.list_lifecycle_executions(resourceArn=make_component())


@pytest.mark.parametrize(
    ("details", "members", "reason"),
    [
        ([rule("DELETE"), rule("DELETE")], {}, "at most one rule for each action type"),
        ([rule("DEPRECATE", None)], {"resourceType": "CONTAINER_IMAGE"}, "supports the action DELETE only"),
        ([rule("DISABLE", ALL)], {}, "only be included when the image is deleted"),
        ([rule("DELETE", {"snapshots": True})], {}, "only be included together with AMIs"),
        ([rule("DISABLE", filter={"type": "COUNT", "value": 1})], {}, "only be used with the action DELETE"),
    ],
)
def test_rules_that_do_not_go_together_are_refused(
    details: list[dict[str, Any]], members: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ClientError, match=reason):
        make_policy(*details, **members)
