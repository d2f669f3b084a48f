"""What a spec says of old images, workflows, scans and notifications, with every default applied."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.spec import load, read
from generator.spec.model import Environment
from generator.spec.model_lifecycle import Exclusions, Lifecycle, LifecycleRule, Period
from generator.spec.model_pipeline import (
    Notifications,
    PipelineSettings,
    Scanning,
    WorkflowParameter,
    WorkflowUse,
)

APPROVE = """\
# How the stage is told here.
type: test
schemaVersion: 1.0
parameters:
  - {name: topic, type: string}
  - {name: backup, type: string, default: "arn:aws:sns:us-east-1:333333333333:backup"}
steps:
  - {name: Approve, action: WaitForAction, inputs: {snsTopicArn.$: $.parameters.topic}}
  - {name: Again, action: WaitForAction, inputs: {snsTopicArn: "{{ $.parameters.backup }}"}}
"""
BUILD = """\
schemaVersion: 1.0
steps:
  - {name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}
  - {name: Apply, action: ExecuteComponents, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}
  - {name: Create, action: CreateImage, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}
"""
SEND = "schemaVersion: 1.0\nsteps: [{name: Send, action: DistributeImage}]\n"
PUBLIC = Exclusions(public=True)


def prod(directory: Path, image: str = "", environment: str = "", place: str = "", **files: str) -> Environment:
    """The small spec's environment with lines added to the image, to the environment and to the image's place."""
    text = SMALL["prod.yaml"].replace("images: [web]", f"images:\n  - {{image: web{place}}}") + environment
    changed = {"images/web.yaml": SMALL["images/web.yaml"] + image, "prod.yaml": text}
    workflows = {f"workflows/{name.replace('_', '-')}.yaml": content for name, content in files.items()}
    return load(write_spec(directory, changed | workflows)).environments["prod"]


def settings(environment: Environment) -> PipelineSettings:
    return environment.images[0].pipeline


def rule(lifecycle: Lifecycle | None) -> LifecycleRule:
    assert lifecycle
    return lifecycle.rules[-1]


def test_a_spec_that_says_nothing_leaves_image_builder_as_it_is(tmp_path: Path) -> None:
    environment = prod(tmp_path)
    assert settings(environment) == PipelineSettings()
    assert environment.operations.notifications is None
    assert environment.operations.inspector_types == ()


def test_a_lifecycle_deletes_amis_with_their_snapshots_and_never_the_last_image(tmp_path: Path) -> None:
    lifecycle = settings(
        prod(tmp_path, "lifecycle: {deprecate: 2 weeks, disable: 1 month, delete: 180 days}\n")
    ).lifecycle
    assert lifecycle == Lifecycle(
        enabled=True,
        resource_type="AMI_IMAGE",
        rules=(
            LifecycleRule("DEPRECATE", Period(2, "WEEKS"), None, True, False, False, PUBLIC),
            LifecycleRule("DISABLE", Period(1, "MONTHS"), None, True, False, False, PUBLIC),
            LifecycleRule("DELETE", Period(180, "DAYS"), 1, True, True, False, PUBLIC),
        ),
        recipe_versions=("1.0.0",),
    )


def test_a_count_keeps_the_newest(tmp_path: Path) -> None:
    deleting = rule(settings(prod(tmp_path, "lifecycle: {delete: keep 5}\n")).lifecycle)
    assert (deleting.action, deleting.after, deleting.keep) == ("DELETE", None, 5)


def test_a_rule_s_exclusions_replace_the_policy_s(tmp_path: Path) -> None:
    image = """\
lifecycle:
  deprecate: {after: 60 days, exclude: {public: false}}
  delete: {keep: 2, snapshots: false}
  exclude: {accounts: [web-prod, data-prod], regions: [eu-central-1], last_launched: 3 weeks, tags: {Keep: y}}
"""
    lifecycle = settings(prod(tmp_path, image)).lifecycle
    assert lifecycle
    deprecating, deleting = lifecycle.rules
    assert deprecating.exclusions == Exclusions(public=False)
    assert deleting.exclusions == Exclusions(
        public=True,
        regions=("eu-central-1",),
        account_ids=("444444444444", "555555555555"),
        last_launched=Period(3, "WEEKS"),
        ami_tags=(("Keep", "y"),),
    )
    assert (deleting.amis, deleting.snapshots) == (True, False)


@pytest.mark.parametrize(
    ("image", "environment", "place", "keep"),
    [
        ("", "lifecycle: {delete: keep 3}\n", "", 3),
        ("lifecycle: {delete: keep 2}\n", "lifecycle: {delete: keep 3}\n", "", 2),
        ("lifecycle: {delete: keep 2}\n", "lifecycle: {delete: keep 3}\n", ", lifecycle: {delete: keep 1}", 1),
        ("lifecycle: none\n", "lifecycle: {delete: keep 3}\n", "", None),
        ("lifecycle: {delete: keep 2}\n", "", ", lifecycle: none", None),
    ],
)
def test_the_nearest_lifecycle_counts(
    tmp_path: Path, image: str, environment: str, place: str, keep: int | None
) -> None:
    lifecycle = settings(prod(tmp_path, image, environment, place)).lifecycle
    assert (lifecycle and rule(lifecycle).keep) == keep


def test_a_policy_reaches_every_version_that_the_lock_has_of_the_recipe(tmp_path: Path) -> None:
    lifecycle = "lifecycle: {delete: keep 5}\n"
    write_spec(tmp_path, {"images/web.yaml": SMALL["images/web.yaml"] + lifecycle})
    for size in (30, 40):
        text = SMALL["images/web.yaml"] + lifecycle + f"volume: {{size: {size}}}\n"
        (tmp_path / "images" / "web.yaml").write_text(text)
        plan_lock(tmp_path).write()
    found = settings(load(tmp_path).environments["prod"]).lifecycle
    assert found
    assert found.recipe_versions == ("1.0.0", "1.0.1", "1.0.2")


def test_a_policy_reaches_fifty_versions_and_says_so_where_there_are_more(tmp_path: Path) -> None:
    write_spec(tmp_path, {"images/web.yaml": SMALL["images/web.yaml"] + "lifecycle: {delete: keep 5}\n"})
    lock = tmp_path / "versions.lock.yaml"
    older = "".join(f'    0.0.{patch}: "sha256:{patch:064x}"\n' for patch in range(50))
    lock.write_text(lock.read_text().replace("recipes:\n  web:\n", f"recipes:\n  web:\n{older}"))
    reading = read(tmp_path)
    assert [each.message for each in reading.warnings] == [
        "web has 51 versions in the lock, and a policy reaches 50: images of the oldest stay. Delete them by hand."
    ]
    assert reading.spec
    lifecycle = settings(reading.spec.environments["prod"]).lifecycle
    assert lifecycle
    assert (len(lifecycle.recipe_versions), lifecycle.recipe_versions[0]) == (50, "0.0.1")


def test_a_policy_reaches_the_version_that_a_place_is_pinned_to_however_old_it_is(tmp_path: Path) -> None:
    pinned = SMALL["prod.yaml"].replace("[web]", "[{image: web, version: 1.0.0, lifecycle: {delete: keep 5}}]")
    write_spec(tmp_path, {"prod.yaml": pinned})
    newer = "".join(f'    1.1.{patch}: "sha256:{patch:064x}"\n' for patch in range(60))
    lock = tmp_path / "versions.lock.yaml"
    lock.write_text(lock.read_text().replace("recipes:\n  web:\n", f"recipes:\n  web:\n{newer}"))
    lifecycle = settings(load(tmp_path).environments["prod"]).lifecycle
    assert lifecycle
    assert lifecycle.recipe_versions == ("1.0.0", *(f"1.1.{patch}" for patch in range(11, 60)))


def test_selection_by_tags_is_instead_of_by_recipe(tmp_path: Path) -> None:
    lifecycle = settings(prod(tmp_path, "lifecycle: {delete: keep 5, select_tags: {Stage: prod}}\n")).lifecycle
    assert lifecycle
    assert (lifecycle.recipe_versions, lifecycle.tags) == ((), (("Stage", "prod"),))


def test_workflows_are_ours_and_amazons_in_the_order_of_the_image(tmp_path: Path) -> None:
    image = """\
workflows:
  - build
  - {aws: test-image, version: 1.0.3, parallel_group: checks, on_failure: continue}
  - {workflow: approve, parameters: {topic: {from: notify}}}
  - send
"""
    environment = prod(tmp_path, image, "notify: own\n", build=BUILD, approve=APPROVE, send=SEND, unused=SEND)
    assert settings(environment).workflows == (
        WorkflowUse("build", "self", "BUILD", "1.0.0"),
        WorkflowUse("test-image", "aws", "TEST", "1.0.3", (), "checks", "CONTINUE"),
        WorkflowUse("approve", "self", "TEST", "1.0.0", (WorkflowParameter("topic", None),)),
        WorkflowUse("send", "self", "DISTRIBUTION", "1.0.0"),
    )
    assert [each.name for each in environment.operations.workflows] == ["approve", "build", "send"]


def test_the_topics_that_a_step_tells_are_those_of_parameters_and_defaults(tmp_path: Path) -> None:
    image = "workflows: [build, {workflow: approve, parameters: {topic: 'arn:aws:sns:us-east-1:333333333333:ours'}}]\n"
    assert settings(prod(tmp_path, image, build=BUILD, approve=APPROVE)).waits_on == (
        "arn:aws:sns:us-east-1:333333333333:backup",
        "arn:aws:sns:us-east-1:333333333333:ours",
    )


def test_a_workflow_goes_to_aws_without_comments_and_without_its_type(tmp_path: Path) -> None:
    image = "workflows: [build, {workflow: approve, parameters: {topic: {from: notify}}}]\n"
    approve = prod(tmp_path, image, "notify: own\n", build=BUILD, approve=APPROVE).operations.workflows[0]
    assert approve.kind == "TEST"
    assert approve.document.startswith("schemaVersion: 1.0\nparameters:\n- name: topic\n")
    assert "\ntype:" not in approve.document


def test_values_of_parameters_are_text(tmp_path: Path) -> None:
    workflow = BUILD + "parameters: [{name: fast, type: boolean}, {name: tries, type: integer}]\n"
    image = "workflows: [{workflow: build, parameters: {fast: true, tries: 3}}, {aws: test-image}]\n"
    (build, _) = settings(prod(tmp_path, image, build=workflow)).workflows
    assert build.parameters == (WorkflowParameter("fast", "true"), WorkflowParameter("tries", "3"))


def test_a_workflow_is_locked_as_a_component_is(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"workflows/build.yaml": BUILD})
    assert '\nworkflows:\n  build:\n    1.0.0: "sha256:' in (spec / "versions.lock.yaml").read_text()
    (spec / "workflows" / "build.yaml").write_text("# no change\n" + BUILD)
    assert plan_lock(spec).additions == ()
    (spec / "workflows" / "build.yaml").write_text(BUILD.replace("ssmAgent", "ssmAgent, healthCheck: RUNNING"))
    assert [str(each) for each in plan_lock(spec, "minor", ["build"]).additions] == ["workflow build 1.1.0 (was 1.0.0)"]


def test_a_spec_without_workflows_has_no_section_for_them_in_its_lock(tmp_path: Path) -> None:
    assert "workflows" not in (write_spec(tmp_path) / "versions.lock.yaml").read_text()


@pytest.mark.parametrize("used", ["[build, {aws: test-image}]", "[{aws: build-image}, {aws: test-image}]"])
def test_workflows_are_no_content_of_a_recipe(tmp_path: Path, used: str) -> None:
    spec = write_spec(tmp_path, {"workflows/build.yaml": BUILD})
    (spec / "images" / "web.yaml").write_text(SMALL["images/web.yaml"] + f"workflows: {used}\n")
    assert plan_lock(spec).additions == ()


@pytest.mark.parametrize(
    ("image", "place", "expected"),
    [
        ("scanning: true\n", "", PipelineSettings(scanning=Scanning())),
        ("scanning: false\n", "", PipelineSettings()),
        ("scanning: {enabled: false}\n", "", PipelineSettings()),
        ("testing: {enabled: false}\nmetadata: false\n", "", PipelineSettings(run_tests=False, collect_metadata=False)),
        ("testing: {timeout: 90}\n", ", enabled: false", PipelineSettings(enabled=False, tests_timeout=90)),
        ("", ", build_on_apply: true", PipelineSettings(build_timeout=180)),
        ("", ", build_on_apply: {timeout: 300}", PipelineSettings(build_timeout=300)),
        ("", ", build_on_apply: false", PipelineSettings()),
    ],
)
def test_settings_of_a_pipeline(tmp_path: Path, image: str, place: str, expected: PipelineSettings) -> None:
    assert settings(prod(tmp_path, image, place=place)) == expected


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        ("own", Notifications(None, ("failure", "findings", "success", "waiting"))),
        ("{events: [success, failure]}", Notifications(None, ("failure", "success"))),
        (
            "arn:aws:sns:us-east-1:333333333333:alarms",
            Notifications("arn:aws:sns:us-east-1:333333333333:alarms", ("failure", "findings", "success", "waiting")),
        ),
    ],
)
def test_notifications_go_to_a_topic_of_the_environments_own_or_to_one_that_is_there(
    tmp_path: Path, notify: str, expected: Notifications
) -> None:
    assert prod(tmp_path, environment=f"notify: {notify}\n").operations.notifications == expected
