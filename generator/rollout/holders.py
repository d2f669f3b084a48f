"""Who holds a lease, in words, and whether the process that took it lives.

Linux tells which process a pid is: by the machine's start, the namespace of its pids, and when the process began.
https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
Where that is not known, as elsewhere and in older records, no death is certain.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime
from functools import cache
from pathlib import Path

from generator.rollout.record import Lease, Process
from generator.terraform.locks import age

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_DEAD = ("Z", "X", "x")  # a process that has ended, whose parent has not looked yet


@cache
def _here() -> tuple[str, str] | None:
    """The machine's start and the namespace of pids."""
    try:
        return _BOOT.read_text(encoding="ascii").strip(), os.readlink("/proc/self/ns/pid")
    except OSError:
        return None


def process_of(pid: int) -> Process | None:
    """What is known of a process of this machine that lives; None where that is nothing."""
    here, found = _here(), _state_and_start(pid)
    if here is None or found is None:
        return None
    return Process(*here, found[1])


def is_gone(lease: Lease) -> bool:
    """Whether its process is dead for certain: it was of this machine, since its start, and is no more."""
    known, here = lease.process, _here()
    if known is None or here is None or lease.host != socket.gethostname() or (known.boot, known.namespace) != here:
        return False
    if not _has_process(lease.pid):
        return True
    found = _state_and_start(lease.pid)
    return found is not None and (found[0] in _DEAD or found[1] != known.started)


def runs_here(lease: Lease) -> bool:
    """Whether its process is one of this machine that lives. Where no more than its pid is known, any with that."""
    return lease.host == socket.gethostname() and not is_gone(lease) and _has_process(lease.pid)


def described(lease: Lease, now: datetime) -> str:
    """Who holds it, from where, for how long."""
    run = f", {lease.actor.run}" if lease.actor.run else ""
    gone = ", which is gone" if _seems_gone(lease) else ""
    until = (
        f"expires in {age(lease.expires - now)}" if lease.expires > now else f"expired {age(now - lease.expires)} ago"
    )
    return (
        f"held by {lease.actor.name} (process {lease.pid} on {lease.host}{gone}{run}) for rollout {lease.rollout}, "
        f"taken {age(now - lease.taken)} ago, renewed {age(now - lease.renewed)} ago, {until}"
    )


def _seems_gone(lease: Lease) -> bool:
    """For people: of an older record that has no more than a pid, that there is none is enough."""
    if lease.process is None:
        return lease.host == socket.gethostname() and not _has_process(lease.pid)
    return is_gone(lease)


def _has_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def _state_and_start(pid: int) -> tuple[str, int] | None:
    """Fields 3 and 22 of its stat; before them stands its name, in parentheses, which may have any of its own."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return fields[0], int(fields[19])
    except (OSError, IndexError, ValueError):
        return None
