"""`make bench`: Goldsmith against the loop that a person would write, as ratios within one run.

Everything, or some of it: `tests/bench.py render plan=5,20 rollout=10`.

Both sides plan the same rendered roots with the same Terraform, provider and embedded AWS, one after the other.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from dask_cluster import running_cluster
from memory import peak_memory
from organizations import write_organization
from repositories import Project, comparison, git
from waves import Fleet, planned_fleet

from generator.check.lock import plan_lock
from generator.check.single import check_document
from generator.render.render import render
from generator.render.roots import roots_of
from generator.render.writer import write
from generator.spec import load
from generator.terraform.mirror import terraform_environment

PERSONS_LOOP = (
    "find . -name backend.tf -printf '%h\\n' | xargs -P $(nproc) -I{} sh -ec '"
    "cd {}; terraform init -input=false >/dev/null;"
    "terraform plan -input=false -out=plan.tfplan >/dev/null; terraform show -json plan.tfplan >plan.json'"
)
PERSONS_APPLY = (
    "find . -name backend.tf -printf '%h\\n' | xargs -P $(nproc) -I{} sh -ec '"
    "cd {}; terraform init -input=false >/dev/null; terraform apply -input=false -auto-approve >/dev/null'"
)


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system, of every process that the command started

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s wall {self.cpu:6.1f} s CPU"


def main() -> None:
    print(f"{os.cpu_count()} cores, {_terraform_version()}\n")
    for word in sys.argv[1:] or ["check", "render", "affected", "review", "plan=5,20", "rollout=10,40"]:
        name, _, sizes = word.partition("=")
        bench = BENCHES[name]
        bench(*map(int, sizes.split(","))) if sizes else bench()


def bench_check(count: int = 1000, size: int = 8192) -> None:
    """Component documents of `size` bytes each, read and checked."""
    head = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
    step = (
        "      - name: Step{}\n        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n"
        '              set -euo pipefail\n              for each in /etc/*.d/*; do echo "${{each}}"; done\n'
    )
    steps = [step.format(number) for number in range(size // len(step))]
    document = (head + "".join(steps)).encode()
    started = time.perf_counter()
    found = [finding for _ in range(count) for finding in check_document("bench.yaml", document)[0]]
    seconds = time.perf_counter() - started
    assert not found
    print(f"{count} documents of {len(document) / 1024:.1f} KB checked in {seconds:.2f} s on one core\n")


def bench_render() -> None:
    print("| roots | load | render | write |\n|---|---|---|---|")
    for environments, targets in [(1, 9), (10, 9), (100, 9)]:
        with TemporaryDirectory() as directory:
            spec_directory = write_organization(Path(directory, "environments"), targets, environments)
            _goldsmith("lock", "--spec", str(spec_directory), cwd=Path(directory), environment=dict(os.environ))
            started = time.perf_counter()
            spec = load(spec_directory)
            loaded = time.perf_counter()
            tree = render(spec)
            rendered = time.perf_counter()
            write(tree, Path(directory, "rendered"))
            written = time.perf_counter()
            count = len(roots_of(spec))
            print(f"| {count} | {loaded - started:.2f} s | {rendered - loaded:.2f} s | {written - rendered:.2f} s |")
    print()


def bench_affected() -> None:
    """A commit, and a component and a tag changed since, which touch every root: spec and trees compared."""
    print("| roots | affected |\n|---|---|")
    for environments in (1, 10, 100):
        with TemporaryDirectory() as directory:
            project = Project(Path(directory, "project"))
            write_organization(project.spec, 9, environments)
            git(project.top, "init", "--quiet")
            plan_lock(project.spec).write()
            project.render()
            project.commit()
            harden, organization = project.spec / "components" / "harden-os.yaml", project.spec / "organization.yaml"
            harden.write_text(harden.read_text().replace("MaxAuthTries 4", "MaxAuthTries 3"))
            organization.write_text(organization.read_text() + "tags: {Owner: platform}\n")
            plan_lock(project.spec).write()
            project.render()
            started = time.perf_counter()
            with comparison(project) as affected:
                seconds = time.perf_counter() - started
                assert not affected.unaffected
                print(f"| {len(affected.roots)} | {seconds:.2f} s |")
    print()


def bench_review() -> None:
    """From `show -json` of each root to a review and a planned file, in a process of its own; seconds of CPU."""
    print("| roots | plan JSON | read, judged | grouped | comment, page, JSON | planned file | peak memory |")
    print("|---|---|---|---|---|---|---|")
    for roots in (125, 250, 500):
        command = [sys.executable, __file__, "review-of", str(roots)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    print()


def review_of_many(roots: int) -> None:
    """Real plans of a build root that gets a new version of a component, each in an environment of its own."""
    from fleets import moved_build_root, planned_from, planned_with

    from generator.review.document import document
    from generator.review.findings import findings_of
    from generator.review.markdown import markdown
    from generator.review.model import PlannedRoot
    from generator.review.page import page
    from generator.review.record import read_planned, write_planned
    from generator.review.review import review_of
    from generator.review.risks import find_risks
    from generator.review.subjects import Place
    from generator.terraform.changes import read_plan

    ids = [f"{600000000000 + number}" for number in range(roots)]

    def planned(number: int, text: bytes) -> PlannedRoot:
        plan, account = json.loads(text), f"team-{number:03}"
        place = Place(f"prod/{account}/us-east-1", "prod", ids[number], "us-east-1", frozenset(ids))
        findings = findings_of(plan, place)
        return planned_from(read_plan("r", plan, 0), account, ids[number], findings=findings)

    with TemporaryDirectory() as name:
        files = [Path(name, f"{number}.json") for number in range(roots)]
        for file, account_id in zip(files, ids, strict=True):
            file.write_text(moved_build_root(account_id))
        times = [time.process_time()]
        fleet = planned_with(*(planned(number, file.read_bytes()) for number, file in enumerate(files)))
        times.append(time.process_time())
        review = review_of(fleet, find_risks(fleet, (), date(2026, 1, 1)))
        times.append(time.process_time())
        assert all(write(review) for write in (markdown, page, document))
        times.append(time.process_time())
        write_planned(fleet, Path(name, "planned"))
        assert read_planned([Path(name, "planned")]) == fleet
        times.append(time.process_time())
        size = sum(file.stat().st_size for file in files) / 2**20
    assert len(review.groups) == 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = " | ".join(f"{after - before:.2f} s" for before, after in pairwise(times))
    print(f"| {roots} | {size:.0f} MiB | {seconds} | {peak:.0f} MiB |")


def bench_plan(*sizes: int) -> None:
    for roots in sizes:
        _plan(roots)


def _plan(roots: int) -> None:
    """Plan a build root and `roots - 1` targets, with everything to create and then with nothing to do."""
    with TemporaryDirectory() as name:
        workspace = Path(name)
        write_organization(workspace / "environments", targets=roots - 1)
        environment = os.environ | {"GOLDSMITH_STATE_DIR": str(workspace / "state"), "GOLDSMITH_EMULATOR": "1"}
        try:
            for command in ("lock", "render"):
                _goldsmith(command, cwd=workspace, environment=environment)
            _goldsmith("emulator", "start", cwd=workspace, environment=environment)
            _goldsmith("plan", cwd=workspace, environment=environment)  # prepares the accounts; a warm start for both
            print(f"### {roots} roots\n\n| | the loop | goldsmith plan | wall | CPU |\n|---|---|---|---|---|")
            _compare("all roots have changes", workspace, environment)
            _goldsmith("apply", cwd=workspace, environment=environment)
            _compare("no root has changes", workspace, environment)
            print()
        finally:
            _goldsmith("emulator", "stop", cwd=workspace, environment=environment)


def _compare(title: str, workspace: Path, environment: Mapping[str, str]) -> None:
    loop = _cost(lambda: _persons_loop(workspace, environment))
    shutil.rmtree(workspace / "state" / "terraform", ignore_errors=True)  # a first run, as the loop's is
    first = _cost(lambda: _goldsmith("plan", cwd=workspace, environment=environment))
    again = _cost(lambda: _goldsmith("plan", cwd=workspace, environment=environment))
    for label, ours in (("first run", first), ("again", again)):
        print(f"| {title}, {label} | {loop} | {ours} | {ours.wall / loop.wall:.2f} | {ours.cpu / loop.cpu:.2f} |")


def _persons_loop(workspace: Path, environment: Mapping[str, str]) -> None:
    with TemporaryDirectory() as copy:
        shutil.copytree(workspace / "rendered", copy, dirs_exist_ok=True)
        subprocess.run(["sh", "-ec", PERSONS_LOOP], cwd=copy, env=_terraform_side(workspace, environment), check=True)


def bench_rollout(*sizes: int) -> None:
    """A build root and its targets rolled out in three waves behind a canary, from reviewed plans to verified."""
    print("| roots | | roots a minute | CPU a root | peak memory |\n|---|---|---|---|---|")
    for roots in sizes:
        for title, roll in (("a loop of apply", _applying_loop), ("local", _local), ("dask, two workers", _dask)):
            with TemporaryDirectory() as name, planned_fleet(Path(name), roots) as fleet, peak_memory() as peak:
                cost = _cost(lambda roll=roll, fleet=fleet: roll(fleet))
            print(
                f"| {roots} | {title} | {roots / cost.wall * 60:.1f} | {cost.cpu / roots:.1f} s "
                f"| {peak.size / 2**20:.0f} MiB |",
                flush=True,
            )
    print()


def _applying_loop(fleet: Fleet) -> None:
    """What a person would write, with no review, waves or checks of what came of it."""
    environment = _terraform_side(fleet.top, fleet.environment)
    subprocess.run(["sh", "-ec", PERSONS_APPLY], cwd=fleet.top / "rendered", env=environment, check=True)


def _local(fleet: Fleet) -> None:
    subprocess.run(fleet.rollout(), cwd=fleet.top, env=fleet.environment, check=True, capture_output=True)


def _dask(fleet: Fleet) -> None:
    with running_cluster(fleet.environment, fleet.top) as scheduler:
        command = fleet.rollout("--engine", "dask", "--scheduler", scheduler)
        subprocess.run(command, cwd=fleet.top, env=fleet.environment, check=True, capture_output=True)


def _terraform_side(workspace: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What the loop's Terraform needs to reach the same provider mirror and the same embedded AWS."""
    exports = subprocess.run(
        [sys.executable, "-m", "generator", "emulator", "env"],
        cwd=workspace,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    listed = subprocess.run(
        ["sh", "-ec", f"{exports}\nenv -0"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    variables = dict(entry.split("=", 1) for entry in listed.split("\0") if entry)
    ours = terraform_environment(workspace / "state")
    return variables | {name: value for name, value in ours.items() if name == "TF_CLI_CONFIG_FILE"}


def _goldsmith(*arguments: str, cwd: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "generator", *arguments]
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _cost(action: Callable[[], None]) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - started, used)


def _terraform_version() -> str:
    return subprocess.run(["terraform", "version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]


BENCHES: Mapping[str, Callable[..., None]] = {
    "check": bench_check,
    "render": bench_render,
    "affected": bench_affected,
    "review": bench_review,
    "plan": bench_plan,
    "rollout": bench_rollout,
}

if __name__ == "__main__":
    review_of_many(int(sys.argv[2])) if sys.argv[1:2] == ["review-of"] else main()
