"""Many roots beside each other."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from generator.errors import TerraformError
from generator.terraform.adapter import CancelledError
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.fleet import Bounds, Outcome, Task, run_fleet
from generator.terraform.progress import Lines, Live, shown_progress
from generator.terraform.root import RootDirectory, apply_root, opened

RootFactory = Callable[..., RootDirectory]
WRONG = 'output "wrong" {\n  value = terraform_data.missing.id\n}\n'


class Recorder:
    def __init__(self) -> None:
        self.ended_names: list[str] = []

    def started(self, name: str) -> None:
        pass

    def says(self, name: str, text: str) -> None:
        pass

    def ended(self, outcome: Outcome[object]) -> None:
        self.ended_names.append(outcome.name)


def fleet(tasks, jobs: int = 4, **options):
    return run_fleet(tasks, bounds=Bounds(jobs), progress=Recorder(), cancellation=Cancellation(), **options)


def test_real_roots_run_beside_each_other_and_a_failure_leaves_its_siblings_alone(
    new_root: RootFactory, binary: Binary, environment: dict[str, str]
) -> None:
    roots = [new_root(f"dev/{number}/r") for number in range(5)] + [new_root("dev/wrong/r", WRONG)]
    cancellation = Cancellation()

    def task(root: RootDirectory) -> Task[dict[str, int]]:
        def action(_say: Callable[[str], None]) -> dict[str, int]:
            with opened(root, binary, environment, cancellation) as terraform:
                return apply_root(terraform).plan.counts

        return Task(root.name, action)

    outcomes = run_fleet(
        [task(root) for root in roots], bounds=Bounds(3), progress=Recorder(), cancellation=cancellation
    )
    assert [outcome.state for outcome in outcomes] == ["done"] * 5 + ["failed"]
    assert all(outcome.value == {"add": 1, "change": 0, "replace": 0, "destroy": 0} for outcome in outcomes[:5])
    assert outcomes[5].message.startswith("dev/wrong/r: terraform plan failed.")


def test_never_more_run_at_once_than_there_are_jobs() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def action(_say: Callable[[str], None]) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1

    fleet([Task(str(number), action) for number in range(20)], jobs=3)
    assert most == 3


def test_a_task_waits_for_those_before_it_and_is_skipped_when_one_failed() -> None:
    order: list[str] = []

    def passes(name: str) -> Task[None]:
        return Task(name, lambda _say: order.append(name))

    def fails(_say: Callable[[str], None]) -> None:
        raise TerraformError("target: broken")

    outcomes = fleet(
        [
            Task("build", lambda _say: order.append("build"), frozenset({"one", "two", "not selected"})),
            passes("one"),
            passes("two"),
            Task("lost", lambda _say: order.append("lost"), frozenset({"broken"})),
            Task("lost too", lambda _say: order.append("lost too"), frozenset({"lost"})),
            Task("broken", fails),
        ]
    )
    assert sorted(order[:2]) == ["one", "two"]
    assert order[2:] == ["build"]
    assert [outcome.state for outcome in outcomes] == ["done", "done", "done", "skipped", "skipped", "failed"]
    assert outcomes[3].message == "lost: not started; broken did not get done."


def test_fail_fast_stops_what_runs_and_starts_nothing_more() -> None:
    cancellation = Cancellation()

    def slow(_say: Callable[[str], None]) -> None:
        while not cancellation.is_requested():
            time.sleep(0.01)
        raise CancelledError("slow: interrupted")

    def fails(_say: Callable[[str], None]) -> None:
        raise TerraformError("broken")

    tasks = [Task("slow", slow), Task("broken", fails), Task("never", lambda _say: None)]
    outcomes = run_fleet(tasks, bounds=Bounds(2), progress=Recorder(), cancellation=cancellation, fail_fast=True)
    assert [outcome.state for outcome in outcomes] == ["skipped", "failed", "skipped"]


def test_a_bug_in_a_task_is_not_taken_for_a_failure_of_its_root() -> None:
    with pytest.raises(ZeroDivisionError):
        fleet([Task("one", lambda _say: 1 / 0)])


FLEET_PROGRAM = """
import os, sys
from pathlib import Path
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.fleet import Bounds, Task, run_fleet
from generator.terraform.progress import shown_progress
from generator.terraform.root import RootDirectory, apply_root, opened
import generator.cli, click

base, cancellation = Path(sys.argv[1]), Cancellation()
def task(name):
    def action(say):
        root = RootDirectory(name, base / name, base / "data" / name, base / "logs" / name)
        with opened(root, Binary(Path(sys.argv[2]), "1.11.4"), os.environ, cancellation) as terraform:
            apply_root(terraform)
    return Task(name, action)
@click.command()
def go():
    with shown_progress(2, str) as progress:
        run_fleet([task("one"), task("two")], bounds=Bounds(2), progress=progress, cancellation=cancellation)
generator.cli.cli = go
sys.exit(generator.cli.run([]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_every_terraform_release_its_lock_and_ends_with_130(
    tmp_path: Path, binary: Binary, environment: dict[str, str], number: signal.Signals
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(
            'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n'
            f'    command = "touch {tmp_path}/{name}.begun; sleep 60"\n  }}\n}}\n'
        )
    process = subprocess.Popen(
        [sys.executable, "-c", FLEET_PROGRAM, str(tmp_path), str(binary.path)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_for(lambda: all((tmp_path / f"{name}.begun").exists() for name in ("one", "two")))
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "interrupted"
    assert "Traceback" not in errors
    assert not list(tmp_path.glob("*/.terraform.tfstate.lock.info"))


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_progress_is_plain_lines_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    with shown_progress(2, lambda value: f"{value} to add", Console(file=said)) as progress:
        assert isinstance(progress, Lines)
        progress.started("one")
        progress.ended(Outcome("one", "done", 3, seconds=1.25))
        progress.ended(Outcome("two", "failed", message="a long story", seconds=2.0))
    assert said.getvalue() == "[1/2] one: 3 to add (1.2 s)\n[2/2] two: FAILED (2.0 s)\n"


def test_progress_is_live_on_a_terminal_and_colourless_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("CI", raising=False)
    said = io.StringIO()
    console = Console(file=said, force_terminal=True, width=80, _environ={**os.environ, "TERM": "xterm"})
    with shown_progress(1, str, console) as progress:
        assert isinstance(progress, Live)
        progress.started("one")
        progress.says("one", "terraform_data.thing: Creating...")
        progress.ended(Outcome("one", "done", "3 to add"))
    assert "one: 3 to add" in said.getvalue()
    assert "\x1b[3" not in said.getvalue()


def test_a_pace_lowers_how_many_run_by_what_has_failed() -> None:
    def wrong(_say: Callable[[str], None]) -> int:
        raise TerraformError("no")

    asked: list[int] = []

    def pace(failures: int) -> int:
        asked.append(failures)
        return 2 - failures

    tasks = [Task(f"root-{number}", wrong) for number in range(5)]
    outcomes = fleet(tasks, pace=pace)
    assert [outcome.state for outcome in outcomes] == ["failed"] * 2 + ["skipped"] * 3
    assert "not started; more failed than may fail" in outcomes[-1].message
    assert set(asked) <= {0, 1, 2}
