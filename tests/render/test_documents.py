"""What a root says of documents: settings of components and workflows, and long ones that go by S3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.render.render import render
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
SETTINGS = """\
components:
  harden-os:
    os_versions: [Amazon Linux 2023, Amazon Linux 2]
    change_description: Greets "in" ${another} way.
    key: own
    tags: {Team: security}
  ssh-hardened: {key: alias/documents}
workflows:
  check: {change_description: Waits., key: own, tags: {Team: images}}
"""
WORKFLOW = "type: build\nschemaVersion: 1.0\nsteps: [{name: Make, action: RegisterImage}]\n"
USES = "workflows: [check, {aws: test-image}]\n"


def tree(directory: Path, settings: str, files: dict[str, str] | None = None) -> dict[str, str]:
    written = {"organization.yaml": SMALL["organization.yaml"] + settings, **(files or {})}
    return render(load(write_spec(directory, written)))


def call(made: dict[str, str], module: str) -> str:
    text = made[f"{ROOT}/main.tf"]
    start = text.index(f'module "{module}" {{')
    return text[start : text.index("\n}\n", start)]


def with_workflow(directory: Path, settings: str = SETTINGS) -> dict[str, str]:
    return tree(
        directory, settings, {"workflows/check.yaml": WORKFLOW, "images/web.yaml": SMALL["images/web.yaml"] + USES}
    )


def test_a_spec_that_says_nothing_says_nothing_to_aws(tmp_path: Path) -> None:
    made = tree(tmp_path, "")
    assert call(made, "component_harden_os_1_0_0").endswith('semantic_version = "1.0.0"')
    assert not {"document_bucket", "document_key"} & {line.split('"')[1] for line in lines(made)}


def lines(made: dict[str, str]) -> list[str]:
    return [line for line in made[f"{ROOT}/main.tf"].splitlines() if line.startswith("module ")]


def test_settings_are_arguments_of_the_modules(tmp_path: Path) -> None:
    made = with_workflow(tmp_path)
    harden = call(made, "component_harden_os_1_0_0")
    assert '\n  change_description = "Greets \\"in\\" $${another} way."\n' in harden
    assert "\n  kms_key_id = module.document_key.alias_arn\n" in harden
    assert '\n  supported_os_versions = ["Amazon Linux 2", "Amazon Linux 2023"]\n' in harden
    assert '\n  tags = {\n    Team = "security"\n  }' in harden
    hardened = call(made, "component_ssh_hardened_1_0_0")
    assert '  kms_key_id = "arn:aws:kms:us-east-1:333333333333:alias/documents"' in hardened
    workflow = call(made, "workflow_check")
    assert '\n  change_description = "Waits."\n' in workflow
    assert "\n  kms_key_id = module.document_key.alias_arn\n" in workflow
    assert '  alias       = "goldsmith-prod-documents"\n' in call(made, "document_key")


def test_a_long_document_goes_by_a_bucket_and_the_others_do_not(tmp_path: Path) -> None:
    long = SMALL["components/harden-os.yaml"].replace("echo", f"echo {'x' * 17_000}")
    made = tree(tmp_path, "", {"components/harden-os.yaml": long})
    assert "\n  document_bucket = module.document_bucket.name" in call(made, "component_harden_os_1_0_0")
    assert "document_bucket" not in call(made, "component_ssh_hardened_1_0_0")
    assert 'name      = "acme-prod-imagebuilder-docs-333333333333-us-east-1"' in call(made, "document_bucket")


def test_an_old_version_has_the_settings_of_its_time_and_the_tags_of_now(tmp_path: Path) -> None:
    keep = "keep: 1\ncomponents: {harden-os: {key: alias/old, tags: {Team: old}}}\n"
    spec = write_spec(tmp_path, {"organization.yaml": SMALL["organization.yaml"] + keep})
    new = "keep: 1\ncomponents: {harden-os: {key: alias/new, tags: {Team: new}}}\n"
    (spec / "organization.yaml").write_text(SMALL["organization.yaml"] + new)
    plan_lock(spec).write()
    made = render(load(spec))
    for version, alias in (("1_0_0", "old"), ("1_0_1", "new")):
        text = call(made, f"component_harden_os_{version}")
        assert f":alias/{alias}" in text
        assert 'Team = "new"' in text


def test_roots_with_all_of_it_are_formatted(tmp_path: Path, terraform: Callable[..., str]) -> None:
    for path, text in with_workflow(tmp_path / "spec").items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(text)
    terraform(tmp_path / "tree", "fmt", "-check", "-recursive")
