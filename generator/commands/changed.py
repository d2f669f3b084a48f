"""What commands share that go by a change: the base, the roots that are asked for, shards, and how it is told."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError
from generator.terraform.passing import RETRIES

if TYPE_CHECKING:
    from generator.affected.affected import Affected
    from generator.affected.comparison import AffectedRoot
    from generator.affected.reason import Reason
    from generator.commands.asked import Asked, Selection
    from generator.commands.session import Session
    from generator.spec.model import Spec

BASE_VARIABLE = "GOLDSMITH_BASE"
NAMED = 3  # how many roots a line names before it counts

changed_option = click.option(
    "--changed",
    is_flag=False,
    flag_value="",
    metavar="[REF]",
    help="Only what differs from a commit, a tag, or a branch from where HEAD left it, and a destroy of what is gone; "
    f"without REF, the base is found (docs/affected.md). [env: {BASE_VARIABLE}]",
)
shard_option = click.option(
    "--shard", metavar="I/N", help="Only the I-th of N parts of the roots, divided in the same way everywhere."
)


@contextmanager
def session_of(
    asked: Asked, *, changed: str | None = None, shard: str | None = None, retries: int = RETRIES
) -> Iterator[Session]:
    """`open_session` for all roots, or for those that a change touches and a shard has; these may be none.

    Trees of roots that are removed are there as long as the session is. Raises what `open_session` raises, and
    UsageError, BaseError, GitError.
    """
    from generator.affected.shards import ALL, parse_shard
    from generator.commands.session import open_session
    from generator.spec import load

    part = parse_shard(shard) if shard is not None else ALL
    spec = asked.earlier.spec if asked.earlier else load(asked.spec_directory)
    opened = partial(open_session, asked, spec=spec, shard=part, retries=retries)
    if changed is None:
        yield opened()
        return
    _refuse_environment(changed, spec)
    base = changed or os.environ.get(BASE_VARIABLE)
    with affected_roots(spec, asked, base) as affected:
        tell_affected(affected, with_reasons=True)
        yield opened(affected=affected)


def _refuse_environment(changed: str, spec: Spec) -> None:
    """What follows `--changed` is what to compare with: who names an environment there may not mean a branch."""
    if changed in spec.environments:
        raise UsageError(
            f"--changed {changed}: is an environment, and a commit is meant. Name the environment before: {changed} "
            f"--changed; or a branch of this name as refs/heads/{changed}."
        )


@contextmanager
def affected_roots(spec: Spec, asked: Asked, base: str | None) -> Iterator[Affected]:
    """What a change touches of the roots that are asked for; removed ones can be asked for too.

    Raises UsageError for names that neither side has, BaseError, GitError.
    """
    from generator.affected.affected import compared

    def tell(text: str) -> None:
        click.echo(text, err=True)

    with compared(spec, asked.spec_directory, asked.rendered_directory, base, os.environ, tell) as affected:
        yield _selected(affected, spec, asked.selection)


def _selected(affected: Affected, spec: Spec, selection: Selection) -> Affected:
    from generator.commands.session import require_known

    roots = [each.root for each in affected.roots]
    require_known(
        "environment", selection.environments, {*spec.environments, *(each.environment.name for each in roots)}
    )
    require_known("account", selection.accounts, {*spec.organization.accounts, *(each.account.name for each in roots)})
    names = [*affected.unaffected, *(root.name for root in roots)]
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
