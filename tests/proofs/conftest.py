"""Fleets for the proofs: each on the worker's embedded AWS, in accounts of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rollouts import Fleet, new_fleet

from generator.emulator import process
from generator.emulator.endpoint import Endpoint
from generator.emulator.files import Files

_NUMBERS = count(401)


@pytest.fixture
def fleet(emulator: Endpoint, emulator_directory: Path, tmp_path: Path) -> Callable[..., Fleet]:
    """`fleet(count, **rollout)`: so many target roots, and what their spec says of rollouts."""

    def make(targets: int, **rollout: Any) -> Fleet:
        number = next(_NUMBERS)
        top = tmp_path / f"repository-{number}"
        return new_fleet(top, emulator, Files(emulator_directory).log, number, targets, {"gates": [], **rollout})

    return make


@pytest.fixture
def faults(emulator: Endpoint) -> Iterator[Callable[..., None]]:
    """Have the embedded AWS get something wrong; all is well again in the end."""

    def add(kind: str, **wanted: Any) -> None:
        process.call(emulator, "faults", {"kind": kind, **wanted})

    yield add
    process.call(emulator, "faults", {}, "DELETE")
