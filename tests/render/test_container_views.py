"""What a root says of container images, and what accounts that receive them do not need."""

from __future__ import annotations

from pathlib import Path

from specs import SMALL, write_spec

from generator.render.render import render
from generator.spec import load
from tests.render.test_operations_views import block

BUILD_ROOT, KEY_ROOT = "prod/images-prod/us-east-1/main.tf", "prod/images-prod/eu-central-1/main.tf"
HEAD = "image: web\ncomponents: [harden-os]\n"
PLAIN = f"{HEAD}base: amazon-linux-2023\ncontainer: {{}}\n"
FULL = f"""{HEAD}\
description: Web server.
base: {{ecr: "team/base:1.0"}}
container:
  repository: {{name: team/web, encryption: aes256, immutable: false, keep: 5, scan_on_push: false, untagged_days: 7}}
  tags: [latest]
  dockerfile_uri: s3://acme-templates/web
  kms_key: own
  instance:
    ami: ami-0123456789abcdef0
    devices:
      - {{device: /dev/sdb, no_device: true}}
      - {{device: /dev/sdc, virtual_name: ephemeral0}}
      - {{device: /dev/xvda, size: 80, encrypted: false, iops: 4000, throughput: 250, snapshot: snap-0123456789abcdef0}}
working_directory: /opt/work
scanning: true
lifecycle: {{delete: keep 5}}
"""


def tree(directory: Path, image: str = PLAIN, **files: str) -> dict[str, str]:
    return render(load(write_spec(directory, {"images/web.yaml": image, **files})))


def test_a_container_image_has_a_recipe_of_its_own_and_a_template_beside_it(tmp_path: Path) -> None:
    made = tree(tmp_path)
    recipe = block(made[BUILD_ROOT], "recipe_web_1_0_0")
    assert 'source = "../../../modules/container-recipe"' in recipe
    assert 'parent_image     = "public.ecr.aws/amazonlinux/amazonlinux:2023"' in recipe
    assert "repository_name  = module.repository_web.name" in recipe
    assert 'dockerfile_template = file("${path.module}/dockerfiles/web.Dockerfile")' in recipe
    assert "kms_key_id = module.image_key.alias_arn" in recipe
    assert made["prod/images-prod/us-east-1/dockerfiles/web.Dockerfile"].startswith(
        "FROM {{{ imagebuilder:parentImage }}}\n"
    )
    assert "container_recipe_arn = module.recipe_web_1_0_0.arn" in block(made[BUILD_ROOT], "pipeline_web")
    assert "http_put_response_hop_limit = 2" in block(made[BUILD_ROOT], "infrastructure_web")
    assert "repository_name    = module.distribution_web.repository_name" in made[BUILD_ROOT.replace("main", "outputs")]


def test_every_region_has_the_repository_and_lets_its_receivers_pull(tmp_path: Path) -> None:
    made = tree(tmp_path)
    for root in (BUILD_ROOT, KEY_ROOT):
        repository = block(made[root], "repository_web")
        assert 'name      = "prod/web"' in repository
        assert "kms_key_arn = module.image_key.arn" in repository
        assert 'pull_account_ids = ["444444444444"]' in repository
    distribution = block(made[BUILD_ROOT], "distribution_web")
    assert 'regions = ["eu-central-1", "us-east-1"]' in distribution


def test_accounts_that_only_pull_have_no_root_and_no_key(tmp_path: Path) -> None:
    made = tree(tmp_path)
    assert {path.rsplit("/", 1)[0] for path in made if path.startswith("prod/")} == {
        "prod/images-prod/eu-central-1",
        "prod/images-prod/us-east-1",
        "prod/images-prod/us-east-1/components",
        "prod/images-prod/us-east-1/dockerfiles",
    }
    assert "target_account_ids = []" in block(made[BUILD_ROOT], "image_key")
    assert "modules/target-account/main.tf" not in made


def test_an_account_that_receives_both_has_the_role_for_amis_alone(tmp_path: Path) -> None:
    prod = SMALL["prod.yaml"].replace("[web]", "[web, base]")
    made = tree(tmp_path, **{"images/base.yaml": SMALL["images/web.yaml"].replace("web", "base"), "prod.yaml": prod})
    target = made["prod/web-prod/us-east-1/main.tf"]
    assert 'ssm_parameter_names = ["/goldsmith/prod/base/ami"]' in target
    assert "repository" not in target
    assert "modules/image-recipe" in block(made[BUILD_ROOT], "recipe_base_1_0_0")
    assert "modules/distribution" in block(made[BUILD_ROOT], "distribution_base")


def test_the_instance_reaches_what_it_builds_from_and_pushes_to_and_nothing_else(tmp_path: Path) -> None:
    made = tree(tmp_path, FULL)
    profile = block(made[BUILD_ROOT], "instance_profile")
    assert 'pull_repository_arns = ["arn:aws:ecr:us-east-1:333333333333:repository/team/base"]' in profile
    pushed = [line.strip(' ",') for line in profile.splitlines() if line.strip().startswith('"arn:aws:ecr')]
    assert pushed == [
        "arn:aws:ecr:eu-central-1:333333333333:repository/team/web",
        "arn:aws:ecr:us-east-1:333333333333:repository/image-builder-image-scanning-repository",
        "arn:aws:ecr:us-east-1:333333333333:repository/team/web",
    ]
    assert 'recipe_arns = ["arn:aws:imagebuilder:us-east-1:333333333333:container-recipe/prod-web/*"]' in profile


def test_every_key_of_a_container_reaches_its_module(tmp_path: Path) -> None:
    made = tree(tmp_path, FULL)
    assert (
        block(made[BUILD_ROOT], "recipe_web_1_0_0").split("\n\n", 1)[1]
        == """\
  description      = "Web server."
  name             = "prod-web"
  parent_image     = "333333333333.dkr.ecr.us-east-1.amazonaws.com/team/base:1.0"
  repository_name  = module.repository_web.name
  semantic_version = "1.0.0"

  block_devices = {
    "/dev/sdb" = {
      no_device = true
    }
    "/dev/sdc" = {
      virtual_name = "ephemeral0"
    }
    "/dev/xvda" = {
      encrypted   = false
      iops        = 4000
      size        = 80
      snapshot_id = "snap-0123456789abcdef0"
      throughput  = 250
      type        = "gp3"
    }
  }

  dockerfile_template_uri = "s3://acme-templates/web"

  instance_image = "ami-0123456789abcdef0"

  kms_key_id = module.image_key.alias_arn

  platform_override = "Linux"

  working_directory = "/opt/work"

  components = [{ arn = module.component_harden_os_1_0_0.arn }]

  tags = {}"""
    )
    assert (
        block(made[BUILD_ROOT], "repository_web").split("\n\n", 1)[1]
        == """\
  name      = "team/web"
  partition = "aws"

  immutable_tags = false

  keep_images = 5

  lifecycle_access = true

  pull_account_ids = ["444444444444"]

  scan_on_push = false

  untagged_days = 7

  tags = {}"""
    )
    assert 'container_tags = ["latest"]' in block(made[BUILD_ROOT], "distribution_web")
    assert 'resource_type      = "CONTAINER_IMAGE"' in block(made[BUILD_ROOT], "lifecycle_web")


def test_a_repository_of_others_is_not_made(tmp_path: Path) -> None:
    made = tree(tmp_path, PLAIN.replace("{}", "{repository: {name: team/web, existing: true}}"))
    assert "repository_web" not in made[BUILD_ROOT] + made[KEY_ROOT]
    assert 'repository_name  = "team/web"' in block(made[BUILD_ROOT], "recipe_web_1_0_0")
    assert "repository/team/web" in block(made[BUILD_ROOT], "instance_profile")


def test_an_arm_base_is_built_on_an_arm_instance(tmp_path: Path) -> None:
    made = tree(tmp_path, PLAIN.replace("amazon-linux-2023", "debian-13-arm64"))
    assert "amazon-linux-2023/arm64/recommended/image_id" in block(made[BUILD_ROOT], "recipe_web_1_0_0")
    assert 'instance_types = ["t4g.medium"]' in block(made[BUILD_ROOT], "infrastructure_web")


def test_a_version_that_is_kept_has_its_own_template_and_repository(tmp_path: Path) -> None:
    image = PLAIN + "keep: 1\n"
    write_spec(tmp_path, {"images/web.yaml": image})
    changed = image.replace("{}", "{repository: golden/web, dockerfile: dockerfiles/web}")
    template = (
        "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"
    )
    made = tree(tmp_path, changed, **{"dockerfiles/web": f"{template}USER 65534\n"})
    old, new = (block(made[BUILD_ROOT], f"recipe_web_1_0_{patch}") for patch in (0, 1))
    assert 'repository_name  = "prod/web"' in old
    assert 'file("${path.module}/dockerfiles/web/1.0.0.Dockerfile")' in old
    assert "repository_name  = module.repository_web.name" in new
    assert made["prod/images-prod/us-east-1/dockerfiles/web/1.0.0.Dockerfile"] == template
    assert made["prod/images-prod/us-east-1/dockerfiles/web.Dockerfile"].endswith("USER 65534\n")
    assert "container_recipe_arn = module.recipe_web_1_0_1.arn" in block(made[BUILD_ROOT], "pipeline_web")


def test_an_arm_base_that_is_kept_is_known_by_its_content(tmp_path: Path) -> None:
    image = PLAIN.replace("amazon-linux-2023", "debian-13-arm64") + "keep: 1\n"
    write_spec(tmp_path, {"images/web.yaml": image})
    made = tree(tmp_path, image + "description: Another.\n")
    assert "amazon-linux-2023/arm64" in block(made[BUILD_ROOT], "recipe_web_1_0_0")


def test_organizations_and_units_pull_as_accounts_do(tmp_path: Path) -> None:
    management = "arn:aws:organizations::999999999999"
    entry = f"""\
  - regions: [us-east-1]
    organizations: ["{management}:organization/o-a1b2c3d4e5"]
    organizational_units: ["{management}:ou/o-a1b2c3d4e5/ou-ab12-11111111"]
"""
    made = tree(tmp_path, **{"prod.yaml": SMALL["prod.yaml"] + entry})
    home, abroad = (block(made[root], "repository_web") for root in (BUILD_ROOT, KEY_ROOT))
    assert 'pull_organization_ids = ["o-a1b2c3d4e5"]' in home
    assert 'pull_organizational_unit_paths = ["o-a1b2c3d4e5/*/ou-ab12-11111111/*"]' in home
    assert "pull_organization" not in abroad


def test_given_keys_encrypt_repositories_too(tmp_path: Path) -> None:
    keys = {
        region: f"arn:aws:kms:{region}:333333333333:key/01234567-89ab-cdef-0123-456789abcdef"
        for region in ("us-east-1", "eu-central-1")
    }
    written = "keys:\n" + "".join(f"  {region}: {arn}\n" for region, arn in keys.items())
    made = tree(tmp_path, **{"prod.yaml": SMALL["prod.yaml"] + written})
    for root, region in ((BUILD_ROOT, "us-east-1"), (KEY_ROOT, "eu-central-1")):
        assert f'kms_key_arn = "{keys[region]}"' in block(made[root], "repository_web")
        assert 'module "image_key"' not in made[root]
    assert f'kms_key_id = "{keys["us-east-1"]}"' in block(made[BUILD_ROOT], "recipe_web_1_0_0")
