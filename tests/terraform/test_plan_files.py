"""Plan files hold secrets: they are gone with their run, and those of a killed run with the next one."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from generator.terraform.plan_files import plan_directory

LONG_AGO = 3600.0


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def left(temporary: Path, name: str, seconds: float, mode: int = 0o700) -> Path:
    """What a run left that was killed so long ago."""
    directory = temporary / name
    directory.mkdir()
    (directory / "tfplan").write_text("secret")
    directory.chmod(mode)
    then = time.time() - seconds
    os.utime(directory, (then, then))
    return directory


def test_a_plan_directory_is_private_and_gone_afterwards() -> None:
    with plan_directory() as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "tfplan").write_text("secret")
    assert not directory.exists()


def test_what_a_killed_run_left_goes_with_the_next_one(temporary: Path) -> None:
    old = left(temporary, "goldsmith-plan-old", LONG_AGO)
    young = left(temporary, "goldsmith-plan-young", 1)
    anothers = left(temporary, "other-plan-old", LONG_AGO)
    open_to_others = left(temporary, "goldsmith-plan-open", LONG_AGO, mode=0o755)
    (temporary / "goldsmith-plan-link").symlink_to(anothers)
    with plan_directory():
        assert not old.exists()
    assert all(path.exists() for path in (young, anothers, open_to_others))


def test_what_a_run_has_that_lives_stays(temporary: Path) -> None:
    with plan_directory() as living:
        (living / "tfplan").write_text("secret")
        then = time.time() - LONG_AGO
        os.utime(living, (then, then))
        with plan_directory() as other:
            assert (living / "tfplan").exists()
        assert not other.exists()
