"""YAML files of a spec that lie too deep to be read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from generator.source.report import Report

FOLDERS = ("components", "images", "imports", "workflows")  # of a spec, each read without its subfolders
_SUFFIXES = (".yaml", ".yml")


def check_subfolders(directory: Path, named: Collection[str], report: Report) -> None:
    """Report YAML files below subfolders of a spec's folders; `named` are those that an image names by their path."""
    read_by_path = {directory / name for name in named}
    for folder in (directory / name for name in FOLDERS):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            is_hidden = any(part.startswith(".") for part in parts)
            if len(parts) < 2 or is_hidden or path.suffix not in _SUFFIXES or path in read_by_path or path.is_dir():
                continue
            place = f"{folder.name}/{path.stem}.yaml"
            message = f"would not be read; files of {folder.name}/ lie right there. Move it to {place}."
            report.file_error(str(path), message)
