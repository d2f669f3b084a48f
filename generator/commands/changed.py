"""What commands share that go by a change: the base, the roots that are asked for, shards, and how it is told."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.affected.affected import Affected, AffectedRoot
    from generator.affected.reason import Reason
    from generator.affected.shards import Shard
    from generator.commands.session import Selection
    from generator.spec.model import Spec

NAMED = 3  # how many roots a line names before it counts

shard_option = click.option(
    "--shard", metavar="I/N", help="Only the I-th of N parts of the roots, divided in the same way everywhere."
)


@contextmanager
def affected_roots(
    spec: Spec, spec_directory: Path, rendered: Path, base: str | None, selection: Selection
) -> Iterator[Affected]:
    """What a change touches of the roots that are asked for; removed ones can be asked for too.

    Raises UsageError for names that neither side has, BaseError, GitError.
    """
    from generator.affected.affected import compared

    def tell(text: str) -> None:
        click.echo(text, err=True)

    with compared(spec, spec_directory, rendered, base, os.environ, tell) as affected:
        yield _selected(affected, spec, selection)


def _selected(affected: Affected, spec: Spec, selection: Selection) -> Affected:
    from generator.commands.session import require_known

    facts = [root.facts for root in affected.roots]
    require_known("environment", selection.environments, {*spec.environments, *(each.environment for each in facts)})
    require_known("account", selection.accounts, {*spec.organization.accounts, *(each.account for each in facts)})
    names = [*affected.unaffected, *(root.name for root in affected.roots)]
    require_known("Region", selection.regions, {name.split("/")[2] for name in names})
    require_known("image", selection.images, {name for images in affected.images.values() for name in images})

    def is_asked_for(name: str) -> bool:
        environment, account, region = name.split("/")
        return (
            environment in (selection.environments or [environment])
            and account in (selection.accounts or [account])
            and region in (selection.regions or [region])
            and (not selection.images or bool(affected.images.get(environment, frozenset()) & {*selection.images}))
        )

    return replace(
        affected,
        roots=tuple(root for root in affected.roots if is_asked_for(root.name)),
        unaffected=tuple(name for name in affected.unaffected if is_asked_for(name)),
    )


def parsed_shard(text: str | None) -> Shard | None:
    """Raises UsageError for what is no shard."""
    from generator.affected.shards import parse_shard

    return parse_shard(text) if text is not None else None


def in_shard(affected: Affected, shard: Shard | None) -> Affected:
    """The part of a shard; what is not affected belongs to the first."""
    if shard is None:
        return affected
    names = shard.of(root.name for root in affected.roots)
    roots = tuple(root for root in affected.roots if root.name in names)
    return replace(affected, roots=roots, unaffected=affected.unaffected if shard.index == 1 else ())


def tell_affected(affected: Affected, *, with_reasons: bool = False) -> None:
    """On standard error: what was compared, how many roots it touches, and why."""
    for note in affected.notes:
        click.echo(note, err=True)
    count, all_roots = len(affected.roots), len(affected.roots) + len(affected.unaffected)
    what = "HEAD with what is not committed" if affected.is_dirty else "HEAD"
    click.echo(f"{what} is compared with {affected.base}: {count} of {all_roots} roots are affected.", err=True)
    if with_reasons:
        for line in grouped_reasons(affected.roots):
            click.echo(f"  {line}", err=True)


def grouped_reasons(roots: Iterable[AffectedRoot]) -> list[str]:
    """A line for each reason, with the roots that it affects: `component a 1.0.0 -> 1.0.1: prod/a/us-east-1`."""
    by_reason: dict[Reason, list[str]] = {}
    for root in roots:
        for reason in root.reasons:
            by_reason.setdefault(reason, []).append(root.name)
    return [f"{reason.text}: {_some(names)}" for reason, names in by_reason.items()]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def refuse_together(options: Iterable[tuple[str, object]]) -> None:
    """Raise UsageError where more than one of the options is given."""
    given = [name for name, value in options if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} do not go together; each says what standard output is. Leave one out.")
