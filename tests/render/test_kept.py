"""Versions that stay alive: a module call and files of their own, and an output that tells where they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.render.render import render
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
WEB = SMALL["images/web.yaml"] + "user_data: |\n  #!/bin/bash\n  echo first\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Two versions of an image, its first component and its user data, both alive."""
    organization = SMALL["organization.yaml"] + "keep: 1\n"
    spec = write_spec(tmp_path / "spec", {"organization.yaml": organization, "images/web.yaml": WEB})
    harden = spec / "components/harden-os.yaml"
    harden.write_text(harden.read_text().replace("echo", "printf"))
    (spec / "images/web.yaml").write_text(WEB.replace("first", "second"))
    plan_lock(spec).write()
    return spec


def labels(text: str) -> list[str]:
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("module ")]


def test_each_version_is_a_module_call_and_the_pipeline_builds_by_the_newest(spec: Path) -> None:
    main = render(load(spec))[f"{ROOT}/main.tf"]
    assert [label for label in labels(main) if label.startswith(("component", "recipe"))] == [
        "component_harden_os_1_0_1",
        "component_ssh_hardened_1_0_0",
        "component_harden_os_1_0_0",
        "recipe_web_1_0_1",
        "recipe_web_1_0_0",
    ]
    assert "recipe_arn = module.recipe_web_1_0_1.arn\n" in main
    old = main[main.index('module "recipe_web_1_0_0"') :]
    assert "    { arn = module.component_harden_os_1_0_0.arn },\n" in old


def test_the_newest_stands_where_it_always_stands_and_older_ones_under_their_numbers(spec: Path) -> None:
    tree = render(load(spec))
    assert "printf" in tree[f"{ROOT}/components/harden-os.yaml"]
    assert "echo" in tree[f"{ROOT}/components/harden-os/1.0.0.yaml"]
    assert tree[f"{ROOT}/user-data/web.txt"].endswith("echo second\n")
    assert tree[f"{ROOT}/user-data/web/1.0.0.txt"].endswith("echo first\n")


def test_a_pin_moves_the_pipeline_and_nothing_else_of_what_is_there(spec: Path) -> None:
    before = render(load(spec))[f"{ROOT}/main.tf"]
    (spec / "prod.yaml").write_text(SMALL["prod.yaml"].replace("[web]", "[{image: web, version: 1.0.0}]"))
    assert not plan_lock(spec).is_needed
    after = render(load(spec))
    main = after[f"{ROOT}/main.tf"]
    assert sorted(labels(main)) == sorted(labels(before))
    assert "recipe_arn = module.recipe_web_1_0_0.arn\n" in main
    assert '"prod-web-1.0.0-{{ imagebuilder:buildDate }}"' in main
    assert "module.recipe_web_1_0_1.arn" in after[f"{ROOT}/outputs.tf"]


def test_an_output_tells_what_stays_alive_beside_the_newest(spec: Path) -> None:
    outputs = render(load(spec))[f"{ROOT}/outputs.tf"]
    assert '        "1.0.0" = module.component_harden_os_1_0_0.arn\n' in outputs
    assert '        "1.0.0" = module.recipe_web_1_0_0.arn\n' in outputs
    (spec / "organization.yaml").write_text(SMALL["organization.yaml"])
    assert "kept" not in render(load(spec))[f"{ROOT}/outputs.tf"]


def test_a_root_with_old_versions_is_formatted(spec: Path, tmp_path: Path, terraform: Callable[..., str]) -> None:
    for path, text in render(load(spec)).items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(text)
    terraform(tmp_path / "tree", "fmt", "-check", "-recursive")
