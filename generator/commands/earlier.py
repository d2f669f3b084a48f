"""`--to COMMIT`: what commands share that go back to an earlier commit's tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from generator.errors import ReviewError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.affected.earlier import Earlier
    from generator.commands.applying import Approval
    from generator.commands.asked import Asked, Selection
    from generator.spec.model import Spec

NAMED = 3  # how many names a line has before it counts

to_option = click.option(
    "--to",
    "to",
    metavar="COMMIT",
    help="Go back to this commit: to its spec, as this Goldsmith renders it, instead of what is on disk.",
)


@contextmanager
def at_commit(asked: Asked, to: str | None, changed: str | None = None) -> Iterator[Asked]:
    """What is asked for, of the commit's tree where one is named; that tree is gone when the context ends.

    Raises UsageError, EarlierError, BaseError, GitError.
    """
    if to is None:
        yield asked
        return
    from generator.affected.earlier import earlier

    if changed is not None:
        raise UsageError("--to and --changed do not go together; each says what is planned. Leave one out.")
    with earlier(asked.spec_directory, asked.rendered_directory, to, tell) as found:
        _tell(found, asked.selection)
        yield replace(asked, spec_directory=found.spec_directory, rendered_directory=found.rendered, earlier=found)


def spec_of(spec_directory: Path, to: str | None) -> Spec:
    """The spec that is on disk, or that of a commit, for what needs nothing else of it. Raises as `at_commit`."""
    from generator.affected.earlier import earlier_spec
    from generator.spec import load

    if to is None:
        return load(spec_directory)
    with earlier_spec(spec_directory, to, tell) as spec:
        return spec


def require_tree_of(approval: Approval, commit: str) -> None:
    """Raise ReviewError where another tree was reviewed than that of `commit`; empty is what is on disk."""
    reviewed = approval.reviewed
    back = reviewed.commit if reviewed is not None and reviewed.to_commit else ""
    if reviewed is not None and back != commit:
        was = f"the way to {back[:12]}" if back else "what was checked out"
        again = f"--to {back[:12]}" if back else "no --to"
        raise ReviewError(f"{approval.digest[:12]}: was approved for {was}. Give {again}, or plan and review again.")
    if commit and approval.commit and not commit.startswith(approval.commit):
        raise ReviewError(
            f"{approval.commit[:12]}: was reviewed, and --to is {commit[:12]}. Name the one that was reviewed."
        )


def tell(text: str) -> None:
    click.echo(text, err=True)


def _tell(found: Earlier, selection: Selection) -> None:
    """On standard error: what is gone back to, and what of today it does not touch."""
    commit = found.commit[:12]
    tell(f"Planned is the way to {commit}, with the waves, freezes and allowed risks of HEAD.")
    if found.difference:
        paths = [*found.difference.written, *found.difference.removed]
        tell(f"{commit}: this Goldsmith renders {len(paths)} of its files otherwise than it has them: {_some(paths)}.")
    alone = [name for name in found.left_alone if _is_asked_for(name, selection)]
    if alone:
        tell(f"{_some(alone)}: not in {commit}, and left as they are; nothing of them is planned.")


def _is_asked_for(root: str, selection: Selection) -> bool:
    environment, account, region = root.split("/")
    return (
        environment in (selection.environments or [environment])
        and account in (selection.accounts or [account])
        and region in (selection.regions or [region])
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
