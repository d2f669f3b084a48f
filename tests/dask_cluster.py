"""A Dask cluster of two workers, each a process, as long as standard input is open. Prints its scheduler's address."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_cluster(variables: Mapping[str, str], directory: Path) -> Iterator[str]:
    """The address of its scheduler. Workers have these variables and this folder."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        env={**variables, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error"},
        cwd=directory,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


if __name__ == "__main__":
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
