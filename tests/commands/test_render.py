"""`goldsmith render`: what it says, what it leaves behind, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.cli import run

Output = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a small spec, as the current directory."""
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path / "environments")
    return tmp_path


def files(directory: Path) -> list[str]:
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def test_a_render_counts_and_a_second_has_nothing_to_do(project: Path, capsys: Output) -> None:
    assert run(["render"]) == 0
    written = len(files(project / "rendered")) - 1  # the manifest is no part of the tree
    assert capsys.readouterr() == ("", f"rendered: {written} written, 0 removed, 0 unchanged.\n")
    assert run(["render"]) == 0
    assert capsys.readouterr() == ("", f"rendered: {written} files, all as the spec says.\n")


def test_what_changed_is_data_for_a_program(project: Path, capsys: Output) -> None:
    assert run(["render", "--json", "--rendered", "elsewhere"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == [name for name in files(project / "elsewhere") if name != ".goldsmith.json"]
    assert (told["version"], told["removed"], told["unchanged"]) == (1, [], 0)


def test_a_tree_that_is_missing_or_fresh_is_told_by_the_exit_code_alone(project: Path, capsys: Output) -> None:
    assert run(["render", "--check"]) == 2
    assert not (project / "rendered").exists()
    assert run(["render"]) == 0
    capsys.readouterr()
    assert run(["render", "--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_stale_tree_is_shown_as_a_diff_and_left_as_it_is(project: Path, capsys: Output) -> None:
    assert run(["render"]) == 0
    path = project / "rendered/prod/images-prod/us-east-1/backend.tf"
    edited = path.read_text().replace('"acme-terraform-state"', '"mine"')
    path.write_text(edited)
    capsys.readouterr()
    assert run(["render", "--check"]) == 2
    said = capsys.readouterr()
    assert said.err == "rendered: 1 file is not what the spec says. Run: goldsmith render\n"
    assert said.out.startswith("--- a/rendered/prod/images-prod/us-east-1/backend.tf\n+++ b/rendered/prod/")
    assert '-    bucket       = "mine"\n+    bucket       = "acme-terraform-state"\n' in said.out
    assert path.read_text() == edited


def test_a_program_reads_what_is_stale(project: Path, capsys: Output) -> None:
    assert run(["render"]) == 0
    (project / "rendered/prod/images-prod/us-east-1/backend.tf").unlink()
    capsys.readouterr()
    assert run(["render", "--check", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["written"] == ["prod/images-prod/us-east-1/backend.tf"]


def test_a_root_that_goes_from_the_spec_goes_from_the_tree(project: Path, capsys: Output) -> None:
    assert run(["render"]) == 0
    write_spec(project / "environments", {"prod.yaml": SMALL["prod.yaml"].split("distribute:")[0]})
    assert run(["render"]) == 0
    assert [path.name for path in (project / "rendered/prod").iterdir()] == ["images-prod"]
    assert not (project / "rendered/modules/target-account").exists()


def test_a_wrong_spec_renders_nothing(project: Path, capsys: Output) -> None:
    (project / "environments/prod.yaml").write_text("environment: prod\n")
    assert run(["render"]) == 1
    assert "prod.yaml" in capsys.readouterr().err
    assert not (project / "rendered").exists()


def test_a_file_of_others_in_the_way_is_one_message(project: Path, capsys: Output) -> None:
    path = project / "rendered/prod/images-prod/us-east-1/main.tf"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    assert run(["render"]) == 1
    assert capsys.readouterr().err == (
        f"{os.path.relpath(path)}: is in the way, and Goldsmith did not write it. Move it away, or render "
        "elsewhere with --rendered DIR.\n"
    )
    assert files(project / "rendered") == ["prod/images-prod/us-east-1/main.tf"]


def test_a_file_that_terraform_reads_and_the_spec_does_not_know_is_told(project: Path, capsys: Output) -> None:
    assert run(["render"]) == 0
    (project / "rendered/prod/images-prod/us-east-1/hand.tf").write_text("# mine\n")
    line = (
        "rendered/prod/images-prod/us-east-1/hand.tf: Terraform reads this file, and Goldsmith did not write it. Keep "
        "it in the spec, under extra/, where it is checked and follows its root (docs/escape-hatch.md).\n"
    )
    capsys.readouterr()
    assert run(["render", "--check"]) == 2
    assert capsys.readouterr().err == f"{line}rendered: 1 file is there that the spec does not know, as told above.\n"
    assert run(["render", "--json"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith(line)
    assert json.loads(said.out)["foreign"] == ["prod/images-prod/us-east-1/hand.tf"]
    assert (project / "rendered/prod/images-prod/us-east-1/hand.tf").read_text() == "# mine\n"
