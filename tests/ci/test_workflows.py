"""What is written for GitHub, GitLab and Atlantis is what they take, and gives no job more than it needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import click
import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field
from workflows import NAMES, github, jobs, roots, steps, texts

from generator.ci.pins import ACTIONS
from generator.ci.pipelines import PLATFORMS, Platform
from generator.ci.settings import Settings
from generator.ci.yaml_text import encode
from generator.cli import COMMANDS, cli
from generator.errors import UsageError

BIN = Path(sys.executable).parent
STARTERS = ("apply.rollout", "rollout.again")  # jobs that start a run of a workflow
PLAN_ROLE, APPLY_ROLE = "${{ vars.GOLDSMITH_PLAN_ROLE }}", "${{ vars.GOLDSMITH_APPLY_ROLE }}"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    for platform in PLATFORMS:
        for path, text in texts(platform).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
    return tmp_path


def passes(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("actionlint", path=str(BIN)) is None, reason="no actionlint for this machine")
def test_actionlint_finds_nothing(written: Path) -> None:
    shellcheck = shutil.which("shellcheck", path=str(BIN)) or "shellcheck"
    files = sorted((written / ".github" / "workflows").iterdir())
    passes(BIN / "actionlint", "-no-color", "-shellcheck", shellcheck, *files, cwd=written)


def test_workflows_fit_githubs_schema(written: Path) -> None:
    files = sorted((written / ".github" / "workflows").iterdir())
    passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files, cwd=written)


def test_the_pipeline_fits_gitlabs_schema(written: Path) -> None:
    schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    passes(BIN / "check-jsonschema", *schema, ".gitlab/goldsmith.gitlab-ci.yml", cwd=written)


def test_the_settings_of_dependabot_that_the_docs_show_fit_its_schema(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()
    (shown,) = re.findall(r"```yaml\n(version: 2\n.*?)```", docs, re.DOTALL)
    (tmp_path / "dependabot.yml").write_text(shown)
    passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.dependabot", "dependabot.yml", cwd=tmp_path)


def commands() -> list[tuple[str, str]]:
    """Every call of goldsmith in every pipeline and in the docs about them: (where, the call)."""
    found = [(path, text) for platform in PLATFORMS for path, text in texts(platform).items()]
    found.append(("docs/ci.md", (Path(__file__).parents[2] / "docs" / "ci.md").read_text()))
    pattern = re.compile(r"(?:^|[\s`(])(goldsmith [a-z]+(?: [^\n`;|&)#]*)?)", re.MULTILINE)
    calls = [(path, call) for path, text in found for call in pattern.findall(text)]
    return [(path, call) for path, call in calls if call.split()[1] in COMMANDS]


def test_every_call_of_goldsmith_has_options_that_there_are() -> None:
    called = set()
    for path, call in commands():
        name, command = command_of(call)
        known = {option for parameter in command.params for option in parameter.opts}
        assert {*re.findall(r"--[a-z-]+", call)} <= known, f"{path}: {call}"
        called.add(name)
    assert called >= {"affected", "apply", "approved", "check", "init", "lock", "mark", "plan", "render", "review"}
    assert called >= {f"rollout {name}" for name in ("begin", "next", "shards", "shard", "due", "status")}


def command_of(call: str) -> tuple[str, click.Command]:
    """The command that a line calls, one of a group by both names."""
    _, name, *words = call.split()
    command = cli.get_command(click.Context(cli), name)
    if isinstance(command, click.Group) and words and words[0] in command.list_commands(click.Context(command)):
        name, command = f"{name} {words[0]}", command.get_command(click.Context(command), words[0])
    assert command is not None, call
    return name, command


def test_gitlabs_scripts_are_bash() -> None:
    (text,) = texts("gitlab").values()
    jobs_of_gitlab = {name: job for name, job in yaml.safe_load(text).items() if "stage" in job}
    assert len(jobs_of_gitlab) == 6
    for name, job in jobs_of_gitlab.items():
        script = "\n".join([*job["script"], *job.get("after_script", [])])
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_pipeline_is_the_same_each_time_and_ends_with_a_newline(platform: Platform) -> None:
    assert texts(platform) == texts(platform)
    assert all(text.endswith("\n") and "\t" not in text for text in texts(platform).values())


def test_every_action_is_pinned_to_a_commit_with_its_release_beside_it() -> None:
    lines = [line for text in texts("github").values() for line in text.splitlines() if "uses:" in line]
    pinned = {f"{name}@{commit} # {release}" for name, (commit, release) in ACTIONS.items()}
    assert {line.partition("uses: ")[2] for line in lines} == pinned
    assert all(re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in pinned)


def test_no_script_holds_an_expression_so_that_no_text_of_a_request_becomes_code() -> None:
    scripts = [step["run"] for _, step in steps() if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_nothing_runs_with_the_rights_of_the_target_branch_on_somebody_elses_code() -> None:
    assert {name: set(github(name)["on"]) for name in NAMES} == {
        "review": {"pull_request", "merge_group"},
        "apply": {"push", "workflow_dispatch"},
        "rollout": {"workflow_dispatch", "schedule"},
        "drift": {"schedule", "workflow_dispatch"},
    }


def test_no_checkout_leaves_its_token_behind() -> None:
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs()) - len(STARTERS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_may_do_what_it_needs_and_no_more() -> None:
    assert [github(name)["permissions"] for name in NAMES] == [{}, {}, {}, {}]
    read = {"contents": "read"}
    assert {name: job["permissions"] for name, job in jobs().items()} == {
        "review.check": read,
        "review.plan": {**read, "id-token": "write"},
        "review.review": {**read, "pull-requests": "write"},
        "apply.approved": {**read, "pull-requests": "read"},
        "apply.apply": {**read, "id-token": "write", "pull-requests": "write"},
        "apply.rollout": {"actions": "write"},
        "rollout.begin": {**read, "id-token": "write"},
        "rollout.next": {**read, "id-token": "write"},
        "rollout.roots": {**read, "id-token": "write"},
        "rollout.due": {**read, "id-token": "write"},
        "rollout.again": {"actions": "write"},
        "drift.plan": {**read, "id-token": "write"},
        "drift.issues": {**read, "issues": "write"},
    }


def test_the_role_that_writes_is_assumed_behind_an_environments_gate_alone() -> None:
    roles = {name: step["with"]["role-to-assume"] for name, step in steps() if "role-to-assume" in step.get("with", {})}
    assert {name for name, role in roles.items() if role == PLAN_ROLE} == {"review.plan", "drift.plan"}
    assert {name: jobs()[name].get("environment") for name, role in roles.items() if role == APPLY_ROLE} == {
        "apply.apply": "goldsmith",
        "rollout.begin": "goldsmith",
        "rollout.next": "${{ (inputs.approve != '' || inputs.resume) && 'goldsmith' || 'goldsmith-rollout' }}",
        "rollout.roots": "goldsmith-rollout",
        "rollout.due": "goldsmith-rollout",
    }


def test_who_starts_another_run_has_no_code_of_the_repository_and_no_role() -> None:
    for name in STARTERS:
        (step,) = jobs()[name]["steps"]
        assert step["run"].strip().startswith(("gh ", "for "))
        assert "environment" not in jobs()[name]


def test_a_job_with_an_identity_at_aws_is_not_run_for_forks() -> None:
    assert "head.repo.full_name == github.repository" in jobs()["review.plan"]["if"]


def test_an_apply_is_never_cut_off() -> None:
    assert github("apply")["concurrency"] == {"group": "goldsmith-apply", "cancel-in-progress": False}
    group = "goldsmith-rollout-${{ inputs.id || github.run_id }}"
    assert github("rollout")["concurrency"] == {"group": group, "cancel-in-progress": False}


def test_gitlabs_token_for_aws_is_written_where_only_the_job_reads() -> None:
    (text,) = texts("gitlab").values()
    assert "(umask 077 && printf '%s' \"$GOLDSMITH_AWS_TOKEN\"" in text
    apply = yaml.safe_load(text)["goldsmith-apply"]
    assert (apply["resource_group"], apply["interruptible"]) == ("goldsmith", False)
    assert apply["environment"] == {"name": "goldsmith"}


class Strict(BaseModel):
    """https://github.com/runatlantis/atlantis/tree/main/server/core/config/raw: unknown keys are refused there too."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Autoplan(Strict):
    enabled: bool
    when_modified: list[str]


class Project(Strict):
    name: str = Field(pattern=r"^[A-Za-z0-9._/-]+$")
    dir: str = Field(pattern=r"^[^.*?\[]+$")
    branch: str = Field(pattern="^/.*/$")
    workspace: Literal["default"]
    workflow: Literal["goldsmith"]
    terraform_version: str = Field(pattern=r"^v\d+\.\d+\.\d+$")
    execution_order_group: int
    autoplan: Autoplan


class RepoConfig(Strict):
    version: Literal[3]
    automerge: bool
    parallel_plan: bool
    parallel_apply: bool
    abort_on_execution_order_fail: bool
    projects: list[Project]


class Hook(Strict):
    run: str
    description: str


class Repo(Strict):
    id: str
    allowed_overrides: list[Literal["workflow"]]
    allow_custom_workflows: bool
    apply_requirements: list[Literal["approved", "mergeable", "undiverged"]]
    pre_workflow_hooks: list[Hook]


class EnvStep(Strict):
    env: dict[Literal["name", "value"], str]


class Stage(Strict):
    steps: list[Literal["init", "plan", "apply"] | EnvStep]


class Workflow(Strict):
    plan: Stage
    apply: Stage


class ServerConfig(Strict):
    repos: list[Repo]
    workflows: dict[str, Workflow]


def atlantis(path: str) -> Any:
    return yaml.safe_load(texts("atlantis")[path])


def test_atlantis_has_a_project_for_each_root_and_applies_targets_before_pipelines() -> None:
    config = RepoConfig.model_validate(atlantis("atlantis.yaml"))
    assert [project.name for project in config.projects] == [root.name for root in roots()]
    order = {project.name: project.execution_order_group for project in config.projects}
    assert all(order[root.name] % 2 == (root.kind == "build") for root in roots())
    assert order["dev/images-dev/us-east-1"] < min(group for name, group in order.items() if name.startswith("prod/"))


def test_what_an_apply_requires_stands_at_atlantiss_server_and_not_in_the_repository() -> None:
    config = ServerConfig.model_validate(atlantis(".atlantis/repos.yaml"))
    assert config.repos[0].allow_custom_workflows is False
    assert config.repos[0].apply_requirements == ["approved", "mergeable", "undiverged"]
    assert set(config.workflows) == {"goldsmith"}


@pytest.mark.parametrize(
    "value", ["a${{ secrets.X }}", "$X", 'a"b', "a'b", "a\nb", "a\\b", "a\u2028b", "**", "", "a: b", "a #b", "[a]"]
)
def test_a_value_that_could_be_more_than_text_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="cannot stand in a pipeline"):
        Settings(branch=value)


@pytest.mark.parametrize("path", ["/etc", "../other", "a/../../b"])
def test_a_folder_outside_of_the_repository_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="outside of the repository"):
        Settings(spec=path)


@pytest.mark.parametrize(
    "value", ["plain", "Ü ☃ 🦊", "q\"uo'te", "a: b # c", "yes", "1.10", "012", "\t", ["a", "b"], {"k": 1}]
)
def test_yaml_reads_back_what_was_encoded(value: Any) -> None:
    assert yaml.safe_load(f"key: {encode(value)} # a comment") == {"key": value}


@pytest.mark.parametrize("value", ["\x85", "\u2028", "\x7f", "\ud800"])
def test_a_character_that_ends_a_line_or_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be written as YAML"):
        encode(value)
