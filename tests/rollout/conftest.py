"""Specs for the tests of rollouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from specs import write_spec

from generator.spec import load
from generator.spec.model import Spec


@pytest.fixture
def load_small(tmp_path: Path) -> Callable[[Mapping[str, str]], Spec]:
    """The small spec of tests/specs.py with some files in other words."""
    return lambda files: load(write_spec(tmp_path / "spec", dict(files)))
