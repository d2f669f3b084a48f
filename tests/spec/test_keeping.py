"""Which versions live on in an environment, and what is read back of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from organizations import EXAMPLE
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec import load
from generator.spec.contents import decoded
from generator.spec.documents import digest_of
from generator.spec.files import gather
from generator.spec.kept import recipe_file
from generator.spec.model import Image, Volume
from generator.spec.recipes import recipe_of
from generator.spec.resolve import resolve_recipes
from generator.spec.versions import LOCK_FILE

SPECS = sorted(path.parent for path in EXAMPLE.glob("**/organization.yaml"))
LADDER = ("organization.yaml", "prod.yaml", "images/web.yaml")  # from the farthest to the nearest but a place


def changed(spec: Path, number: int) -> None:
    (spec / "components/harden-os.yaml").write_text(
        SMALL["components/harden-os.yaml"].replace("echo", f"echo {number}")
    )
    plan_lock(spec).write()


def image_of(spec: Path) -> Image:
    return load(spec).environments["prod"].images[0]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"organization.yaml": 3}, 3),
        ({"organization.yaml": 3, "prod.yaml": 2}, 2),
        ({"organization.yaml": 3, "prod.yaml": 2, "images/web.yaml": 1}, 1),
        ({"organization.yaml": 3, "prod.yaml": 2, "images/web.yaml": 1, "place": 0}, 0),
        ({"organization.yaml": 0, "place": 2}, 2),
    ],
)
def test_the_nearest_keep_counts(tmp_path: Path, said: dict[str, int], kept: int) -> None:
    files = {name: SMALL[name] for name in LADDER}
    if "place" in said:
        files["prod.yaml"] = files["prod.yaml"].replace("[web]", f"[{{image: web, keep: {said['place']}}}]")
    for name, count in said.items():
        if name in files:
            files[name] += f"keep: {count}\n"
    spec = write_spec(tmp_path, files)
    for number in range(1, 5):
        changed(spec, number)
    assert [each.version for each in image_of(spec).kept] == [f"1.0.{number}" for number in range(4 - kept, 4)]


def test_an_older_version_is_what_it_was_and_the_rest_is_as_it_is_now(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"organization.yaml": f"{SMALL['organization.yaml']}keep: 1\n"})
    old = image_of(spec)
    (spec / "images/web.yaml").write_text(
        SMALL["images/web.yaml"].replace("amazon-linux-2023", "amazon-linux-2023-arm64") + "volume: {size: 30}\n"
    )
    changed(spec, 1)
    (spec / "prod.yaml").write_text(SMALL["prod.yaml"].replace("[web]", "[{image: web, version: 1.0.0}]"))
    pinned = image_of(spec)
    assert (pinned.version, pinned.volume, pinned.components) == ("1.0.0", old.volume, old.components)
    assert pinned.instance_types == ("t3.medium",)  # of the architecture that the old base has
    [newest] = pinned.kept
    assert (newest.version, newest.volume.size, newest.instance_types) == ("1.0.1", 30, ("t4g.medium",))
    environment = load(spec).environments["prod"]
    assert [(each.name, each.version) for each in environment.kept_components] == [("harden-os", "1.0.0")]
    assert "echo {{ Banner }}" in environment.kept_components[0].document


@pytest.mark.parametrize("directory", SPECS, ids=lambda path: path.name)
def test_every_recipe_is_read_back_from_its_content(directory: Path) -> None:
    report = Report()
    sources = gather(directory, report)
    versions = dict.fromkeys(sources.components, "1.0.0")
    recipes = resolve_recipes(sources, versions, report)
    assert not report.has_errors
    for recipe in recipes.values():
        again = recipe_of(json.loads(recipe_file(recipe)))
        assert again.digest == recipe.digest
        assert {**again.members, "base": None} == {**recipe.members, "base": None}
        assert again.base.platform == recipe.base.platform


@pytest.mark.parametrize(
    "value",
    [{"device": "/dev/xvda", "size": "20"}, {"device": "/dev/xvda", "magic": 1}, ["/dev/xvda"], None, "x", True],
)
def test_what_is_of_another_type_is_not_read_back(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        decoded(Volume, value)


def test_an_old_document_that_would_be_refused_today_is_kept_by_its_hash(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"organization.yaml": f"{SMALL['organization.yaml']}keep: 1\n"})
    old = SMALL["components/harden-os.yaml"] + "zzz: what AWSTOE once took\n"
    digest = digest_of(parse("old.yaml", old.encode()))
    lock = (spec / LOCK_FILE).read_text().replace("  harden-os:\n", f'  harden-os:\n    0.9.0: "{digest}"\n')
    (spec / LOCK_FILE).write_text(lock)
    (spec / "versions/components/harden-os/0.9.0.yaml").write_text(old)
    [kept] = load(spec).environments["prod"].kept_components
    assert (kept.version, "zzz" in kept.document) == ("0.9.0", True)
