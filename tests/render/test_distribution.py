"""What a spec says of receivers reaches both sides: the distribution of the build root, keys and roles."""

from __future__ import annotations

from pathlib import Path

from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.render.render import render
from generator.spec import load

BUILD_ROOT, TARGET_ROOT = "prod/images-prod/us-east-1/main.tf", "prod/web-prod/us-east-1/main.tf"
KEY_ROOT = "prod/images-prod/eu-central-1/main.tf"
ORGANIZATION = "arn:aws:organizations::999999999999:organization/o-a1b2c3d4e5"
UNIT = "arn:aws:organizations::999999999999:ou/o-a1b2c3d4e5/ou-ab12-11111111"


def tree(directory: Path, entries: str = "", image: str = "", place: str = "") -> dict[str, str]:
    """The rendered tree of the small spec with more `distribute` entries, and words for the image and its place."""
    prod = SMALL["prod.yaml"].replace("images: [web]", f"images:\n  - {{image: web{place}}}") + entries
    return render(load(write_spec(directory, {"images/web.yaml": SMALL["images/web.yaml"] + image, "prod.yaml": prod})))


def block(text: str, label: str) -> str:
    """One module call of a root."""
    start = text.index(f'module "{label}" {{')
    return text[start : text.index("\n}\n", start)]


def region(text: str, name: str) -> str:
    """What the distribution says of a Region."""
    distribution = block(text, "distribution_web")
    start = distribution.index(f"    {name} = {{")
    return distribution[start : distribution.index("\n    }\n", start)]


def test_an_organization_may_launch_the_build_accounts_ami_and_use_its_key(tmp_path: Path) -> None:
    made = tree(tmp_path, f"  - {{organizations: ['{ORGANIZATION}'], regions: [us-east-1]}}\n")
    assert f'["{ORGANIZATION}"]\n' in region(made[BUILD_ROOT], "us-east-1").partition("organization_arns")[2]
    assert "organization" not in region(made[BUILD_ROOT], "eu-central-1")
    assert f'  organization_arns = ["{ORGANIZATION}"]' in block(made[BUILD_ROOT], "image_key")


def test_a_unit_uses_the_key_of_its_region_alone_and_the_build_account_owns_a_copy_there(tmp_path: Path) -> None:
    made = tree(tmp_path, f"  - {{organizational_units: ['{UNIT}'], regions: [eu-central-1]}}\n")
    assert f'  organizational_unit_arns = ["{UNIT}"]' in block(made[KEY_ROOT], "image_key")
    assert "organizational_unit_arns" not in block(made[BUILD_ROOT], "image_key")
    owners = 'target_account_ids = ["333333333333", "444444444444"]'
    assert owners in region(made[BUILD_ROOT], "eu-central-1")


def test_an_account_that_launches_the_build_accounts_ami_abroad_does_not_use_the_key_at_home(tmp_path: Path) -> None:
    made = tree(tmp_path, "  - {accounts: [data-prod], regions: [eu-central-1], mode: share}\n")
    assert '  target_account_ids = ["444444444444"]' in block(made[BUILD_ROOT], "image_key")
    assert '  target_account_ids = ["444444444444", "555555555555"]' in block(made[KEY_ROOT], "image_key")


def test_the_public_is_told_in_the_sentence_that_asked_for_it(tmp_path: Path) -> None:
    entry = '  - {public: "yes, anyone may launch this image", regions: [us-east-1]}\n'
    made = tree(tmp_path, entry, "volume: {encrypted: false}\n")
    assert '      public = "yes, anyone may launch this image"\n' in region(made[BUILD_ROOT], "us-east-1")
    assert "public" not in region(made[BUILD_ROOT], "eu-central-1")


def test_nobody_is_let_in_who_is_not_named(tmp_path: Path) -> None:
    made = tree(tmp_path)
    assert all(
        word not in text for word in ("organization_arns", "organizational_unit_arns") for text in (made[BUILD_ROOT],)
    )
    assert "public" not in block(made[BUILD_ROOT], "distribution_web")


def test_amis_are_called_as_the_spec_says_and_otherwise_in_one_region(tmp_path: Path) -> None:
    image = """\
distribution:
  ami_name: "shop {{ imagebuilder:buildDate }}"
  ami_description: The shop
  ami_tags: {Product: shop}
  regions: {eu-central-1: {ami_name: "laden {{imagebuilder:buildDate}}", ami_tags: {Data: eu}}}
"""
    made = tree(tmp_path, image=image)
    distribution = block(made[BUILD_ROOT], "distribution_web")
    assert '  ami_name    = "shop {{ imagebuilder:buildDate }}"\n' in distribution
    assert '  ami_description = "The shop"\n' in distribution
    assert '    Product     = "shop"\n' in distribution[distribution.index("  ami_tags = {") :]
    abroad = region(made[BUILD_ROOT], "eu-central-1")
    assert '"laden {{imagebuilder:buildDate}}"' in abroad
    assert '        Data        = "eu"\n' in abroad
    assert '        Product     = "shop"\n' in abroad
    assert "ami_" not in region(made[BUILD_ROOT], "us-east-1")


def test_the_place_in_an_environment_wins_key_by_key(tmp_path: Path) -> None:
    image = 'distribution: {ami_name: "a {{ imagebuilder:buildDate }}", ami_description: Everywhere}\n'
    made = tree(tmp_path, image=image, place=", distribution: {ami_description: Here}")
    distribution = block(made[BUILD_ROOT], "distribution_web")
    assert '"a {{ imagebuilder:buildDate }}"' in distribution
    assert '  ami_description = "Here"\n' in distribution


def test_a_region_of_an_images_file_that_the_environment_does_not_ship_to_is_left_out(tmp_path: Path) -> None:
    files = {
        "images/web.yaml": SMALL["images/web.yaml"]
        + "distribution: {regions: {eu-central-1: {ami_description: EU}}}\n",
        "dev.yaml": SMALL["prod.yaml"]
        .replace("prod\nbuild", "dev\nbuild")
        .replace("distribute:", "")
        .rsplit("\n", 2)[0]
        + "\n",
    }
    made = render(load(write_spec(tmp_path, files)))
    assert "EU" in made[BUILD_ROOT]
    assert "EU" not in made["dev/images-prod/us-east-1/main.tf"]


def test_a_parameter_of_ones_own_is_written_by_whoever_owns_the_image(tmp_path: Path) -> None:
    here = "{name: /web/ami, regions: [us-east-1]}"
    theirs = "{name: /web/id, data_type: text, accounts: [web-prod]}"
    place = f", distribution: {{parameters: [{here}, {theirs}]}}"
    made = tree(tmp_path, place=place)
    home, abroad = region(made[BUILD_ROOT], "us-east-1"), region(made[BUILD_ROOT], "eu-central-1")
    assert '        { name = "/web/ami" },\n' in home
    assert '        { account_id = "444444444444", name = "/web/ami" },\n' in home
    assert '        { account_id = "444444444444", data_type = "text", name = "/web/id" },\n' in abroad
    assert '"/web/ami"' not in abroad
    assert '["/goldsmith/prod/web/ami", "/web/ami", "/web/id"]' in made[TARGET_ROOT]
    role = block(made[BUILD_ROOT], "execution_role")
    assert '"arn:aws:ssm:us-east-1:333333333333:parameter/web/ami"' in role
    assert "/web/id" not in role


def test_a_license_stands_in_its_region(tmp_path: Path) -> None:
    arn = f"arn:aws:license-manager:us-east-1:333333333333:license-configuration:lic-{'0' * 32}"
    made = tree(tmp_path, place=f", distribution: {{regions: {{us-east-1: {{licenses: ['{arn}']}}}}}}")
    assert f'      license_arns = [\n        "{arn}",\n      ]\n' in region(made[BUILD_ROOT], "us-east-1")


HOME_KEY = "arn:aws:kms:us-east-1:333333333333:alias/golden"
AWAY_KEY = "arn:aws:kms:eu-central-1:999999999999:key/01234567-89ab-cdef-0123-456789abcdef"


def test_given_keys_are_used_on_both_sides_and_none_is_made(tmp_path: Path) -> None:
    made = tree(tmp_path, f"keys:\n  us-east-1: {HOME_KEY}\n  eu-central-1: {AWAY_KEY}\n")
    assert KEY_ROOT not in made
    assert all("image-key" not in path for path in made)
    assert f'    kms_key_id = "{HOME_KEY}"\n' in block(made[BUILD_ROOT], "recipe_web_1_0_0")
    assert f'"{AWAY_KEY}"' in region(made[BUILD_ROOT], "eu-central-1")
    role = block(made[TARGET_ROOT], "target_account")
    assert f'    "{AWAY_KEY}",\n    "{HOME_KEY}",\n' in role
    outputs = made["prod/images-prod/us-east-1/outputs.tf"]
    assert f'  value       = "{HOME_KEY}"\n' in outputs


def test_the_role_uses_no_key_where_nothing_is_encrypted(tmp_path: Path) -> None:
    made = tree(tmp_path, image="volume: {encrypted: false}\n")
    assert "  key_arns = []\n" in block(made[TARGET_ROOT], "target_account")
    assert "kms_key_id" not in block(made[BUILD_ROOT], "distribution_web")


def test_a_recipe_gets_a_new_version_with_a_key_and_its_old_one_without(tmp_path: Path) -> None:
    write_spec(tmp_path)
    before = load(tmp_path).environments["prod"].images[0].version
    with_keys = SMALL["prod.yaml"] + f"keys:\n  us-east-1: {HOME_KEY}\n  eu-central-1: {AWAY_KEY}\n"
    versions = []
    for prod in (with_keys, SMALL["prod.yaml"]):
        (tmp_path / "prod.yaml").write_text(prod)
        plan_lock(tmp_path).write()
        versions.append(load(tmp_path).environments["prod"].images[0].version)
    assert (before, versions) == ("1.0.0", ["1.0.1", "1.0.0"])


def test_a_parameter_is_made_where_it_is_asked_for_and_left_to_the_first_build_otherwise(tmp_path: Path) -> None:
    here = "{name: /web/id, data_type: text, make: true, accounts: [web-prod]}"
    made = tree(tmp_path, place=f", distribution: {{parameters: [{here}, {{name: /web/ami}}]}}")
    abroad = made["prod/web-prod/eu-central-1/main.tf"]
    assert '  names = ["/web/id"]' in block(abroad, "output_parameters_web")
    assert '  names = ["/web/id"]' in block(made[TARGET_ROOT], "output_parameters_web")
    assert "output_parameters" not in made[BUILD_ROOT]
    assert "target_account" not in abroad


def test_a_version_that_is_kept_keeps_the_key_that_it_was_made_with(tmp_path: Path) -> None:
    files = {"images/web.yaml": SMALL["images/web.yaml"] + "keep: 1\n"}
    write_spec(tmp_path, files)
    (tmp_path / "prod.yaml").write_text(
        SMALL["prod.yaml"] + f"keys:\n  us-east-1: {HOME_KEY}\n  eu-central-1: {AWAY_KEY}\n"
    )
    plan_lock(tmp_path).write()
    root = render(load(tmp_path))[BUILD_ROOT]
    assert '"arn:aws:kms:us-east-1:333333333333:alias/goldsmith-prod"' in block(root, "recipe_web_1_0_0")
    assert f'"{HOME_KEY}"' in block(root, "recipe_web_1_0_1")
