"""What is written, what is removed, and what is never touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator.errors import GoldsmithError
from generator.render.diff import unified_diff
from generator.render.manifest import MANIFEST
from generator.render.writer import Difference, compare, write

TREE = {"prod/web/main.tf": "web\n", "prod/data/main.tf": "data\n", "modules/key/main.tf": "key\n"}


def texts(directory: Path) -> dict[str, str]:
    """Every file below the directory, the manifest left out."""
    places = [path for path in directory.rglob("*") if not path.is_dir() and path.name != MANIFEST]
    return {path.relative_to(directory).as_posix(): path.read_bytes().decode() for path in sorted(places)}


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """A directory that holds TREE, written before."""
    write(TREE, tmp_path / "rendered")
    return tmp_path / "rendered"


def test_a_first_render_writes_everything(tmp_path: Path) -> None:
    assert write(TREE, tmp_path / "a" / "b") == Difference(tuple(sorted(TREE)), (), 0)
    assert texts(tmp_path / "a" / "b") == TREE


def test_a_second_render_touches_nothing(rendered: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in rendered.rglob("*")}
    assert write(TREE, rendered) == Difference((), (), 3)
    assert {path: path.stat().st_mtime_ns for path in rendered.rglob("*")} == before


def test_only_what_changed_is_written(rendered: Path) -> None:
    untouched = (rendered / "prod/web/main.tf").stat().st_mtime_ns
    changed = TREE | {"prod/data/main.tf": "other\r\n"}
    assert write(changed, rendered) == Difference(("prod/data/main.tf",), (), 2)
    assert texts(rendered) == changed
    assert (rendered / "prod/web/main.tf").stat().st_mtime_ns == untouched


def test_what_is_no_longer_rendered_goes_with_the_folders_it_leaves_empty(rendered: Path) -> None:
    less = {"prod/web/main.tf": "web\n"}
    assert write(less, rendered) == Difference((), ("modules/key/main.tf", "prod/data/main.tf"), 1)
    assert sorted(path.name for path in rendered.rglob("*")) == [MANIFEST, "main.tf", "prod", "web"]


def test_files_of_others_stay_also_where_a_root_goes(rendered: Path) -> None:
    (rendered / "prod/data/notes.md").write_text("mine")
    write({}, rendered)
    assert texts(rendered) == {"prod/data/notes.md": "mine"}


def test_a_file_of_others_in_the_way_is_refused_before_anything_is_written(rendered: Path) -> None:
    (rendered / "prod/new").mkdir()
    (rendered / "prod/new/main.tf").write_text("mine")
    before, manifest = texts(rendered), (rendered / MANIFEST).read_bytes()
    with pytest.raises(GoldsmithError, match=r"prod/new/main\.tf: is in the way, and Goldsmith did not write it"):
        write(TREE | {"prod/new/main.tf": "ours", "prod/web/main.tf": "changed"}, rendered)
    assert texts(rendered) == before
    assert (rendered / MANIFEST).read_bytes() == manifest


def test_a_file_that_already_holds_what_is_rendered_becomes_ours(rendered: Path) -> None:
    (rendered / MANIFEST).unlink()
    assert compare(TREE, rendered) == Difference((MANIFEST,), (), 3)
    write(TREE, rendered)
    assert not compare(TREE, rendered)
    write({}, rendered)
    assert texts(rendered) == {}


def test_an_edited_file_is_told_and_then_overwritten(rendered: Path) -> None:
    (rendered / "prod/web/main.tf").write_text("edited\n")
    difference = compare(TREE, rendered)
    assert difference == Difference(("prod/web/main.tf",), (), 2)
    assert "".join(unified_diff(TREE, difference, rendered)) == (
        "--- a/rendered/prod/web/main.tf\n+++ b/rendered/prod/web/main.tf\n@@ -1 +1 @@\n-edited\n+web\n"
    )
    write(TREE, rendered)
    assert texts(rendered) == TREE


def test_a_diff_shows_new_and_removed_files_and_the_lack_of_a_last_newline(rendered: Path) -> None:
    tree = {"modules/key/main.tf": "key\n", "prod/web/main.tf": "web\n", "prod/new/main.tf": "no end"}
    assert "".join(unified_diff(tree, compare(tree, rendered), rendered)) == (
        "--- a/rendered/prod/data/main.tf\n+++ /dev/null\n@@ -1 +0,0 @@\n-data\n"
        "--- /dev/null\n+++ b/rendered/prod/new/main.tf\n@@ -0,0 +1 @@\n+no end\n\\ No newline at end of file\n"
    )


def test_the_manifest_knows_no_place_and_no_order(tmp_path: Path) -> None:
    write(TREE, tmp_path / "one")
    write(dict(reversed(TREE.items())), tmp_path / "two")
    manifest = (tmp_path / "one" / MANIFEST).read_text()
    assert manifest == (tmp_path / "two" / MANIFEST).read_text()
    assert list(json.loads(manifest)["files"]) == sorted(TREE)
    assert str(tmp_path) not in manifest


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", "a//b", ".", "c:\\x"])
def test_a_manifest_cannot_reach_outside_the_tree(rendered: Path, name: str) -> None:
    outside = rendered.parent / "outside"
    outside.write_text("mine")
    (rendered / MANIFEST).write_text(json.dumps({"version": 1, "files": {name: None}}))
    with pytest.raises(GoldsmithError, match="no list of files that this Goldsmith wrote"):
        write(TREE, rendered)
    assert outside.read_text() == "mine"


@pytest.mark.parametrize("text", ["", "<<<<<<< ours", "[]", '{"files": {}}', '{"version": 2, "files": {}}', "\xff"])
def test_a_damaged_manifest_is_told(rendered: Path, text: str) -> None:
    (rendered / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(GoldsmithError, match="Restore it from version control"):
        write(TREE, rendered)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../x", "a\\b"])
def test_a_tree_cannot_reach_outside_its_directory(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="no path below the tree"):
        write({path: "x"}, tmp_path / "rendered")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_place_of_a_folder_is_not_followed(rendered: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (rendered / "prod/web").rename(outside)
    (rendered / "prod/web").symlink_to(outside)
    with pytest.raises(GoldsmithError, match="prod/web: is a link, where a folder is rendered"):
        write({"prod/web/main.tf": "changed"}, rendered)
    assert (outside / "main.tf").read_text() == "web\n"


def test_a_link_in_the_place_of_a_file_is_replaced_and_what_it_names_is_kept(rendered: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("web\n")
    (rendered / "prod/web/main.tf").unlink()
    (rendered / "prod/web/main.tf").symlink_to(tmp_path / "outside")
    write(TREE | {"prod/web/main.tf": "changed"}, rendered)
    assert not (rendered / "prod/web/main.tf").is_symlink()
    assert (tmp_path / "outside").read_text() == "web\n"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda rendered: (rendered / "prod/new/main.tf").mkdir(parents=True), "is a directory, where a file"),
        (lambda rendered: (rendered / "prod/new").write_text(""), "a file is where a folder of it belongs"),
    ],
)
def test_something_of_another_kind_in_the_way_is_told(rendered: Path, make: object, message: str) -> None:
    make(rendered)  # type: ignore[operator]
    with pytest.raises(GoldsmithError, match=message):
        write(TREE | {"prod/new/main.tf": "new", "prod/web/main.tf": "changed"}, rendered)
    assert (rendered / "prod/web/main.tf").read_text() == "web\n"


@pytest.mark.skipif(not os.access("/proc/self", os.R_OK), reason="there is no /proc, whose folders nobody can write")
def test_where_nothing_can_be_written_one_message_says_so() -> None:
    with pytest.raises(GoldsmithError, match=r"cannot be written \(.*\)\. Make /proc/self/rendered writable"):
        write(TREE, Path("/proc/self/rendered"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(rendered: Path) -> None:
    before = texts(rendered)
    (rendered / "prod/web").chmod(0o555)
    try:
        with pytest.raises(GoldsmithError, match="cannot be written"):
            write({"prod/data/main.tf": "changed", "prod/new/main.tf": "new"}, rendered)
    finally:
        (rendered / "prod/web").chmod(0o755)
    assert texts(rendered) == before


def test_a_failure_while_staging_leaves_all_as_it_was(rendered: Path) -> None:
    before = texts(rendered)
    too_long = f"prod/{'x' * 250}"  # it may stand there, and nothing with a longer name beside it
    with pytest.raises(GoldsmithError, match=r"cannot be written \(File name too long\)"):
        write(TREE | {"prod/data/main.tf": "changed", "prod/new/main.tf": "new", too_long: "x"}, rendered)
    assert texts(rendered) == before
    assert not (rendered / "prod/new").exists()


def test_an_interrupted_render_is_taken_up_by_the_next(rendered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {"prod/web/main.tf": "changed", "prod/new/main.tf": "new"}
    replace, calls = os.replace, []

    def interrupted(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(changed, rendered)
    monkeypatch.undo()
    assert not [path for path in texts(rendered) if "/." in path]
    write(changed, rendered)
    assert texts(rendered) == changed
