"""Extra Terraform of a spec in the rendered tree, and files that nobody knows of."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import write_spec

from generator.errors import GoldsmithError
from generator.render.render import render
from generator.render.strangers import strangers
from generator.render.writer import write
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
ALARM = 'resource "aws_sns_topic" "alarms" {\n  name = "${alarms}"\n}\n'
KEY = 'module "key" {\n  source   = "../../../modules/scanning"\n  nothing = 1\n}\n'


def rendered(directory: Path, files: dict[str, str]) -> dict[str, str]:
    return render(load(write_spec(directory, files)))


def test_extra_terraform_is_copied_as_it_stands_with_where_it_comes_from(tmp_path: Path) -> None:
    files = {"extra/prod/build/alarms.tf": ALARM, "extra/prod/build/policy.json": "{}"}
    tree = rendered(tmp_path, files)
    head = "# A copy of extra/prod/build/alarms.tf of the spec: change it there, then run `goldsmith render`.\n"
    assert tree[f"{ROOT}/extra_alarms.tf"] == head + ALARM
    assert tree[f"{ROOT}/extra/policy.json"] == "{}"
    assert [path for path in tree if "extra" in path and not path.startswith(ROOT)] == []


def test_extra_terraform_may_use_the_modules_that_come_with_goldsmith(tmp_path: Path) -> None:
    assert "modules/scanning/main.tf" in rendered(tmp_path, {"extra/prod/build/key.tf": KEY})


@pytest.mark.parametrize("kind", ["output", "module"])
def test_a_name_that_a_rendered_file_has_is_refused(kind: str, tmp_path: Path) -> None:
    name = {"output": "pipelines", "module": "log_bucket"}[kind]
    place = {"output": "outputs.tf", "module": "main.tf"}[kind]
    text = f'{ALARM}\n{kind} "{name}" {{\n  value = 1\n}}\n'
    with pytest.raises(GoldsmithError) as error:
        rendered(tmp_path, {"extra/prod/build/more.tf": text})
    assert str(error.value) == (
        f'extra/prod/build/more.tf:5: {kind} "{name}" stands in the rendered {place} already. Give it another name.'
    )


def test_a_file_that_goes_from_the_spec_goes_from_the_tree(tmp_path: Path) -> None:
    spec = write_spec(tmp_path / "spec", {"extra/prod/build/alarms.tf": ALARM})
    write(render(load(spec)), tmp_path / "rendered")
    (spec / "extra/prod/build/alarms.tf").unlink()
    assert write(render(load(spec)), tmp_path / "rendered").removed == (f"{ROOT}/extra_alarms.tf",)


def test_files_that_terraform_reads_and_nobody_wrote_are_found_also_where_a_root_was(tmp_path: Path) -> None:
    tree = {"prod/web/main.tf": "web\n", "modules/key/main.tf": "key\n"}
    write(tree | {"prod/gone/main.tf": "gone\n"}, tmp_path)
    strange = ["modules/key/more.tf", "prod/gone/hand.tf.json", "prod/web/terraform.tfvars", "prod/web/x.auto.tfvars"]
    for path in (*strange, "prod/web/notes.md", "prod/web/.terraform/modules/other.tf"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("mine")
    write(tree, tmp_path)
    assert strangers(tree, tmp_path) == strange
    assert all((tmp_path / path).read_text() == "mine" for path in strange)
