"""Going back to a commit: its spec as it was, rendered anew, under what HEAD says of how a fleet is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from repositories import Project, silent
from specs import SMALL

from generator.affected.earlier import Earlier, earlier, earlier_spec
from generator.errors import GoldsmithError
from generator.render.render import render
from generator.render.writer import compare
from generator.spec import load
from generator.spec.model_rollout import Gate

HARDENED = {"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")}
SECOND = "components/second.yaml"
UNTIL_NOW = {
    "organization.yaml": SMALL["organization.yaml"].replace("GoldsmithApply", "Deployer")
    + "policies: {rego: ../policies}\n",
    "prod.yaml": SMALL["prod.yaml"].replace("images: [web]", "images: [web, api]")
    + "rollout:\n  canaries: [web-prod]\n  freeze: [{weekly: daily 00:00 to 06:00}]\n"
    + "  build_root: {gates: [{build: [api]}, {build: [web, api]}, verify]}\n",
    "images/api.yaml": SMALL["images/web.yaml"].replace("image: web", "image: api"),
}


@contextmanager
def back(project: Project, named: str) -> Iterator[Earlier]:
    with earlier(project.spec, project.rendered, named, silent) as found:
        yield found


def refusal(project: Project, named: str = "HEAD~1") -> str:
    with pytest.raises(GoldsmithError) as refused, back(project, named):
        pass
    return str(refused.value)


def terraform(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.tf")}


def test_the_tree_is_the_commits_to_the_byte_whatever_is_on_disk(project: Project) -> None:
    then, spec, first = terraform(project.rendered), load(project.spec), project.git("rev-parse", "HEAD")
    project.commit(HARDENED)
    (project.spec / "prod.yaml").write_text("no: spec\n")
    for named in ("HEAD~1", first, "main~1", first[:9]):
        with back(project, named) as found:
            assert (found.commit, found.left_alone) == (first, ())
            assert terraform(found.rendered) == then
            assert not found.difference
            assert load(found.spec_directory) == found.spec == spec


def test_how_a_fleet_is_changed_is_what_head_says(project: Project) -> None:
    then = load(project.spec)
    (project.top / "policies").mkdir()
    (project.top / "policies" / "main.rego").write_text("package main\n")
    project.commit(UNTIL_NOW)
    today = load(project.spec)
    with back(project, "HEAD~1") as found:
        assert found.spec.environments == then.environments
        assert found.spec.organization.roles == today.organization.roles != then.organization.roles
        rollout = found.spec.rollouts["prod"]
        assert (rollout.canaries, rollout.freezes) == (
            today.rollouts["prod"].canaries,
            today.rollouts["prod"].freezes,
        )
        built = [gate for gate in rollout.build_root.gates if gate.kind == "build"]
        assert [gate.images for gate in built] == [("web",)], "no gate builds what there was not"
        assert rollout.build_root.gates[-1] == Gate("verify", timeout=rollout.build_root.gates[-1].timeout)
        assert found.spec.policies.rego
        assert Path(found.spec.policies.rego, "main.rego").is_file()
    with earlier_spec(project.spec, "HEAD~1", silent) as spec:
        assert spec.rollouts == found.spec.rollouts


def test_roots_that_came_later_are_left_alone_and_an_environment_that_went_keeps_its_own_waves(
    project: Project,
) -> None:
    stage = SMALL["prod.yaml"].replace("environment: prod", "environment: stage") + "rollout: {bake: 1 hour}\n"
    gone = project.commit({"stage.yaml": stage.replace("[web-prod]", "[data-prod]")})
    more = SMALL["prod.yaml"].replace("accounts: [web-prod]", "accounts: [web-prod, data-prod]")
    project.commit({"stage.yaml": None, "prod.yaml": more})
    with back(project, gone) as found:
        assert found.left_alone == ("prod/data-prod/us-east-1",)
        assert found.spec.rollouts["stage"].build_root.bake.total_seconds() == 3600
        assert [*found.spec.environments] == ["prod", "stage"]


def test_what_was_rendered_otherwise_is_told_and_rendered_anew(project: Project) -> None:
    main = "prod/web-prod/us-east-1/main.tf"
    place = project.rendered / main
    place.write_text(place.read_text() + "# by an older Goldsmith\n")
    older = project.commit()
    project.render()
    project.commit()
    with back(project, older) as found:
        assert found.difference
        assert found.difference.written == (main,)
        assert not compare(render(found.spec), found.rendered)


@pytest.mark.parametrize(
    ("now", "message"),
    [
        (
            {"organization.yaml": SMALL["organization.yaml"].replace("acme-terraform-state", "acme-new-state")},
            "Terraform's state was in acme-terraform-state (us-east-1) then, and is in acme-new-state (us-east-1) now. "
            "Take back what you want to be rid of by `git revert` instead, and roll that out.",
        ),
        (
            {"organization.yaml": SMALL["organization.yaml"].replace("444444444444", "466666666666")},
            "the account web-prod was 444444444444 then, and is 466666666666 now. Take back",
        ),
    ],
)
def test_what_lies_elsewhere_now_is_no_way_back(project: Project, now: dict[str, str], message: str) -> None:
    project.commit(now)
    assert refusal(project).startswith(f"--to HEAD~1: {message}")


def test_a_commit_that_cannot_be_gone_to_is_told_with_what_to_do(project: Project) -> None:
    assert refusal(project, "gone").startswith(
        "--to gone: is no branch, tag or commit that this clone has. Name it by its whole id, which is fetched, or"
    )
    assert "is no name of a commit" in refusal(project, "--all")
    project.git("mv", "environments", "was")
    before = project.commit()
    project.git("mv", "was", "environments")
    (project.spec / "prod.yaml").write_text("environment: prod\nimages: none\n")
    broken = project.commit()
    head = refusal(project, broken)
    assert head.startswith(f"--to {broken}: the freezes and waves of HEAD hold, and it has no spec in ")
    assert "that can be read (environments/prod.yaml:" in head
    project.commit({"prod.yaml": SMALL["prod.yaml"]})
    assert f"{before[:12]} has no spec in " in refusal(project, before)
    assert f"this Goldsmith cannot read the spec of {broken[:12]} (environments/prod.yaml:" in refusal(project, broken)


def test_a_shallow_clone_fetches_a_whole_id(project: Project, tmp_path: Path) -> None:
    first = project.git("rev-parse", "HEAD")
    project.commit(HARDENED)
    clone = project.clone(tmp_path / "clone", "--depth=1")
    assert "fetch-depth: 0" in refusal(clone, "HEAD~1")
    with back(clone, first) as found:
        assert found.commit == first
