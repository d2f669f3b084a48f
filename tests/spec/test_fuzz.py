"""Nothing that a spec may hold makes reading it fail otherwise than by telling what is wrong, or takes long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from generator.check.ignoring import judge
from generator.check.lock import plan_lock
from generator.errors import GoldsmithError
from generator.render.render import render
from generator.spec import read
from spec.fuzzing import Files, specs

DAY = date(2026, 11, 25)


@contextmanager
def written(files: Files) -> Iterator[Path]:
    with TemporaryDirectory() as directory:
        for name, content in files.items():
            path = Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(directory)


@settings(max_examples=settings.default.max_examples // 2)
@given(specs())
def test_a_mutated_spec_is_told_of_or_renders(files: Files) -> None:
    with written(files) as directory:
        reading = read(directory)
        for each in judge(reading, DAY).diagnostics:
            assert each.message.endswith((".", "?")), each.message
            assert each.file.startswith(str(directory))
        if reading.spec is not None:
            with suppress(GoldsmithError):
                assert render(reading.spec)
        with suppress(GoldsmithError):
            plan_lock(directory)


LOCK = plan_lock_text = b""
