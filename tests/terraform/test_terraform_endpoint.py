"""An endpoint that does not answer is told at once."""

from __future__ import annotations

import socket

import pytest

from generator.errors import AwsError
from generator.terraform.endpoint import require_endpoint


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_an_endpoint_that_does_not_answer_is_told_with_the_next_step(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(AwsError, match=rf"{url} does not answer \(Connection refused\)\. .*--emulator"):
        require_endpoint({"AWS_ENDPOINT_URL": url})


@pytest.mark.parametrize("url", ["127.0.0.1:5000", "ftp://127.0.0.1", "http://", "http://127.0.0.1:port"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(AwsError, match="is no address"):
        require_endpoint({"AWS_ENDPOINT_URL": url})


def test_without_an_endpoint_nothing_is_asked() -> None:
    require_endpoint({})


def test_one_that_listens_passes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        require_endpoint({"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}"})
