"""Where the example, the modules and the templates are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def resource_directory(name: Literal["environments", "modules", "templates"]) -> Path:
    """The directory of what is shipped under this name: the example organization, the modules or the templates."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
