"""What touches a root besides its spec: modules, provider, Terraform, another Goldsmith, files of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repositories import Project, comparison, new_project, reasons_of
from specs import SMALL

from generator.affected.errors import BaseError
from generator.render.render import modules_in

BUILD = "prod/images-prod/us-east-1"
KEYS = "prod/images-prod/eu-central-1"
WEB = "prod/web-prod/us-east-1"
ALL = {BUILD, KEYS, WEB}


def commit_tree(project: Project, words: dict[str, tuple[str, str]]) -> None:
    """Commit a base whose tree another Goldsmith has rendered: `words` are replaced in the files that end so."""
    for path in sorted(project.rendered.rglob("*")):
        for end, (old, new) in words.items():
            if path.is_file() and str(path).endswith(end):
                path.write_text(path.read_text().replace(old, new))
    project.commit()
    project.render()


def test_a_module_touches_the_roots_that_call_it(project: Project) -> None:
    commit_tree(project, {"modules/target-account/main.tf": ("target", "receiver")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {WEB: ["module: module target-account changed: main.tf"]}


def test_a_module_of_a_teams_own_touches_the_roots_that_call_it_from_wherever_it_lies(project: Project) -> None:
    """And what that calls in turn; the tree of a root that goes has them too."""
    calls = 'module "alarms" {\n  source = "%s"\n}\n'
    outer, inner = project.top / "terraform" / "alarms" / "main.tf", project.top / "terraform" / "topic" / "main.tf"
    for place, text in ((outer, calls % "../topic"), (inner, 'output "topic" {\n  value = 1\n}\n')):
        place.parent.mkdir(parents=True)
        place.write_text(text)
    project.commit({"extra/prod/images-prod/eu-central-1/alarms.tf": calls % "../../../../terraform/alarms"})
    inner.write_text('output "topic" {\n  value = 2\n}\n')
    with comparison(project) as affected:
        assert reasons_of(affected) == {KEYS: ["module: module terraform/topic changed: main.tf"]}
    project.git("restore", "--worktree", "terraform")
    (project.spec / "extra/prod/images-prod/eu-central-1/alarms.tf").unlink()
    (project.spec / "extra/prod/images-prod/eu-central-1").rmdir()
    project.change({"prod.yaml": SMALL["prod.yaml"].replace(", eu-central-1]", "]")})
    with comparison(project) as affected:
        assert affected.base_tree is not None
        assert (affected.base_tree.parent / "terraform" / "topic" / "main.tf").read_bytes() == inner.read_bytes()


def test_a_provider_touches_every_root(project: Project) -> None:
    commit_tree(project, {".terraform.lock.hcl": ("5.100.0", "5.99.0"), "versions.tf": ("5.100.0", "5.99.0")})
    with comparison(project) as affected:
        found = reasons_of(affected)
    assert found.keys() == ALL
    assert all(reasons[0] == "provider: provider aws 5.99.0 -> 5.100.0" for reasons in found.values())


def test_other_hashes_of_the_same_provider_are_told_as_that(project: Project) -> None:
    commit_tree(project, {f"{WEB}/.terraform.lock.hcl": ("h1:+X3t", "h1:+X3u")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {WEB: ["provider: provider aws 5.100.0: other hashes in the lock file"]}


def test_another_version_of_terraform_that_roots_ask_for(project: Project) -> None:
    commit_tree(project, {"us-east-1/versions.tf": (">= 1.10", ">= 1.9")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {
            root: ["terraform: Terraform version >= 1.9 -> >= 1.10"] for root in (WEB, BUILD)
        }


@pytest.mark.parametrize(
    ("name", "before", "after", "reason"),
    [
        (".terraform-version", "1.11.3\n", "1.11.4\n", "Terraform version 1.11.3 -> 1.11.4 (.terraform-version)"),
        (".opentofu-version", None, "1.10.0", "Terraform version none -> 1.10.0 (.opentofu-version)"),
        (".tool-versions", "python 3.12\nterraform 1.11.3\n", "terraform 1.11.4\npython 3.13\n", "1.11.3 -> 1.11.4"),
        (".tool-versions", "python 3.12\n", "python 3.13\n", None),
    ],
)
def test_the_version_of_terraform_that_a_version_manager_is_told(
    project: Project, name: str, before: str | None, after: str, reason: str | None
) -> None:
    if before is not None:
        (project.top / name).write_text(before)
    project.commit()
    (project.top / name).write_text(after)
    with comparison(project) as affected:
        found = reasons_of(affected)
    assert found.keys() == (ALL if reason else set())
    assert all(reason and reason in reasons[0] for reasons in found.values())


def test_what_another_goldsmith_has_rendered_is_told_beside_what_the_spec_changes(project: Project) -> None:
    commit_tree(project, {"us-east-1/outputs.tf": ("description", "descriptions")})
    project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")})
    other = "goldsmith: Goldsmith renders outputs.tf otherwise than the base has it"
    with comparison(project) as affected:
        assert reasons_of(affected) == {
            WEB: [other],
            BUILD: ["component: component harden-os 1.0.0 -> 1.0.1 through image web", other],
        }


def test_a_file_of_others_touches_the_root_that_it_stands_in(project: Project) -> None:
    (project.rendered / WEB / "by_hand.tf").write_text('output "hand" {\n  value = 1\n}\n')
    (project.rendered / WEB / "notes.md").write_text("Not read by Terraform.\n")
    with comparison(project) as affected:
        assert reasons_of(affected) == {WEB: ["foreign: by_hand.tf, which Goldsmith did not write"]}


def test_without_a_committed_tree_the_spec_of_the_base_is_rendered(project: Project) -> None:
    (project.top / ".gitignore").write_text("rendered/\n")
    project.git("rm", "-r", "--quiet", "--cached", "rendered")
    project.commit()
    project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {BUILD: ["component: component harden-os 1.0.0 -> 1.0.1 through image web"]}


def test_a_base_that_cannot_be_read_is_told_and_its_tree_compared(project: Project) -> None:
    spec = project.spec / "prod.yaml"
    good = spec.read_text()
    spec.write_text(good + "colour: green\n")
    project.commit()
    spec.write_text(good)
    project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {BUILD: ["other: other: components/harden-os.yaml, main.tf, outputs.tf"]}
        (note,) = affected.notes
    assert note.startswith("The base's spec cannot be read by this Goldsmith; the rendered trees are compared: ")
    assert "environments/prod.yaml:10:1: colour: there is no such key" in note
    assert str(project.top) not in note


def test_a_base_that_cannot_be_read_and_has_no_tree_is_refused(project: Project) -> None:
    project.git("rm", "-r", "--quiet", "--cached", "rendered")
    (project.top / ".gitignore").write_text("rendered/\n")
    spec = project.spec / "prod.yaml"
    good = spec.read_text()
    spec.write_text(good + "colour: green\n")
    project.commit()
    spec.write_text(good)
    with (
        pytest.raises(BaseError, match=r"cannot be read by this Goldsmith, and it has no rendered tree"),
        comparison(project),
    ):
        pass


def test_before_the_spec_everything_is_new(tmp_path: Path) -> None:
    project = new_project(tmp_path / "repository")
    project.git("rm", "-r", "--quiet", "--cached", "environments", "rendered")
    (project.top / "README.md").write_text("Nothing yet.\n")
    project.git("add", "README.md")
    project.git("commit", "--quiet", "--amend", "--message", "Begin")
    with comparison(project) as affected:
        assert affected.is_dirty
        assert affected.notes == ("The base has no spec: every root is new.",)
        assert reasons_of(affected) == {root: ["new: root is new: environment prod is new"] for root in ALL}


def test_where_the_spec_was_elsewhere_the_trees_are_compared(project: Project) -> None:
    project.git("mv", "environments", "spec")
    project.git("commit", "--quiet", "--message", "Elsewhere")
    project.spec.parent.joinpath("spec").rename(project.spec)
    with comparison(project) as affected:
        assert reasons_of(affected) == {}
        assert affected.notes == ("The base has no spec here, and a rendered tree: the rendered trees are compared.",)


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    project = new_project(tmp_path / "repository", "teams/images")
    project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")})
    with comparison(project) as affected:
        assert list(reasons_of(affected)) == [BUILD]
        assert affected.is_dirty


def test_components_of_catalogs_are_those_of_the_base(tmp_path: Path) -> None:
    """In the repository they are the commit's; outside of it they have no history."""
    outside, inside = tmp_path / "shared" / "outside.yaml", tmp_path / "repository" / "catalog" / "inside.yaml"
    for place in (outside, inside):
        place.parent.mkdir(parents=True)
        place.write_text(SMALL["components/harden-os.yaml"])
    files = {
        "organization.yaml": SMALL["organization.yaml"] + "catalogs: [../catalog, ../../shared]\n",
        "images/web.yaml": SMALL["images/web.yaml"].replace("[harden-os,", "[inside, outside,"),
    }
    project = new_project(tmp_path / "repository", files=files)
    inside.write_text(inside.read_text().replace("echo", "printf"))
    project.change({})
    with comparison(project) as affected:
        assert affected.notes == ()
        assert reasons_of(affected) == {BUILD: ["component: component inside 1.0.0 -> 1.0.1 through image web"]}


def test_a_catalog_that_git_ignores_is_taken_as_it_is(project: Project) -> None:
    (project.top / ".gitignore").write_text("vendor/\n")
    catalog = project.top / "vendor" / "catalog"
    catalog.mkdir(parents=True)
    (catalog / "auditd.yaml").write_text(SMALL["components/harden-os.yaml"])
    organization = SMALL["organization.yaml"] + "catalogs: [../vendor/catalog]\n"
    image = SMALL["images/web.yaml"].replace("[harden-os,", "[harden-os, auditd,")
    project.commit({"organization.yaml": organization, "images/web.yaml": image})
    project.change({"organization.yaml": organization + "tags: {Owner: platform}\n"})
    with comparison(project) as affected:
        assert affected.notes == ()
        assert reasons_of(affected) == {root: ["tags: tags of acme: Owner"] for root in ALL}


def test_a_manifest_of_another_goldsmith_does_not_keep_trees_from_being_compared(project: Project) -> None:
    manifest = project.rendered / ".goldsmith.json"
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 0'))
    project.commit()
    manifest.write_text(manifest.read_text().replace('"version": 0', '"version": 1'))
    project.change({"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")})
    with comparison(project) as affected:
        assert reasons_of(affected) == {BUILD: ["component: component harden-os 1.0.0 -> 1.0.1 through image web"]}


def test_names_that_somebody_gave_stay_on_their_line(project: Project) -> None:
    (project.rendered / WEB / "a\x1b[31m\n::error::b.tf").write_text('output "hand" {\n  value = 1\n}\n')
    with comparison(project) as affected:
        assert reasons_of(affected) == {WEB: ["foreign: 'a\\x1b[31m\\n::error::b.tf', which Goldsmith did not write"]}


def test_links_of_a_commit_lead_to_what_the_commit_has(project: Project) -> None:
    harden = project.spec / "components" / "harden-os.yaml"
    target = project.top / "shared" / "harden-os.yaml"
    target.parent.mkdir()
    harden.rename(target)
    harden.symlink_to(os.path.relpath(target, harden.parent))
    project.commit()
    target.write_text(target.read_text().replace("echo", "printf"))
    project.change({})
    with comparison(project) as affected:
        assert reasons_of(affected) == {BUILD: ["component: component harden-os 1.0.0 -> 1.0.1 through image web"]}


def test_the_tree_of_a_removed_root_can_be_planned_while_the_comparison_lasts(project: Project) -> None:
    project.change({"prod.yaml": SMALL["prod.yaml"].replace(", eu-central-1]", "]")})
    with comparison(project) as affected:
        (removed,) = [root for root in affected.roots if root.removed]
        assert affected.base_tree is not None
        private = affected.base_tree
        folder = private / removed.root.path
        main = (folder / "main.tf").read_text()
        assert removed.root.state_key == f"{KEYS}/terraform.tfstate"
        assert (removed.root.account.id, removed.root.kind) == ("333333333333", "target")
        for module in modules_in(main):
            assert (private / "modules" / module / "main.tf").is_file()
        outermost = next(each for each in folder.parents if each.name.startswith("goldsmith-base-"))
        assert outermost.stat().st_mode & 0o777 == 0o700
    assert not private.exists()
