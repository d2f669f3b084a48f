from __future__ import annotations

import json
import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.emulator import process
from generator.emulator.endpoint import Endpoint
from generator.emulator.files import Files
from generator.emulator.process import ensure_started, reset, status, stop
from generator.errors import EmulatorError
from tests.conftest import client_for

ACCOUNT = "111111111111"
DOCUMENT = """\
name: kept
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: nothing
        action: ExecuteBash
        inputs:
          commands: ["true"]
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A directory whose server, if a test leaves one, is ended."""
    path = tmp_path / "emulator"
    yield path
    with suppress(EmulatorError):
        stop(path)


def put_parameter(endpoint: Endpoint, name: str = "/kept") -> None:
    client_for(endpoint, "ssm", ACCOUNT).put_parameter(Name=name, Value="value", Type="String")


def put_component(endpoint: Endpoint) -> str:
    created = client_for(endpoint, "imagebuilder", ACCOUNT).create_component(
        name="kept", semanticVersion="1.0.0", platform="Linux", data=DOCUMENT
    )
    return str(created["componentBuildVersionArn"])


def parameter_names(endpoint: Endpoint) -> list[str]:
    found = client_for(endpoint, "ssm", ACCOUNT).describe_parameters()["Parameters"]
    return [parameter["Name"] for parameter in found]


def turn_clock(endpoint: Endpoint, **how: float) -> dict[str, Any]:
    return process.call(endpoint, "clock", how)


def kill(endpoint: Endpoint, directory: Path) -> None:
    os.kill(endpoint.pid, signal.SIGKILL)
    wait_until(lambda: not Files(directory).is_locked())


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_state_and_address_survive_stop_and_start(directory: Path) -> None:
    first = ensure_started(directory)
    put_parameter(first)
    s3 = client_for(first, "s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="folder/key", Body=b"content")
    signing = client_for(first, "kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    key_id = signing["KeyMetadata"]["KeyId"]
    public_key = client_for(first, "kms").get_public_key(KeyId=key_id)["PublicKey"]
    component = put_component(first)
    queue = client_for(first, "sqs").create_queue(QueueName="kept")["QueueUrl"]

    ahead = turn_clock(first, advance=10_000, speed=7)["now"]

    assert stop(directory) == first
    assert status(directory) is None
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    assert modes == dict.fromkeys(["emulator.json", "lock", "log", "snapshot", "start.lock"], 0o600)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    second = ensure_started(directory)

    assert second.url == first.url
    assert turn_clock(second)["now"] > ahead
    assert turn_clock(second)["speed"] == 7
    assert parameter_names(second) == ["/kept"]
    assert client_for(second, "s3").get_object(Bucket="kept", Key="folder/key")["Body"].read() == b"content"
    assert client_for(second, "kms").get_public_key(KeyId=key_id)["PublicKey"] == public_key
    builder = client_for(second, "imagebuilder", ACCOUNT)
    assert builder.get_component(componentBuildVersionArn=component)["component"]["data"] == DOCUMENT
    assert client_for(second, "sqs").list_queues()["QueueUrls"] == [queue]
    assert client_for(second, "sts", ACCOUNT).get_caller_identity()["Account"] == ACCOUNT


def test_two_starters_at_once_share_one_server(directory: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ensure_started, [directory, directory])
    assert first == second == ensure_started(directory) == status(directory)

    assert turn_clock(first)["speed"] == 60
    ensure_started(directory, port=first.port, speed=5)
    assert turn_clock(first)["speed"] == 5

    with pytest.raises(EmulatorError, match=r"runs already, on another port than 1;.*goldsmith emulator stop"):
        ensure_started(directory, port=1)


def test_reset_empties_a_running_server_and_what_was_kept(directory: Path) -> None:
    endpoint = ensure_started(directory)
    put_parameter(endpoint)
    Files(directory).snapshot.write_bytes(b"kept")

    assert reset(directory) == endpoint

    assert parameter_names(endpoint) == []
    assert not Files(directory).snapshot.exists()


def test_reset_without_a_server_removes_what_was_kept(directory: Path) -> None:
    Files(directory).create()
    Files(directory).snapshot.write_bytes(b"kept")
    assert reset(directory) is None
    assert not Files(directory).snapshot.exists()


def test_a_state_that_cannot_be_read_stops_the_start_and_is_left_alone(directory: Path) -> None:
    files = Files(directory)
    files.create()
    content = b'{"goldsmith": "0.0.1", "moto": "5.2.5", "python": "3.11.7"}\n'
    files.snapshot.write_bytes(content)

    with pytest.raises(EmulatorError) as refused:
        ensure_started(directory)

    message = str(refused.value)
    assert message.startswith(
        f"{files.snapshot}: the state of the embedded AWS cannot be read "
        "(it was written by goldsmith 0.0.1, moto 5.2.5, python 3.11.7, and this is goldsmith "
    )
    assert message.endswith("Forget it and begin anew with: goldsmith emulator reset")
    assert files.snapshot.read_bytes() == content
    assert status(directory) is None


def test_a_killed_server_is_not_running_and_who_has_its_number_is_left_alone(directory: Path) -> None:
    endpoint = ensure_started(directory)
    kill(endpoint, directory)
    assert status(directory) is None
    files = Files(directory)
    files.record.write_text(json.dumps({"url": endpoint.url, "port": endpoint.port, "pid": os.getpid()}))

    assert stop(directory) is None  # ends nobody: this test is the process
    files.record.write_text('{"url": "torn')
    assert status(directory) is None
    assert ensure_started(directory) == status(directory)


def test_a_port_in_use_is_reported_with_what_to_do(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError) as refused:
            ensure_started(directory, port=port)
    assert str(refused.value) == (
        f"127.0.0.1:{port}: the embedded AWS cannot listen here (Address already in use); "
        "a free port is needed. Choose another --port, or leave it out to take any."
    )


def test_a_directory_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(EmulatorError, match=r"cannot keep its files here \(Not a directory\)"):
        ensure_started(file / "emulator")


def test_a_control_that_does_not_exist_is_an_error(emulator: Endpoint) -> None:
    with pytest.raises(EmulatorError, match=r"POST /goldsmith/nonsense: no such control"):
        process.call(emulator, "nonsense", {})


def test_a_clock_does_not_run_backwards(emulator: Endpoint) -> None:
    with pytest.raises(EmulatorError, match=r"/goldsmith/clock: .*advance -1\.0: a clock is turned forward"):
        turn_clock(emulator, advance=-1)


def test_a_fault_is_for_a_stage_that_there_is(emulator: Endpoint) -> None:
    with pytest.raises(EmulatorError, match=r"/goldsmith/faults: .*stage 'POLISHING': there is no such stage"):
        process.call(emulator, "faults", {"stage": "POLISHING", "reason": "dull"})


def test_an_endpoint_that_is_gone_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as briefly:
        port = briefly.getsockname()[1]
    with pytest.raises(EmulatorError, match="does not answer"):
        process.call(Endpoint(f"http://127.0.0.1:{port}", 0), "reset", {})


def test_accounts_are_isolated(emulator: Endpoint) -> None:
    client_for(emulator, "ssm", "780000000001").put_parameter(Name="/mine", Value="1", Type="String")
    with pytest.raises(ClientError, match="ParameterNotFound"):
        client_for(emulator, "ssm", "780000000002").get_parameter(Name="/mine")
    with pytest.raises(ClientError, match="ParameterNotFound"):
        client_for(emulator, "ssm", "780000000001", "eu-central-1").get_parameter(Name="/mine")


def test_requests_at_once_are_all_served(emulator: Endpoint) -> None:
    clients = [client_for(emulator, "ssm", f"79000000000{number % 4}") for number in range(16)]

    def put(number: int) -> None:
        clients[number].put_parameter(Name=f"/parallel/{number}", Value="1", Type="String")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, range(16)))

    assert [
        sorted(int(found["Name"].rsplit("/", 1)[1]) for found in client.describe_parameters()["Parameters"])
        for client in clients[:4]
    ] == [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]]
