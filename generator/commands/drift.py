"""`goldsmith drift`: what others changed in the fleet since it was applied."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.changed import refuse_together, shard_option
from generator.commands.fleet import fail_fast_option
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
)
from generator.errors import ReviewError

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.review.drifted import Drifted
    from generator.review.model import Planned
    from generator.terraform.fleet import Outcome
    from generator.terraform.plans import Plan

EXIT_DRIFT = 2
STANDARD_OUTPUT = Path("-")


@click.command()
@asks(environments_argument, account_option, region_option, image_option)
@shard_option
@fail_fast_option
@json_option
@click.option(
    "--markdown",
    "markdown_file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write Markdown to FILE; - is standard output, also at a terminal.",
)
@click.option(
    "--save",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what was found, without anything sensitive, for `goldsmith review --issues`.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when something drifted.")
@click.pass_context
def drift(
    context: click.Context,
    asked: Asked,
    shard: str | None,
    fail_fast: bool,
    as_json: bool,
    markdown_file: Path | None,
    saved: Path | None,
    detailed_exitcode: bool,
) -> None:
    """Show what others changed since the last apply, grouped, with who should look and what puts it right.

    Every root is refreshed with the role that may only read; nothing is changed, and no state is written. Prints
    Markdown, and at a terminal a summary. Exit code 1 where a root could not be looked at.
    """
    from generator.commands import fleet
    from generator.commands.changed import session_of
    from generator.review.drifted import drifted_of
    from generator.review.record import write_planned

    as_markdown = markdown_file == STANDARD_OUTPUT
    refuse_together([("--json", as_json), ("--markdown -", as_markdown)])
    with session_of(asked, shard=shard) as session:
        outcomes, planned = _look(session, fail_fast=fail_fast)
    drifted = drifted_of(planned, session.spec)
    if saved is not None:
        write_planned(planned, saved)
    _show(drifted, markdown_file, as_json=as_json)
    fleet.refuse_unfinished(outcomes, "drift")
    if detailed_exitcode and drifted.groups:
        context.exit(EXIT_DRIFT)


def _look(session: Session, *, fail_fast: bool) -> tuple[list[Outcome[Plan]], Planned]:
    """Refresh every root of a session; what failed is told on standard error."""
    from generator.commands import fleet
    from generator.commands.plan import planned_of

    outcomes = fleet.over_roots(
        session,
        lambda terraform: terraform.drifted(),
        role=session.spec.organization.roles.plan,
        after={},
        summary=_described,
        fail_fast=fail_fast,
        only_plans=True,
    )
    return outcomes, replace(planned_of(session, outcomes, {}), kind="drift")


def _described(plan: Plan) -> str:
    """`2 drifted`, `no drift`."""
    if plan.is_empty:
        return "no drift"
    return f"{len(plan.changes)} drifted" if plan.changes else "outputs differ"


def _show(drifted: Drifted, markdown_file: Path | None, *, as_json: bool) -> None:
    from rich.console import Console

    from generator.review.drift_document import drift_document
    from generator.review.drift_markdown import drift_markdown
    from generator.review.drift_terminal import drift_summary

    if markdown_file not in (None, STANDARD_OUTPUT):
        _to_file(markdown_file, drift_markdown(drifted))
    if as_json:
        click.echo(drift_document(drifted), nl=False)
    elif markdown_file == STANDARD_OUTPUT or not sys.stdout.isatty():
        click.echo(drift_markdown(drifted), nl=False)
    else:
        Console(highlight=False).print(drift_summary(drifted))


def _to_file(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReviewError(f"{file}: cannot be written ({error.strerror}). Name another file.") from error
