"""Where rollouts are recorded, as `organization.yaml` says it: a place that every machine reaches."""

from __future__ import annotations

from pathlib import Path

from generator.source import yaml
from generator.spec.files import ORGANIZATION_FILE


def recorded_at(directory: Path) -> str:
    """The place that the spec under a directory names; empty where it names none, or is not there.

    Nothing else of the spec is read, which may be wrong. Raises SpecError where the file is no YAML.
    """
    file = directory / ORGANIZATION_FILE
    if not file.is_file():
        return ""
    data = yaml.parse(str(file), file.read_bytes()).data
    place = data.get("rollouts") if isinstance(data, dict) else None
    return place if isinstance(place, str) else ""
