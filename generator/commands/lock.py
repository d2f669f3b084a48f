"""`goldsmith lock`: give a version to every content that has none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from generator.commands.options import emulator_option, json_option, remote_option, spec_option
from generator.errors import OutOfDateError, UsageError

if TYPE_CHECKING:
    from generator.check.lock import Locking
    from generator.check.next_version import Occupied, Part


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
@remote_option
@json_option
@emulator_option
@click.argument("names", nargs=-1, metavar="[NAME]...")
def lock(
    spec_directory: Path,
    bump: str,
    only_check: bool,
    ask_accounts: bool,
    as_json: bool,
    use_emulator: bool,
    names: tuple[str, ...],
) -> None:
    """Add a version to versions.lock.yaml for each component and recipe whose content has none.

    Versions that stand there are never rewritten. A merge conflict in the file is settled: every version of both sides
    stays, and one that is another content on their side gets the next number. Where the spec asks to keep older ones
    alive, the contents that this takes are written to versions/, and those that nothing asks for any more are removed.
    With --remote a content whose version an account has for another content gets one that no account has. NAMEs are
    the components and images that --bump is for; whatever else has changed is raised by a patch.
    """
    from generator.check.lock import plan_lock

    if ask_accounts and names:
        raise UsageError("--remote takes no NAMEs: --bump is for all that gets a version then. Leave them out.")
    locking = plan_lock(spec_directory, cast("Part", bump), names)
    _write(locking, only_check, "goldsmith lock")
    if ask_accounts:
        raised = plan_lock(spec_directory, cast("Part", bump), (), _occupied(spec_directory, use_emulator))
        _write(raised, only_check, "goldsmith lock --remote")
        locking = raised.after(locking)
    _tell(locking, as_json)


def _write(locking: Locking, only_check: bool, command: str) -> None:
    if only_check and locking.is_needed:
        raise OutOfDateError(_stale_message(locking, command))
    if locking.is_needed:
        locking.write()


def _occupied(directory: Path, use_emulator: bool) -> Occupied:
    """What the build accounts have. Raises AwsError unless all of them answer."""
    from generator.check.next_version import Occupied
    from generator.commands.remote import ask_accounts
    from generator.remote.findings import failure
    from generator.spec import load

    answers = ask_accounts(load(directory), use_emulator)
    error = failure(answers)
    if error:
        raise error
    taken = frozenset((each.section, each.name, each.version) for each in answers.taken)
    return Occupied(answers.versions, taken)


def _stale_message(locking: Locking, command: str) -> str:
    storing = locking.storing
    stale = [
        *(f"write {path}" for path in storing.writes),
        *(f"remove {path}" for path in storing.removals),
    ]
    kept = "".join(f"\n  {line}" for line in stale)
    if locking.settled:
        return f"{locking.path}: holds a merge conflict. Run `goldsmith lock`, which settles it."
    if not locking.additions and stale:
        return f"{locking.path}: what is kept of older versions does not fit:{kept}\nRun `{command}`."
    listed = "".join(f"\n  {addition}" for addition in locking.additions)
    return f"{locking.path}: {len(locking.additions)} versions are missing:{listed}{kept}\nRun `{command}`."


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
