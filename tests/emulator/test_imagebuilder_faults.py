"""Faults in what Image Builder does: a build at a stage, a copy into an account and Region, a lifecycle action."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_imagebuilder_lifecycle import ami_of, make_policy, pass_days, pipeline, resources, rule, with_impact
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    TARGET,
    image,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_receiver,
    make_recipe,
    network,
    reason,
    region_block,
    run,
    workshop,
)

from generator.emulator.faults import FAULTS
from generator.emulator.imagebuilder import inject_fault
from generator.emulator.imagebuilder.faults import add_fault


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield
    FAULTS.clear()


def test_a_build_fault_waits_for_its_image() -> None:
    web = pipeline()
    recipe = make_recipe(make_component("postgres"), name="database")
    database = make_pipeline(recipe, make_infrastructure("builder", name="database", **network()), name="database")
    inject_fault("TESTING", "The port is closed.", image="data*")
    assert run(web)["state"] == {"status": "AVAILABLE"}
    assert reason(run(database)) == "The port is closed."


def test_a_copy_fails_in_its_account_and_region_alone() -> None:
    make_receiver()
    made = pipeline(region_block(HOME), region_block(ABROAD, [BUILD, TARGET]))
    add_fault({"kind": "copy", "account": TARGET, "region": "eu-*"})
    failed = run(made)
    assert "1) AMI Copy Reported Failure For 'ami-" in reason(failed)
    [failure] = failed["state"]["failureContext"]["distributionFailure"]["regionFailures"]
    assert (failure["region"], failure["targetAccountId"]) == (ABROAD, TARGET)
    places = {(ami["region"], ami["accountId"]) for ami in failed["outputResources"]["amis"]}
    assert places == {(HOME, BUILD), (ABROAD, BUILD)}
    assert run(made)["state"] == {"status": "AVAILABLE"}


def test_a_lifecycle_action_fails_and_succeeds_the_next_day() -> None:
    made = run(pipeline())
    policy = make_policy(rule("DEPRECATE"))
    add_fault({"kind": "lifecycle", "action": "deprecate", "region": HOME, "reason": "Internal error"})
    pass_days(7.1)
    [failed] = with_impact(policy)
    assert failed["state"]["status"] == "FAILED"
    [part] = resources(failed, made["arn"])
    assert (part["resourceId"], part["state"]) == (ami_of(made).id, {"status": "FAILED", "reason": "Internal error"})
    assert image(made["arn"])["state"] == {"status": "AVAILABLE"}
    pass_days(1)
    assert image(made["arn"])["state"]["status"] == "DEPRECATED"


def test_a_lifecycle_action_on_the_image_alone_fails_too() -> None:
    run(pipeline())
    policy = make_policy(rule("DISABLE", None))
    add_fault({"kind": "lifecycle", "image": "web"})
    pass_days(7.1)
    assert with_impact(policy)[0]["state"]["status"] == "FAILED"
