"""Writing `launch_templates.lock.yaml`: the ids that AWS gave to launch templates of Goldsmith's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.check.files import write_atomically
from generator.source.report import Report
from generator.spec.files import gather
from generator.spec.template_ids import TEMPLATE_IDS_FILE, TemplateIds

HEADER = """\
# Which id each launch template has that Goldsmith made: AWS gives it, and EC2 Image Builder takes nothing else.
# Written by `goldsmith apply` and `goldsmith record`. Commit it.
"""


@dataclass(frozen=True)
class Recording:
    """What stands in the file once all is written down that was found; `changed` are the ids that are news."""

    path: Path
    ids: TemplateIds
    before: TemplateIds

    @property
    def is_needed(self) -> bool:
        return self.ids != self.before

    @property
    def changed(self) -> list[tuple[str, str, str]]:
        """Root, name and id of what was not there, or another."""
        return [
            (root, name, identifier)
            for root, names in self.ids.items()
            for name, identifier in names.items()
            if self.before.get(root, {}).get(name) != identifier
        ]

    def write(self) -> None:
        write_atomically(self.path, template_ids_text(self.ids))


def plan_recording(directory: Path, found: TemplateIds, known: Mapping[str, Collection[str]]) -> Recording:
    """Join what is on record with what was found in accounts.

    `known`: the templates of the spec by root. What is on record of others has gone from the spec, and goes. Raises
    SpecError where the file cannot be read.
    """
    report = Report()
    before = gather(directory, report).template_ids
    report.stop_on_errors()
    ids: dict[str, dict[str, str]] = {}
    for root, names in sorted(known.items()):
        for name in sorted(names):
            identifier = found.get(root, {}).get(name) or before.get(root, {}).get(name)
            if identifier is not None:
                ids.setdefault(root, {})[name] = identifier
    return Recording(directory / TEMPLATE_IDS_FILE, ids, before)


def template_ids_text(ids: TemplateIds) -> str:
    """The file: roots and names in order."""
    if not ids:
        return HEADER + "launch_templates: {}\n"
    lines = ["launch_templates:"]
    for root, names in sorted(ids.items()):
        lines.append(f"  {root}:")
        lines += [f"    {name}: {each}" for name, each in sorted(names.items())]
    return HEADER + "\n".join(lines) + "\n"
