"""Files of cases beside tests: what is given and what is expected, a file for each rule or part of a spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# Every worker reads all of them before its first test; libyaml, where it is there, takes a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def cases_in(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The cases of each file `<name>.yaml`, by name, in the order of the names."""
    paths = sorted(folder.glob("*.yaml"))
    return {path.stem: yaml.load(path.read_text(), _LOADER) for path in paths}  # noqa: S506 - a safe loader
