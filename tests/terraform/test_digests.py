"""The digest of a plan that real Terraform makes twice: elsewhere, later, and by another role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fleets import planned_from

from generator.review.contents import rendered_hash
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.root import RootDirectory, opened

RootFactory = Callable[..., RootDirectory]
CONFIGURATION = """
variable "role" {
  default = "GoldsmithPlan"
}
variable "token" {
  sensitive = true
}
resource "terraform_data" "thing" {
  input            = { token = var.token, order = ["b", "a"] }
  triggers_replace = [1]
}
output "thing" {
  value     = terraform_data.thing.output
  sensitive = true
}
"""


def digest_of(root: RootDirectory, binary: Binary, environment: Mapping[str, str], **variables: str) -> str:
    given = {f"TF_VAR_{name}": value for name, value in variables.items()}
    with opened(root, binary, {**environment, **given}, Cancellation()) as terraform, terraform.planned() as (plan, _):
        return planned_from(plan, rendered=rendered_hash(root.directory)).digest


def test_the_same_plan_elsewhere_and_by_another_role_has_the_same_digest(
    new_root: RootFactory, binary: Binary, environment: dict[str, str]
) -> None:
    here, elsewhere = (new_root(name, CONFIGURATION) for name in ("here/a/b", "quite/somewhere/else"))
    digest = digest_of(here, binary, environment, token="made-up-one")
    assert digest_of(here, binary, environment, token="made-up-one", role="GoldsmithApply") == digest
    assert digest_of(elsewhere, binary, environment, token="made-up-one") == digest
    assert digest_of(elsewhere, binary, environment, token="made-up-two") != digest


def test_files_of_a_root_and_of_its_modules_are_what_is_hashed(tmp_path: Path) -> None:
    root, module = tmp_path / "prod" / "a" / "b", tmp_path / "modules" / "key"
    for directory in (root / "components", module, tmp_path / "modules" / "other"):
        directory.mkdir(parents=True)
    (root / "main.tf").write_text('module "key" {\n  source = "../../../modules/key"\n}\n')
    (root / "components" / "a.yaml").write_text("a")
    (module / "main.tf").write_text("")
    first = rendered_hash(root)
    hashes = {first}
    (root / ".terraform.lock.hcl").write_text("locks")
    (tmp_path / "modules" / "other" / "main.tf").write_text("not called")
    assert rendered_hash(root) == first
    for path in (root / "components" / "a.yaml", module / "main.tf", root / "terraform.tfvars"):
        path.write_text("another")
        hashes.add(rendered_hash(root))
    assert len(hashes) == 4
