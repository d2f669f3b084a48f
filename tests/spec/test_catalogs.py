"""Catalogs: component documents that specs share."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.errors import UsageError
from generator.spec import load
from generator.spec.loading import read
from generator.spec.model import Component

HARDEN = SMALL["components/harden-os.yaml"]


def with_catalogs(directory: Path, catalogs: str, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    organization = SMALL["organization.yaml"] + f"catalogs: {catalogs}\n"
    return write_spec(directory / "spec", {"organization.yaml": organization}, locked=False)


def components(spec: Path) -> dict[str, Component]:
    plan_lock(spec).write()
    return {component.name: component for component in load(spec).environments["prod"].components}


def test_what_the_spec_lacks_comes_from_the_first_catalog_that_has_it(tmp_path: Path) -> None:
    files = {
        "one/harden-os.yaml": HARDEN.replace("echo", "one"),
        "two/harden-os.yaml": HARDEN.replace("echo", "two"),
    }
    spec = with_catalogs(tmp_path, "[../one, ../two]", files)
    (spec / "components" / "harden-os.yaml").unlink()
    found = components(spec)
    assert list(found) == ["harden-os", "ssh-hardened"]
    assert "one {{ Banner }}" in found["harden-os"].document


def test_the_specs_own_component_wins_over_a_catalogs(tmp_path: Path) -> None:
    spec = with_catalogs(tmp_path, "[../one]", {"one/harden-os.yaml": HARDEN.replace("echo", "one")})
    assert "echo {{ Banner }}" in components(spec)["harden-os"].document


def test_what_no_image_uses_of_a_catalog_is_neither_read_nor_locked(tmp_path: Path) -> None:
    spec = with_catalogs(tmp_path, "[../one]", {"one/spare.yaml": "phases: not a document\n"})
    assert list(components(spec)) == ["harden-os", "ssh-hardened"]
    assert "spare" not in (spec / "versions.lock.yaml").read_text()
    assert read(spec).diagnostics == ()


def test_a_component_of_the_spec_is_locked_once_an_image_uses_it(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"components/spare.yaml": HARDEN})
    assert "spare" not in (spec / "versions.lock.yaml").read_text()
    assert load(spec).environments["prod"].images[0].version == "1.0.0"
    with pytest.raises(UsageError, match="spare: no image uses this component, so it has no version"):
        plan_lock(spec, "major", ["spare"])
    image = spec / "images" / "web.yaml"
    image.write_text(image.read_text().replace("[harden-os,", "[harden-os, spare,"))
    assert [str(each) for each in plan_lock(spec).additions] == [
        "component spare 1.0.0 (new)",
        "recipe web 1.0.1 (was 1.0.0)",
    ]


def test_a_catalog_says_what_its_components_are_for_without_a_version_that_depends_on_it(tmp_path: Path) -> None:
    spec = with_catalogs(tmp_path, "[../one]", {"one/harden-os.yaml": HARDEN})
    (spec / "components" / "harden-os.yaml").unlink()
    plan_lock(spec).write()
    locked = (spec / "versions.lock.yaml").read_text()
    systems = tmp_path / "one" / "systems.yaml"
    systems.write_text("components: {harden-os: {systems: [Amazon Linux]}}\n")
    assert read(spec).diagnostics == ()
    plan_lock(spec).write()
    assert (spec / "versions.lock.yaml").read_text() == locked
    systems.write_text("components: {harden-os: {systems: [Ubuntu]}}\n")
    assert [each.message for each in read(spec).diagnostics] == [
        f"harden-os is for Ubuntu, says {spec / '../one' / 'systems.yaml'}, but amazon-linux-2023 is Amazon Linux 2023."
    ]


def test_what_a_catalog_says_of_a_component_is_not_said_of_the_specs_own(tmp_path: Path) -> None:
    files = {
        "one/harden-os.yaml": HARDEN,
        "one/systems.yaml": "components: {harden-os: {systems: [Ubuntu]}}\n",
    }
    spec = with_catalogs(tmp_path, "[../one]", files)
    plan_lock(spec).write()
    assert read(spec).diagnostics == ()
