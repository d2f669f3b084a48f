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
