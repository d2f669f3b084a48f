"""What a root says of old images, workflows, scans, notifications and images that an apply builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.render import render
from generator.spec import load

BUILD_ROOT, TARGET_ROOT = "prod/images-prod/us-east-1/main.tf", "prod/web-prod/us-east-1/main.tf"
APPROVE = """\
type: test
schemaVersion: 1.0
parameters: [{name: topic, type: string}]
steps: [{name: Approve, action: WaitForAction, inputs: {snsTopicArn.$: $.parameters.topic}}]
"""
WORKFLOWS = """\
workflows:
  - {aws: build-image}
  - {workflow: approve, parameters: {topic: TOPIC}, on_failure: abort}
"""
FOREIGN = "arn:aws:sns:us-east-1:333333333333:ours"


def tree(directory: Path, image: str = "", environment: str = "", place: str = "") -> dict[str, str]:
    prod = SMALL["prod.yaml"].replace("images: [web]", f"images:\n  - {{image: web{place}}}") + environment
    files = {"images/web.yaml": SMALL["images/web.yaml"] + image, "prod.yaml": prod}
    if "approve" in image:
        files["workflows/approve.yaml"] = APPROVE
    return render(load(write_spec(directory, files)))


def block(text: str, label: str) -> str:
    """One module call of a root."""
    start = text.index(f'module "{label}" {{')
    return text[start : text.index("\n}\n", start)]


def modules(made: dict[str, str]) -> set[str]:
    return {path.split("/")[1] for path in made if path.startswith("modules/")}


NEW = {"events", "image", "lifecycle-policy", "lifecycle-role", "scanning", "workflow"}


def test_a_spec_that_asks_for_none_of_it_renders_none_of_it(tmp_path: Path) -> None:
    made = tree(tmp_path)
    assert modules(made) & NEW == set()
    pipeline = block(made[BUILD_ROOT], "pipeline_web")
    assert all(word not in pipeline for word in ("workflows", "scanning", "enabled", "run_tests", "collect_metadata"))
    assert "topic" not in made[BUILD_ROOT]


def test_a_policy_works_with_a_role_and_names_the_recipe_as_aws_does(tmp_path: Path) -> None:
    made = tree(tmp_path, "lifecycle: {delete: keep 5}\n")
    policy = block(made[BUILD_ROOT], "lifecycle_web")
    assert "  execution_role_arn = module.lifecycle_role.arn\n" in policy
    assert '  recipes = {\n    prod-web = ["1.0.0"]\n  }\n' in policy
    assert '  source_account_ids = ["333333333333"]' in block(made[BUILD_ROOT], "lifecycle_role")


def test_an_account_that_owns_copies_lets_the_policies_in(tmp_path: Path) -> None:
    role = block(tree(tmp_path, "lifecycle: {delete: keep 5}\n")[TARGET_ROOT], "lifecycle_role")
    assert '  name      = "Ec2ImageBuilderCrossAccountLifecycleAccess"\n' in role
    assert '  source_account_ids = ["333333333333", "444444444444"]' in role


@pytest.mark.parametrize("image", ["", "lifecycle: {delete: {keep: 5, amis: false}}\n"])
def test_an_account_lets_nobody_in_where_no_policy_reaches_its_amis(tmp_path: Path, image: str) -> None:
    assert "lifecycle_role" not in tree(tmp_path, image)[TARGET_ROOT]


def test_a_workflow_is_a_file_beside_the_root_and_a_module_call(tmp_path: Path) -> None:
    made = tree(tmp_path, WORKFLOWS.replace("TOPIC", FOREIGN))
    document = made["prod/images-prod/us-east-1/workflows/approve.yaml"]
    assert document.startswith("schemaVersion: 1.0\n")
    call = block(made[BUILD_ROOT], "workflow_approve")
    assert '  document         = file("${path.module}/workflows/approve.yaml")\n' in call
    assert '  type             = "TEST"' in call
    assert "workflows/approve.yaml" in made[BUILD_ROOT].splitlines()[1]


def test_a_pipeline_names_workflows_in_order(tmp_path: Path) -> None:
    pipeline = block(tree(tmp_path, WORKFLOWS.replace("TOPIC", FOREIGN))[BUILD_ROOT], "pipeline_web")
    managed = 'arn = "arn:aws:imagebuilder:us-east-1:aws:workflow/build/build-image/x.x.x"'
    assert pipeline.index(managed) < pipeline.index("module.workflow_approve.arn")
    assert '      on_failure = "ABORT"\n' in pipeline


def test_the_execution_role_may_tell_the_topics_of_waiting_steps_alone(tmp_path: Path) -> None:
    role = block(tree(tmp_path, WORKFLOWS.replace("TOPIC", FOREIGN))[BUILD_ROOT], "execution_role")
    assert f'  topic_arns = ["{FOREIGN}"]' in role
    assert "topic_key_alias_arns" not in role


def test_the_environments_own_topic_comes_with_its_key(tmp_path: Path) -> None:
    made = tree(tmp_path, WORKFLOWS.replace("TOPIC", "{from: notify}"), "notify: own\n")[BUILD_ROOT]
    role = block(made, "execution_role")
    assert '  topic_arns = ["arn:aws:sns:us-east-1:333333333333:goldsmith-prod-images"]' in role
    assert '  topic_key_alias_arns = ["arn:aws:kms:us-east-1:333333333333:alias/goldsmith-prod-images"]' in role
    assert "topic = module.events.topic_arn\n" in block(made, "pipeline_web")


def test_notifying_a_topic_gives_the_execution_role_nothing(tmp_path: Path) -> None:
    made = tree(tmp_path, environment="notify: own\n")[BUILD_ROOT]
    assert "topic" not in block(made, "execution_role")
    assert '  image_arn_prefixes = ["arn:aws:imagebuilder:us-east-1:333333333333:image/prod-web/"]' in block(
        made, "events"
    )


def test_policies_for_the_execution_role_are_the_build_accounts(tmp_path: Path) -> None:
    role = block(tree(tmp_path, environment="execution_policies: [images/call-checks]\n")[BUILD_ROOT], "execution_role")
    assert '    call-checks = "arn:aws:iam::333333333333:policy/images/call-checks"\n' in role


def test_inspector_is_activated_where_it_is_asked_for(tmp_path: Path) -> None:
    made = tree(tmp_path, environment="scanning: {enable_inspector: true}\n")
    assert '  account_id = "333333333333"' in block(made[BUILD_ROOT], "scanning")


def test_inspector_scans_what_it_is_activated_for(tmp_path: Path) -> None:
    made = tree(tmp_path, environment="scanning: {enable_inspector: true, resource_types: [lambda, ec2]}\n")
    assert '\n  resource_types = ["EC2", "LAMBDA"]' in block(made[BUILD_ROOT], "scanning")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("scan: basic", '  enhanced = false\n\n  on_push = ["*"]'),
        ("scan: enhanced, continuous: [prod/*]", '  enhanced = true\n\n  continuous = ["prod/*"]'),
        ("scan: enhanced, on_push: [b, a]", '  enhanced = true\n\n  on_push = ["a", "b"]'),
    ],
)
def test_the_registry_scans_as_it_is_told(settings: str, expected: str, tmp_path: Path) -> None:
    made = tree(tmp_path, environment=f"scanning: {{registry: {{{settings}}}}}\n")[BUILD_ROOT]
    assert expected in block(made, "registry_scanning")
    assert "depends_on" not in made


def test_the_registry_waits_for_inspector(tmp_path: Path) -> None:
    environment = "scanning: {enable_inspector: true, registry: {scan: enhanced}}\n"
    assert "\n  depends_on = [module.scanning]" in block(
        tree(tmp_path, environment=environment)[BUILD_ROOT], "registry_scanning"
    )


def test_the_least_severity_of_findings_is_told(tmp_path: Path) -> None:
    made = tree(tmp_path, environment="notify: {severity: critical}\n")[BUILD_ROOT]
    assert '\n  least_severity = "critical"' in block(made, "events")


def test_an_image_that_an_apply_builds_has_what_its_pipeline_has(tmp_path: Path) -> None:
    image = "scanning: true\ntesting: {timeout: 90}\ntags: {Tier: gold}\n"
    made = tree(tmp_path, image, place=", enabled: false, build_on_apply: {timeout: 60}")[BUILD_ROOT]
    built, pipeline = block(made, "image_web"), block(made, "pipeline_web")
    for argument in ("scanning = {}", "test_timeout_minutes = 90"):
        assert f"\n  {argument}\n" in built
        assert f"\n  {argument}\n" in pipeline
    assert "\n  enabled = false\n" in pipeline
    assert "enabled" not in built
    assert "\n  timeout_minutes    = 60\n" in built


def test_roots_with_all_of_it_are_formatted(tmp_path: Path, terraform: Callable[..., str]) -> None:
    image = (
        WORKFLOWS.replace("TOPIC", "{from: notify}") + "scanning: true\nlifecycle: {disable: 1 year, delete: 2 years}\n"
    )
    environment = "notify: {events: [failure]}\nscanning: {enable_inspector: true}\n"
    made = tree(tmp_path / "spec", image, environment, ", build_on_apply: true, enabled: false")
    for path, text in made.items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(text)
    terraform(tmp_path / "tree", "fmt", "-check", "-recursive")
