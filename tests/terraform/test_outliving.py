"""A Terraform goes on when the Goldsmith that started it is killed, and its end can be waited for."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import TerraformError
from generator.terraform import kept_state
from generator.terraform.adapter import CancelledError
from generator.terraform.again import Retries
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.growing import GrowingFile
from generator.terraform.living import lives, living
from generator.terraform.root import RootDirectory, apply_root, opened

RootFactory = Callable[..., RootDirectory]
# Both say more than a pipe holds, and one of them before the kill.
WAITING = """
resource "terraform_data" "waits" {
  provisioner "local-exec" {
    command = "head -c 200000 /dev/zero | tr '\\\\0' 'x'; echo begun > begun; read go < go; head -c 200000 /dev/zero"
  }
}
resource "terraform_data" "after" {
  input = terraform_data.waits.id
}
"""
APPLY = """
import os, sys
from pathlib import Path
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.root import RootDirectory, apply_root, opened

directory, data, log, terraform = map(Path, sys.argv[1:])
root = RootDirectory("dev/one/us-east-1", directory, data, log)
with opened(root, Binary(terraform, "1.11.4"), dict(os.environ), Cancellation()) as opened_terraform:
    apply_root(opened_terraform)
"""


def test_an_apply_outlives_a_kill_of_the_group_that_began_it(
    new_root: RootFactory, binary: Binary, environment: dict[str, str]
) -> None:
    root = new_root(configuration=WAITING)
    begun, go = root.directory / "begun", root.directory / "go"
    for fifo in (begun, go):
        os.mkfifo(fifo)
    command = [sys.executable, "-c", APPLY, *map(str, (root.directory, root.data_directory, root.log, binary.path))]
    with subprocess.Popen(command, env=environment, process_group=0) as goldsmith:
        begun.read_text()
        assert lives(root.mark)
        os.killpg(goldsmith.pid, signal.SIGKILL)
    assert lives(root.mark)
    terraform = os.pidfd_open(int((root.mark).read_text()))
    try:
        go.write_text("go\n")
        assert select.select([terraform], [], [], 60)[0]
    finally:
        os.close(terraform)
    state = json.loads((root.directory / "terraform.tfstate").read_text())
    assert [each["name"] for each in state["resources"]] == ["after", "waits"]
    assert not (root.directory / ".terraform.tfstate.lock.info").exists()
    with opened(root, binary, environment, Cancellation()) as again, again.planned() as (plan, _):
        assert plan.is_empty


def test_a_mark_tells_of_a_process_as_long_as_it_or_what_it_started_lives(tmp_path: Path) -> None:
    mark = tmp_path / "data" / "root.running"
    assert not lives(mark)
    with living(mark) as descriptors:
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=descriptors)
    assert lives(mark)
    child.communicate()
    assert not lives(mark)
    with living(None) as descriptors:
        assert descriptors == ()


class Patient(Cancellation):
    """Something happens while it waits."""

    def __init__(self, meanwhile: Callable[[], object], stopped: bool = False) -> None:
        super().__init__()
        self._meanwhile, self._stopped = meanwhile, stopped

    def wait(self, seconds: float) -> bool:
        self._meanwhile()
        return self._stopped


def test_a_terraform_that_outlived_its_run_is_waited_for(
    new_root: RootFactory, binary: Binary, environment: dict[str, str]
) -> None:
    root, told = new_root(), []
    with living(root.mark) as descriptors:
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=descriptors)
    root.mark.write_text(f"{child.pid}\n")
    retries = Retries(tell=told.append)
    with (
        opened(root, binary, environment, Patient(lambda: None, stopped=True), retries=retries) as terraform,
        pytest.raises(CancelledError, match="not planned; the command was interrupted"),
    ):
        terraform.wait_for_outliving()
    with (
        opened(root, binary, environment, Cancellation(), seconds=0.0) as terraform,
        pytest.raises(TerraformError, match=rf"running on this machine for long \(process {child.pid}\)"),
    ):
        terraform.wait_for_outliving()
    with opened(root, binary, environment, Patient(child.communicate), retries=retries) as terraform:
        terraform.wait_for_outliving()
        terraform.wait_for_outliving()
    line = f"{root.name}: waits for a Terraform of it that outlived its run (process {child.pid})"
    assert told == [line, line]


def test_a_state_that_an_outliving_apply_could_not_write_is_found(
    new_root: RootFactory, binary: Binary, environment: dict[str, str]
) -> None:
    root = new_root()
    with opened(root, binary, environment, Cancellation()) as terraform:
        apply_root(terraform)
        (root.directory / "terraform.tfstate").rename(root.directory / kept_state.WRITTEN)
        with pytest.raises(TerraformError, match=r"is kept in .*/errored\.tfstate"), terraform.planned():
            pass
        assert apply_root(terraform).plan.is_empty
    assert not (root.directory / kept_state.WRITTEN).exists()
    assert not root.kept_state.exists()


def test_lines_come_whole_while_a_file_grows() -> None:
    with GrowingFile() as growing:
        write = os.write
        assert list(growing.lines()) == []
        write(growing.descriptor, "one\ngr\u00fc".encode()[:-1])
        assert list(growing.lines()) == ["one\n"]
        write(growing.descriptor, "\u00fc".encode()[1:] + b"n\n\nrest")
        assert list(growing.lines()) == ["gr\u00fcn\n", "\n"]
        assert list(growing.lines(last=True)) == ["rest"]
        assert list(growing.lines(last=True)) == []


def test_a_long_line_comes_whole_and_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with GrowingFile() as growing:
        os.write(growing.descriptor, b"x" * 200_000 + b"\ny\n")
        assert [len(line) for line in growing.lines()] == [200_001, 2]
        assert list(tmp_path.iterdir()) == []
