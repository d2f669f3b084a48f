"""A moto without our corrections, so that each correction's test sees whether moto still needs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from generator.emulator.endpoint import Endpoint

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def plain_moto() -> Iterator[Endpoint]:
    """moto as it is, one for each worker. Should the worker die, it reads so on its standard input."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Endpoint(f"http://127.0.0.1:{int(process.stdout.readline())}", process.pid)
        process.terminate()
