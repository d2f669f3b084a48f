"""Launch templates and fast launch on both sides: the distribution that updates them, the accounts that have them."""

from __future__ import annotations

from pathlib import Path

from specs import SMALL, write_spec
from test_distribution import BUILD_ROOT, TARGET_ROOT, block, region

from generator.render.render import render
from generator.render.roots import roots_of
from generator.spec import load

IDS = "launch_templates:\n  prod/web-prod/eu-central-1: {prod-web: lt-0123456789abcdef0}\n"
MADE = "launch_templates: [{accounts: [web-prod], regions: [eu-central-1], instance_type: t3.small}]"


def spec(directory: Path, distribution: str, ids: str = "") -> Path:
    place = f"images: [{{image: web, distribution: {{{distribution}}}}}]"
    files = {"prod.yaml": SMALL["prod.yaml"].replace("images: [web]", place)}
    return write_spec(directory, files | ({"launch_templates.lock.yaml": ids} if ids else {}))


def test_a_template_is_made_by_a_root_of_its_account_and_region(tmp_path: Path) -> None:
    loaded = load(spec(tmp_path, MADE))
    assert "prod/web-prod/eu-central-1" in [root.name for root in roots_of(loaded)]
    made = render(loaded)
    template = made["prod/web-prod/eu-central-1/main.tf"]
    assert '  name        = "prod-web"\n' in block(template, "launch_template_prod_web")
    assert '  instance_type = "t3.small"\n' in block(template, "launch_template_prod_web")
    assert "target_account" not in template
    outputs = made["prod/web-prod/eu-central-1/outputs.tf"]
    assert "    prod-web = module.launch_template_prod_web.id\n" in outputs
    assert "launch_template" not in made[TARGET_ROOT].replace("updates_launch_templates", "")


def test_the_role_may_update_templates_where_some_follow_an_image_alone(tmp_path: Path) -> None:
    made = render(load(spec(tmp_path / "some", MADE)))
    assert "  updates_launch_templates = true" in block(made[TARGET_ROOT], "target_account")
    assert "enables_fast_launch" not in made[TARGET_ROOT]
    assert "updates_launch_templates" not in render(load(write_spec(tmp_path / "none")))[TARGET_ROOT]


def test_the_distribution_updates_a_template_once_its_id_is_on_record(tmp_path: Path) -> None:
    before = render(load(spec(tmp_path / "before", MADE)))[BUILD_ROOT]
    assert "launch_templates" not in before
    after = render(load(spec(tmp_path / "after", MADE, IDS)))[BUILD_ROOT]
    assert '[{ account_id = "444444444444", id = "lt-0123456789abcdef0" }]' in region(after, "eu-central-1")
    assert "versions.lock.yaml, launch_templates.lock.yaml\n" in after


def test_a_template_of_the_build_account_is_made_by_the_build_root(tmp_path: Path) -> None:
    made = render(load(spec(tmp_path, "launch_templates: [{accounts: [images-prod], regions: [us-east-1]}]")))
    assert 'source = "../../../modules/launch-template"' in block(made[BUILD_ROOT], "launch_template_prod_web")
    assert 'output "launch_templates" {' in made["prod/images-prod/us-east-1/outputs.tf"]


def test_a_template_that_is_there_is_named_and_not_made(tmp_path: Path) -> None:
    existing = "{id: lt-0fedcba9876543210, accounts: [web-prod], regions: [us-east-1], default: false}"
    made = render(load(spec(tmp_path, f"launch_templates: [{existing}]")))
    entry = '{ account_id = "444444444444", default = false, id = "lt-0fedcba9876543210" }'
    assert entry in region(made[BUILD_ROOT], "us-east-1")
    assert all("launch-template/" not in path for path in made)


def test_fast_launch_of_windows_is_for_the_role_to_turn_on(tmp_path: Path) -> None:
    windows = "image: desktop\nbase: windows-server-2022\ncomponents: [{aws: update-windows}]\n"
    fast = "{accounts: [web-prod], regions: [us-east-1], snapshots: 7, launch_template: {name: prepare}}"
    place = f"images: [web, {{image: desktop, distribution: {{fast_launch: [{fast}]}}}}]"
    prod = SMALL["prod.yaml"].replace("images: [web]", place)
    made = render(load(write_spec(tmp_path, {"prod.yaml": prod, "images/desktop.yaml": windows})))
    desktop = block(made[BUILD_ROOT], "distribution_desktop")
    home = desktop[desktop.index("    us-east-1 = {") :]
    assert '          account_id = "444444444444"\n' in home
    assert '            name    = "prepare"\n            version = "$Default"\n' in home
    assert "          snapshots = 7\n" in home
    assert "fast_launch" not in block(made[BUILD_ROOT], "distribution_web")
    assert "  enables_fast_launch = true" in block(made[TARGET_ROOT], "target_account")
