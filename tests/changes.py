"""The small spec of specs.py with the changes of a case in a YAML file.

`replace`: file -> pairs of what stands there once and what takes its place; `write`: file -> its text, where NN stands
for each number up to `times`, a file with it in its name for as many files, a line for as many lines; `lock`: pairs for
the lock; `scripts`: whether those are looked at, which takes time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from specs import SMALL, write_spec

from generator.check.ignoring import Outcome, judge
from generator.check.scripts import check_scripts
from generator.check.user_data import user_data_scripts
from generator.errors import Diagnostic, SpecError
from generator.spec.loading import read

TODAY = date(2026, 11, 1)


def outcome(case: Mapping[str, Any], codes: tuple[str, ...] = ()) -> Outcome:
    """What is found in the small spec with a case's changes, in the folder `spec`, on TODAY."""
    times = case.get("times", 0)
    files = dict(SMALL)
    files |= {name: text for each in case.get("write", {}).items() for name, text in _numbered(*each, times)}
    for name, pairs in case.get("replace", {}).items():
        for old, new in pairs:
            assert old in files[name]
            files[name] = files[name].replace(old, new, 1)
    spec = Path("spec")
    with suppress(SpecError):  # what is an error leaves the spec without a lock
        write_spec(spec, files)
    lock = spec / "versions.lock.yaml"
    for old, new in case.get("lock", ()):
        [(_, older)] = _numbered("", new, times)
        lock.write_text(lock.read_text().replace(old, older, 1))
    reading = read(spec)
    of_scripts: tuple[Diagnostic, ...] = ()
    if case.get("scripts") and reading.sources:
        of_scripts, _ = check_scripts(reading.documents, user_data_scripts(reading.sources))
    return judge(reading, TODAY, codes, of_scripts)


def _numbered(name: str, text: str, times: int) -> list[tuple[str, str]]:
    numbers = [f"{number:02}" for number in range(1, times + 1)]
    if "NN" in name:
        return [(name.replace("NN", number), text.replace("NN", number)) for number in numbers]
    lines = text.splitlines(keepends=True)
    return [(name, "".join(line.replace("NN", each) for line in lines for each in (numbers if "NN" in line else [""])))]
