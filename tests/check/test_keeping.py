"""`goldsmith lock` keeps the contents of the last versions, and of nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specs import SMALL, write_spec

from generator.check.lock import Locking, plan_lock
from generator.spec import load
from generator.spec.kept import kept_files
from generator.spec.versions import LOCK_FILE, parse_version

ORGANIZATION = SMALL["organization.yaml"]
HARDEN = SMALL["components/harden-os.yaml"]
WEB = SMALL["images/web.yaml"]


def keeping(directory: Path, keep: int, files: dict[str, str] | None = None) -> Path:
    return write_spec(directory, {"organization.yaml": f"{ORGANIZATION}keep: {keep}\n", **(files or {})})


def change(directory: Path, file: str, text: str) -> Locking:
    """Change a file, and lock what came of it."""
    (directory / file).write_text(text)
    locking = plan_lock(directory)
    if locking.is_needed:
        locking.write()
    assert not plan_lock(directory).is_needed
    return locking


def stored(directory: Path, section: str, name: str) -> list[str]:
    files = [path for path in kept_files(directory) if path.parts[1:3] == (section, name)]
    return sorted((path.stem for path in files), key=parse_version)


def version(number: int) -> str:
    return HARDEN.replace("echo", f"echo {number}")


def test_nothing_is_written_where_nothing_is_to_be_kept(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 0)
    change(spec, "components/harden-os.yaml", version(1))
    assert not (spec / "versions").exists()


def test_the_newest_is_kept_while_its_content_is_at_hand_and_stays_when_it_is_old(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 1)
    first = (spec / "versions/components/harden-os/1.0.0.yaml").read_bytes()
    locking = change(spec, "components/harden-os.yaml", version(1))
    assert sorted(map(str, locking.storing.writes)) == [
        "versions/components/harden-os/1.0.1.yaml",
        "versions/recipes/web/1.0.1.json",
    ]
    assert (spec / "versions/components/harden-os/1.0.0.yaml").read_bytes() == first
    assert locking.storing.removals == ()


def test_what_falls_out_of_the_window_goes_with_its_folders(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 1)
    for number in (1, 2):
        change(spec, "components/harden-os.yaml", version(number))
    assert stored(spec, "components", "harden-os") == stored(spec, "recipes", "web") == ["1.0.1", "1.0.2"]
    change(spec, "organization.yaml", ORGANIZATION)
    assert not (spec / "versions").exists()


def test_what_a_person_put_beside_them_stays(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 1)
    (spec / "versions/recipes/web/why.md").write_text("Rolled back on a Friday.")
    change(spec, "organization.yaml", ORGANIZATION)
    assert [path.name for path in (spec / "versions").rglob("*") if path.is_file()] == ["why.md"]


def test_a_kept_recipe_keeps_the_components_of_its_time(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 2)
    change(spec, "components/harden-os.yaml", version(1))
    for size in (21, 22):
        change(spec, "images/web.yaml", f"{WEB}volume: {{size: {size}}}\n")
    assert stored(spec, "recipes", "web") == ["1.0.1", "1.0.2", "1.0.3"]
    assert stored(spec, "components", "harden-os") == ["1.0.0", "1.0.1"]
    change(spec, "images/web.yaml", f"{WEB}volume: {{size: 23}}\n".replace("harden-os, ", ""))
    assert stored(spec, "components", "harden-os") == ["1.0.1"]  # of the two recipes before the newest alone


def test_a_version_that_an_environment_is_pinned_to_stays_without_keep(tmp_path: Path) -> None:
    pinned = {"prod.yaml": SMALL["prod.yaml"].replace("[web]", "[{image: web, version: 1.0.0}]")}
    spec = keeping(tmp_path, 0, pinned)
    for number in (1, 2):
        change(spec, "components/harden-os.yaml", version(number))
    assert stored(spec, "recipes", "web") == ["1.0.0", "1.0.2"]
    [image] = load(spec).environments["prod"].images
    assert (image.version, [each.version for each in image.kept]) == ("1.0.0", ["1.0.2"])


def test_the_most_that_any_environment_asks_for_is_kept(tmp_path: Path) -> None:
    other = SMALL["prod.yaml"].replace("prod\n", "dev\n", 1).split("distribute")[0].replace("[web]", "[web]\nkeep: 2")
    spec = keeping(tmp_path, 0, {"dev.yaml": other})
    for number in (1, 2, 3):
        change(spec, "components/harden-os.yaml", version(number))
    assert stored(spec, "recipes", "web") == ["1.0.1", "1.0.2", "1.0.3"]
    kept = {name: each.images[0].kept for name, each in load(spec).environments.items()}
    assert [image.version for image in kept["dev"]] == ["1.0.1", "1.0.2"]
    assert kept["prod"] == ()


def test_keep_from_now_on_says_what_is_not_known_any_more(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    change(spec, "components/harden-os.yaml", version(1))
    locking = change(spec, "organization.yaml", f"{ORGANIZATION}keep: 3\n")
    assert locking.storing.notices == (
        "web: of 1.0.0 the content is not known any more, so versions are kept from 1.0.1 on.",
    )
    assert stored(spec, "recipes", "web") == ["1.0.1"]
    assert load(spec).environments["prod"].images[0].kept == ()
    assert change(spec, "components/harden-os.yaml", version(2)).storing.notices == ()


def test_a_lock_that_was_not_written_is_told_of(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    (spec / "organization.yaml").write_text(f"{ORGANIZATION}keep: 1\n")
    locking = plan_lock(spec)
    assert locking.additions == ()
    assert locking.is_needed


@settings(max_examples=30, deadline=None)
@given(
    keep=st.integers(1, 3),
    contents=st.lists(st.tuples(st.integers(0, 5), st.integers(20, 22)), min_size=1, max_size=7),
)
def test_any_changes_keep_the_last_versions_and_never_touch_a_hash(
    keep: int, contents: Sequence[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        spec = keeping(Path(directory), keep)
        recipes, components = ["1.0.0"], ["1.0.0"]
        for number, size in contents:
            (spec / "images/web.yaml").write_text(f"{WEB}volume: {{size: {size}}}\n")
            before = (spec / LOCK_FILE).read_text().splitlines()
            change(spec, "components/harden-os.yaml", version(number))
            assert set(before) <= set((spec / LOCK_FILE).read_text().splitlines())
            environment = load(spec).environments["prod"]
            image = environment.images[0]
            recipes = last(recipes, image.version, keep)
            assert stored(spec, "recipes", "web") == sorted(recipes, key=parse_version)
            assert [each.version for each in image.kept] == [each for each in recipes if each != image.version]
            newest = next(each.version for each in environment.components if each.name == "harden-os")
            held = {use.version for each in (image, *image.kept) for use in each.components if use.name == "harden-os"}
            components = last(components, newest, keep)
            assert {*components, *held} == {newest} | {
                each.version for each in environment.kept_components if each.name == "harden-os"
            }
            components = sorted({*components, *held}, key=parse_version)


def last(known: Sequence[str], newest: str, keep: int) -> list[str]:
    """The newest and the last before it, of those that were known."""
    rest = sorted(set(known) - {newest}, key=parse_version)
    return sorted({*rest[-keep:], newest}, key=parse_version)


@pytest.mark.parametrize("file", ["versions/recipes/web/1.0.0.json", "versions/components/harden-os/1.0.0.yaml"])
def test_a_content_that_was_lost_is_not_invented(tmp_path: Path, file: str) -> None:
    spec = keeping(tmp_path, 1)
    change(spec, "components/harden-os.yaml", version(1))
    (spec / file).unlink()
    plan_lock(spec).write()
    assert not (spec / file).exists()


def test_a_lock_that_begins_anew_leaves_no_content_of_the_one_before(tmp_path: Path) -> None:
    spec = keeping(tmp_path, 1)
    (spec / LOCK_FILE).unlink()
    change(spec, "components/harden-os.yaml", version(7))
    assert stored(spec, "components", "harden-os") == ["1.0.0"]
    assert "echo 7" in (spec / "versions/components/harden-os/1.0.0.yaml").read_text()
    assert load(spec).environments["prod"].images[0].version == "1.0.0"
