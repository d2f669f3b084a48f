"""`goldsmith lock`: give a version to every content that has none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from generator.commands.options import json_option, offline_emulator_option, spec_option

if TYPE_CHECKING:
    from generator.check.lock import Locking
    from generator.check.next_version import Part


@click.command()
@spec_option
@click.option(
    "--bump",
    type=click.Choice(["major", "minor", "patch"]),
    default="patch",
    show_default=True,
    help="The part of the version to raise, for the given names or for all that have changed.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 when something has no version.")
@json_option
@offline_emulator_option
@click.argument("names", nargs=-1, metavar="[NAME]...")
def lock(spec_directory: Path, bump: str, only_check: bool, as_json: bool, names: tuple[str, ...]) -> None:
    """Add a version to versions.lock.yaml for each component and recipe whose content has none.

    Versions that stand there are never rewritten. A merge conflict in the file is settled: every version of both sides
    stays, and one that is another content on their side gets the next number. Where the spec asks to keep older ones
    alive, the contents that this takes are written to versions/, and those that nothing asks for any more are removed.
    NAMEs are the components and images that --bump is for; whatever else has changed is raised by a patch.
    """
    from generator.check.lock import plan_lock
    from generator.errors import OutOfDateError

    locking = plan_lock(spec_directory, cast("Part", bump), names)
    if only_check and locking.is_needed:
        raise OutOfDateError(_stale_message(locking))
    if locking.is_needed:
        locking.write()
    _tell(locking, as_json)


def _stale_message(locking: Locking) -> str:
    storing = locking.storing
    stale = [
        *(f"write {path}" for path in storing.writes),
        *(f"remove {path}" for path in storing.removals),
    ]
    kept = "".join(f"\n  {line}" for line in stale)
    if locking.settled:
        return f"{locking.path}: holds a merge conflict. Run `goldsmith lock`, which settles it."
    if not locking.additions and stale:
        return f"{locking.path}: what is kept of older versions does not fit:{kept}\nRun `goldsmith lock`."
    listed = "".join(f"\n  {addition}" for addition in locking.additions)
    return f"{locking.path}: {len(locking.additions)} versions are missing:{listed}{kept}\nRun `goldsmith lock`."


def _tell(locking: Locking, as_json: bool) -> None:
    for notice in (*locking.settled, *locking.storing.notices):
        click.echo(notice, err=True)
    if as_json:
        click.echo(json.dumps(_told(locking), indent=2))
        return
    for addition in locking.additions:
        click.echo(str(addition))
    summary = f"{len(locking.additions)} added" if locking.additions else "every content has its version"
    click.echo(f"{locking.path}: {summary}{_summary(locking)}.", err=True)


def _told(locking: Locking) -> dict[str, object]:
    return {
        "settled": list(locking.settled),
        "added": [asdict(addition) for addition in locking.additions],
        "kept": sorted(str(path) for path in locking.storing.writes),
        "removed": sorted(str(path) for path in locking.storing.removals),
    }


def _summary(locking: Locking) -> str:
    written, removed = len(locking.storing.writes), len(locking.storing.removals)
    kept = f", {written} {'file' if written == 1 else 'files'} kept under versions/" if written else ""
    return kept + (f", {removed} let go" if removed else "")
