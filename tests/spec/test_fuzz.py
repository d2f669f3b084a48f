"""Nothing that a spec may hold makes reading it fail otherwise than by telling what is wrong, or takes long."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specs import SMALL, write_spec

from generator.check.formats import FORMATS, formatted
from generator.check.ignoring import judge
from generator.check.lock import plan_lock
from generator.errors import GoldsmithError, SpecError
from generator.render.render import render
from generator.spec import read
from generator.spec.versions import LOCK_FILE
from spec.fuzzing import Files, mutated, specs

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
        diagnostics = judge(reading, DAY).diagnostics
        for kind in FORMATS:
            formatted(kind, diagnostics)
        for each in diagnostics:
            assert each.message.endswith((".", "?")), each.message
            assert each.file.startswith(str(directory))
            assert not each.line or each.end_column == 0 or each.end_column > each.column
        if reading.spec is not None:
            with suppress(GoldsmithError):
                assert render(reading.spec)
        with suppress(GoldsmithError):
            plan_lock(directory)


LOCK = (
    f'components:\n  harden-os:\n    1.0.0: "sha256:{1:064x}"\n    1.0.1: "sha256:{2:064x}"\n'
    f'recipes:\n  web:\n    1.0.0: "sha256:{3:064x}"\n'
)
LINES = [*LOCK.splitlines(keepends=True), "    1.0.0: x\n", "a: [\n", "\r\n", "# c\n"]
SIDES = st.lists(st.sampled_from(LINES), max_size=4)


@st.composite
def conflicted(draw: st.DrawFn) -> bytes:
    """A lock with what git leaves of a merge, now and then with a marker too many or too few."""
    lines = LOCK.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(lines)))
        base = ["||||||| base\n", *draw(SIDES)] if draw(st.booleans()) else []
        conflict = ["<<<<<<< HEAD\n", *draw(SIDES), *base, "=======\n", *draw(SIDES), ">>>>>>> other\n"]
        lines[at:at] = conflict
    if draw(st.integers(0, 4)) == 0:
        del lines[draw(st.integers(0, len(lines) - 1))]
    return "".join(lines).encode()


@given(mutated(LOCK.encode()) | conflicted() | st.binary(max_size=200))
def test_a_lock_of_any_kind_is_read_settled_or_told_of_and_then_is_current(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        directory = write_spec(Path(folder), {LOCK_FILE: content}, locked=False)
        for each in read(directory).diagnostics:
            assert each.message.endswith((".", "?")), each.message
        try:
            plan_lock(directory).write()
        except SpecError:
            assert (directory / LOCK_FILE).read_bytes() == content
        else:
            assert read(directory).spec is not None
            assert not plan_lock(directory).is_needed


@settings(max_examples=settings.default.max_examples // 4)
@given(st.sampled_from(["versions/recipes/web/1.0.0.json", "versions/components/harden-os/1.0.0.yaml"]), st.data())
def test_what_is_kept_may_be_anything(file: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        directory = write_spec(Path(folder), {"organization.yaml": f"{SMALL['organization.yaml']}keep: 1\n"})
        content = (directory / file).read_bytes()
        (directory / file).write_bytes(data.draw(mutated(content) | st.binary(max_size=200)))
        read(directory)
        with suppress(SpecError):
            plan_lock(directory)


REPEATED = [
    ("images/web.yaml", "components: [harden-os,", "components: [", "{aws: updat-linux%d}, "),
    ("images/web.yaml", "image: web\n", "image: web\n", "compnents%d: 1\n"),
    ("prod.yaml", "accounts: [", "accounts: [", "web-prd%d, "),
    ("prod.yaml", "images: [", "images: [", "wep%d, "),
    ("organization.yaml", "accounts: {", "accounts: {", "A_%d: 1, "),
]


@pytest.mark.parametrize(("file", "place", "before", "repeated"), REPEATED)
def test_thousands_of_errors_are_told_a_person_in_part(file: str, place: str, before: str, repeated: str) -> None:
    """On one line of the file: what is shown of it must not take the whole of it each time."""
    with TemporaryDirectory() as folder:
        text = SMALL[file].replace(place, before + "".join(repeated % number for number in range(3000)))
        directory = write_spec(Path(folder), {file: text}, locked=False)
        found = judge(read(directory), DAY).diagnostics
        assert len(found) > 2000
        lines = formatted("text", found).splitlines()
        assert len(lines) < 1000
        assert any(line.endswith(" more.") for line in lines)


def test_a_pipe_in_a_spec_is_not_waited_for(tmp_path: Path) -> None:
    directory = write_spec(tmp_path)
    os.mkfifo(directory / "images" / "pipe.yaml")
    assert [str(each) for each in read(directory).diagnostics] == [
        f"{directory}/images/pipe.yaml: is no regular file. Put one in its place."
    ]
