"""What a root says of disk images that leave AWS."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.render.render import render
from generator.spec import load

BUILD_ROOT = "prod/images-prod/us-east-1/main.tf"
PLAIN = SMALL["images/web.yaml"] + "volume: {encrypted: false}\n"


def main(directory: Path, image: str, place: str = "") -> str:
    prod = SMALL["prod.yaml"].replace("images: [web]", f"images:\n  - {{image: web{place}}}")
    return render(load(write_spec(directory, {"images/web.yaml": image, "prod.yaml": prod})))[BUILD_ROOT]


def block(text: str, label: str) -> str:
    start = text.index(f'module "{label}" {{')
    return text[start : text.index("\n}\n", start)]


def test_nothing_is_said_of_exports_where_nothing_is_exported(tmp_path: Path) -> None:
    assert "export" not in main(tmp_path, PLAIN)


def test_a_bucket_and_a_role_are_made_for_exports(tmp_path: Path) -> None:
    text = main(tmp_path, PLAIN + "export: VMDK\n")
    made = block(text, "vm_export")
    assert '  bucket_name = "acme-prod-imagebuilder-exports-333333333333-us-east-1"\n' in made
    assert '  name        = "goldsmith-prod-vm-export"\n' in made
    assert "existing_buckets = {}" in made


def test_an_image_is_exported_in_the_build_region_alone(tmp_path: Path) -> None:
    distribution = block(main(tmp_path, PLAIN + "export: vhd\n"), "distribution_web")
    assert distribution.count("s3_export") == 1
    export = distribution[distribution.index("us-east-1 = {") :]
    assert "        bucket    = module.vm_export.bucket_name\n" in export
    assert '        format    = "VHD"\n' in export
    assert '        prefix    = "web/"\n' in export
    assert "        role_name = module.vm_export.role_name\n" in export


def test_a_bucket_that_is_there_is_written_below_its_prefix_alone(tmp_path: Path) -> None:
    text = main(tmp_path, PLAIN + "export: {format: raw, bucket: acme-datacenter, prefix: golden/}\n")
    made = block(text, "vm_export")
    assert "  bucket_name = null\n" in made
    assert 'acme-datacenter = ["golden/"]' in made
    assert '        bucket    = "acme-datacenter"\n' in block(text, "distribution_web")


@pytest.mark.parametrize(("place", "kind"), [(", export: none", None), (", export: raw", "RAW"), ("", "VMDK")])
def test_the_place_of_an_image_wins(tmp_path: Path, place: str, kind: str | None) -> None:
    text = main(tmp_path, PLAIN + "export: vmdk\n", place)
    assert ("module.vm_export" in text) == (kind is not None)
    assert kind is None or f'format    = "{kind}"' in text


IMPORT = "import: erp\nplatform: Linux\nsource: s3://acme-machines/erp/system.ova\n"
ISO = "import: desktop\nplatform: Windows\nsource: s3://acme-machines/win11.iso\ntags: {Team: desktops}\n"
ON_ERP = "image: web\nbase: {import: erp}\ncomponents: [harden-os]\n"
ON_DESKTOP = "image: web\nbase: {import: desktop}\ncomponents: [{aws: update-windows}]\n"


def imported(directory: Path, image: str, imports: str) -> str:
    name = imports.split()[1]
    files = {"images/web.yaml": image, f"imports/{name}.yaml": imports}
    return render(load(write_spec(directory, files)))[BUILD_ROOT]


def test_a_base_that_is_imported_goes_by_the_name_that_it_will_have(tmp_path: Path) -> None:
    recipe = imported(tmp_path, ON_ERP, IMPORT + "version: 2.1.0\n")
    assert '"arn:aws:imagebuilder:us-east-1:333333333333:image/prod-erp/2.1.0"' in recipe
    assert 'device     = "/dev/sda1"' in recipe


def test_another_version_of_an_import_is_another_version_of_the_recipe(tmp_path: Path) -> None:
    one, two = (imported(tmp_path, ON_ERP, IMPORT + f"version: {each}\n") for each in ("1.0.0", "1.0.1"))
    assert ('semantic_version = "1.0.0"' in one, 'semantic_version = "1.0.1"' in two) == (True, True)


def test_a_role_reads_the_file_and_uses_the_key(tmp_path: Path) -> None:
    role = block(imported(tmp_path, ON_ERP, IMPORT), "vm_import")
    assert '  name       = "goldsmith-prod-vm-import"\n' in role
    assert 'acme-machines = ["erp/system.ova"]' in role
    assert "key_arns = [module.image_key.alias_arn]" in role


def test_an_import_that_is_not_encrypted_needs_no_key(tmp_path: Path) -> None:
    assert "key_arns = []" in block(imported(tmp_path, ON_ERP, IMPORT + "encrypted: false\n"), "vm_import")


def test_no_role_is_made_where_there_is_one(tmp_path: Path) -> None:
    assert "vm_import" not in imported(tmp_path, ON_ERP, IMPORT + "role: vmimport\n")


def test_an_import_that_no_image_is_based_on_renders_nothing(tmp_path: Path) -> None:
    assert "erp" not in imported(tmp_path, PLAIN, IMPORT)


def test_an_iso_is_installed_on_an_instance_that_reads_it_and_nothing_else(tmp_path: Path) -> None:
    text = imported(tmp_path, ON_DESKTOP, ISO)
    profile = block(text, "iso_instance_profile")
    assert '  name           = "goldsmith-prod-iso"\n' in profile
    assert 'readable_object_arns = ["arn:aws:s3:::acme-machines/win11.iso"]' in profile
    place = block(text, "infrastructure_desktop")
    assert "  instance_profile_name = module.iso_instance_profile.name\n" in place
    assert '  name                  = "prod-desktop"\n' in place
    assert 'instance_types = ["m5.large"]' in place
    assert 'Team = "desktops"' in place
    assert 'module "vm_import"' not in text
