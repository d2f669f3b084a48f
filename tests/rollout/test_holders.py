"""A process is known for dead only where that is certain: this machine, since its start, in this namespace of pids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.rollout.holders import is_gone, process_of, runs_here
from generator.rollout.journal import Actor
from generator.rollout.leases import HeldError, Leases, read_lease, record_key
from generator.rollout.record import Lease, from_text, to_text
from generator.rollout.store import DirectoryStore
from tests.rollout.clocks import StillClock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell which process a pid is")

ROOT = "prod/web/us-east-1"
NOW = StillClock()()


def lease_of(pid: int) -> Lease:
    return Lease(
        *(ROOT, "ours", Actor("ada"), socket.gethostname(), pid, "token", NOW, NOW, NOW), process=process_of(pid)
    )


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_one_that_was_killed_is_gone_also_before_its_parent_looks(child: subprocess.Popen[bytes]) -> None:
    lease = lease_of(child.pid)
    assert runs_here(lease)
    assert not is_gone(lease)
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(lease)
    child.wait()
    assert is_gone(lease)
    assert not runs_here(lease)


def test_another_process_of_the_same_pid_is_not_it() -> None:
    lease = lease_of(os.getpid())
    assert lease.process is not None
    assert is_gone(replace(lease, process=replace(lease.process, started=1)))


@pytest.mark.parametrize("facts", [{"boot": "other"}, {"namespace": "pid:[1]"}])
def test_of_another_machine_or_container_nothing_is_known(facts: dict[str, str]) -> None:
    lease = lease_of(os.getpid())
    assert lease.process is not None
    assert not is_gone(replace(lease, pid=2**22 + 1, process=replace(lease.process, **facts)))
    assert not is_gone(replace(lease, pid=2**22 + 1, host="ci-7"))


def test_a_record_without_it_is_read_and_is_of_no_certain_death(child: subprocess.Popen[bytes]) -> None:
    text = to_text(lease_of(child.pid))
    assert '"process": {' in text
    older = from_text(
        Lease, to_text(replace(lease_of(child.pid), process=None)).replace(',\n "process": null', ""), "x"
    )
    child.kill()
    child.wait()
    assert older.process is None
    assert not is_gone(older)


def test_what_a_dead_process_held_is_its_own_rollouts_at_once_and_no_others(tmp_path: Path) -> None:
    store, clock = DirectoryStore(tmp_path), StillClock()
    script = (
        "import sys; from pathlib import Path; from generator.rollout.journal import Actor;"
        "from generator.rollout.leases import Leases; from generator.rollout.store import DirectoryStore;"
        "from tests.rollout.clocks import StillClock;"
        "Leases(DirectoryStore(Path(sys.argv[1])), 'ours', Actor('ada'), StillClock()).take([sys.argv[2]])"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path, ROOT], check=True, cwd=Path(__file__).parents[2])
    store.create(record_key("ours"), "{}")
    with pytest.raises(HeldError, match="which is gone"):
        Leases(store, "other", Actor("grace"), clock).take([ROOT])
    ours = Leases(store, "ours", Actor("grace"), clock)
    ours.take([ROOT])
    assert [lease.actor.name for lease in ours.taken_over] == ["ada"]
    held = read_lease(store, ROOT)
    assert held is not None
    assert held.actor.name == "grace"
