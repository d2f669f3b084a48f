"""The service behind moto's server, asked by many at once, and its state in a file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer
from workshop import (
    BUILD,
    DOCUMENT,
    HOME,
    client,
    image,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    network,
    run,
    start,
    workshop,
)

from generator.emulator import snapshot
from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import register


@pytest.fixture
def server() -> Iterator[str]:
    register()
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        moto.stop()
        BackendDict.reset()


def test_many_at_once_get_a_build_number_each(server: str) -> None:
    ib = client("imagebuilder", endpoint_url=server)

    def create(number: int) -> str:
        made = ib.create_component(
            name="hello", semanticVersion="1.0.0", platform="Linux", data=f"{DOCUMENT}# {number}\n"
        )
        return str(made["componentBuildVersionArn"])

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(create, range(24)))
    stem = f"arn:aws:imagebuilder:{HOME}:{BUILD}:component/hello/1.0.0"
    assert sorted(made) == sorted(f"{stem}/{number}" for number in range(1, 25))


def test_images_and_builds_survive_in_a_snapshot(tmp_path: Path) -> None:
    with workshop():
        pipeline = make_pipeline(make_recipe(), make_infrastructure(make_profile(), **network()))
        done = run(pipeline)
        running = start(pipeline)
        CLOCK.advance(700)
        assert snapshot.save(tmp_path / "state") == ""
        BackendDict.reset()
        snapshot.load(tmp_path / "state")
        assert image(done["arn"]) == done
        ami = done["outputResources"]["amis"][0]
        assert client("ec2").describe_images(ImageIds=[ami["image"]])["Images"][0]["Name"] == ami["name"]
        assert image(running)["state"] == {"status": "TESTING"}
        CLOCK.advance(600)
        assert image(running)["state"] == {"status": "AVAILABLE"}
