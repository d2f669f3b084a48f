from __future__ import annotations

from pathlib import Path

from generator.emulator.process import ensure_started, status, stop
from tests.conftest import client_for


def test_state_survives_stop_and_start(tmp_path: Path) -> None:
    endpoint = ensure_started(tmp_path)
    try:
        client_for(endpoint, "ssm", "111111111111").put_parameter(Name="/a", Value="1", Type="String")
        client_for(endpoint, "s3").create_bucket(Bucket="kept")
        stop(tmp_path)
        assert status(tmp_path) is None
        endpoint = ensure_started(tmp_path)
        parameter = client_for(endpoint, "ssm", "111111111111").get_parameter(Name="/a")
        assert parameter["Parameter"]["Value"] == "1"
        assert [bucket["Name"] for bucket in client_for(endpoint, "s3").list_buckets()["Buckets"]] == ["kept"]
    finally:
        stop(tmp_path)
