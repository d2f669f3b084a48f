from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.errors import EmulatorError


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"[]\n", "it was written by "),
        (b'{"of": "another program"}\n', "it was written by of another program, and this is goldsmith "),
        (None, "Ran out of input"),
    ],
)
def test_a_file_that_is_no_state_is_refused_with_a_way_out(tmp_path: Path, content: bytes | None, reason: str) -> None:
    from generator.emulator import snapshot  # moto: a second to import, for this test only

    path = tmp_path / "snapshot"
    path.write_bytes(json.dumps(snapshot._stamp()).encode() + b"\n" if content is None else content)
    with pytest.raises(EmulatorError) as refused:
        snapshot.load(path)
    assert f"{path}: the state of the embedded AWS cannot be read ({reason}" in str(refused.value)
    assert str(refused.value).endswith("with: goldsmith emulator reset")
