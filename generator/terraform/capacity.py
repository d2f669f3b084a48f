"""How many Terraforms fit on this machine: a plan keeps a core busy, and takes more than a gigabyte."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

# Bytes, measured at GOGC=1000: Terraform and an AWS provider of its own 1.0 GB, with one that is kept running 1.7 GB,
# of which 0.2 GB are pages of programs that all runs share.
MEMORY_PER_RUN = 1_500_000_000
# Seconds: as long as the plan of a build root takes; by then it has its provider, and the memory that it will have.
SETTLES_IN = 15.0


def default_jobs() -> int:
    """As many as cores and free memory allow now, within the limits of a container; at least one."""
    return jobs_for(cores(), available_memory())


def jobs_for(cores: int, memory: int | None) -> int:
    """`memory` in bytes, None where it is not known; then cores alone count."""
    fitting = memory // MEMORY_PER_RUN if memory is not None else cores
    return max(1, min(cores, fitting))


def has_room(ages: Sequence[float], memory: Callable[[], int | None] | None = None) -> bool:
    """Whether the memory that is free now carries one more run beside those that have run for so many seconds.

    A run that has just begun has not taken its memory yet, so what it still will take is not free. Where nobody knows
    how much is free, there is room.
    """
    free = (memory or available_memory)()
    if free is None:
        return True
    promised = sum(MEMORY_PER_RUN * max(0.0, 1 - age / SETTLES_IN) for age in ages)
    return free - promised >= MEMORY_PER_RUN


def cores() -> int:
    """Those that this process may use; at least one."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _text("/sys/fs/cgroup/cpu.max").split()
    if len(quota) == 2 and quota[0].isdecimal():
        found = min(found, max(1, int(quota[0]) // int(quota[1])))
    return found


def available_memory() -> int | None:
    """Bytes; None where the system does not tell."""
    found = [size for size in (_free_on_machine(), _free_in_container()) if size is not None]
    return min(found) if found else None


def _free_on_machine() -> int | None:
    for line in _text("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (OSError, ValueError):
        return None


def _free_in_container() -> int | None:
    limit, used = _text("/sys/fs/cgroup/memory.max").strip(), _text("/sys/fs/cgroup/memory.current").strip()
    return int(limit) - int(used) if limit.isdecimal() and used.isdecimal() else None


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError:
        return ""
