"""`goldsmith review`: the plans of a fleet as one review, for people and for programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.fleet import fail_fast_option, jobs_option
from generator.commands.options import (
    account_option,
    emulator_option,
    image_option,
    json_option,
    region_option,
    rendered_option,
    spec_option,
    terraform_option,
)
from generator.errors import ReviewError, UsageError

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.review.model import Planned, Review

EXIT_REFUSED, EXIT_CHANGES = 1, 2
STANDARD_OUTPUT = Path("-")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]...")
@click.option(
    "--environment", "environments", multiple=True, metavar="NAME", help="Plan only this environment (may be repeated)."
)
@account_option
@region_option
@image_option
@spec_option
@rendered_option
@emulator_option
@terraform_option
@jobs_option
@fail_fast_option
@json_option
@click.option(
    "--markdown",
    "markdown_file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write the comment to FILE; - is standard output, also at a terminal.",
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the review as a page that needs nothing else.",
)
@click.option(
    "--link",
    default="",
    envvar="GOLDSMITH_REVIEW_LINK",
    metavar="URL",
    help="Where the comment leads to for what it leaves out. [env: GOLDSMITH_REVIEW_LINK]",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when there is something to apply.")
@click.pass_context
def review(
    context: click.Context,
    files: tuple[Path, ...],
    environments: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    images: tuple[str, ...],
    spec_directory: Path,
    rendered_directory: Path,
    use_emulator: bool,
    terraform_path: Path | None,
    jobs: int | None,
    fail_fast: bool,
    as_json: bool,
    markdown_file: Path | None,
    html_file: Path | None,
    link: str,
    detailed_exitcode: bool,
) -> None:
    """Show what a fleet's plans would do: the same changes as one group, the odd one first, with a digest to approve.

    FILEs are what `goldsmith plan --save` wrote, all shards together; without any, everything is planned first. Prints
    Markdown, and at a terminal a summary. Exit code 1 where a root could not be planned or a risk blocks.
    """
    from generator.commands.session import Selection, open_session
    from generator.review.record import read_planned
    from generator.review.review import review_of

    selection = Selection(environments, accounts, regions, images)
    if as_json and markdown_file == STANDARD_OUTPUT:
        raise UsageError(
            "--json and --markdown - do not go together; each says what standard output is. Leave one out."
        )
    if files:
        if selection != Selection():
            raise UsageError(f"{files[0]}: has its roots already. Leave out what chooses others, or the file.")
        planned = read_planned(files)
    else:
        session = open_session(
            spec_directory,
            rendered_directory,
            selection,
            use_emulator=use_emulator,
            terraform_path=terraform_path,
            jobs=jobs,
        )
        planned = _planned(session, fail_fast=fail_fast)
    made = review_of(planned)
    _write(made, markdown_file, html_file, link)
    _show(made, link, as_json=as_json, as_markdown=markdown_file == STANDARD_OUTPUT)
    context.exit(_exit_code(made, detailed=detailed_exitcode))


def _planned(session: Session, *, fail_fast: bool) -> Planned:
    """What comes of planning the session's roots; what failed is told as it is by `goldsmith plan`."""
    from generator.commands import fleet
    from generator.commands.plan import plan_root, planned_of
    from generator.commands.record import tell_missing

    outcomes = fleet.over_roots(
        session,
        plan_root,
        role=session.spec.organization.roles.plan,
        after={},
        summary=fleet.described,
        fail_fast=fail_fast,
        only_plans=True,
    )
    tell_missing(session.roots)
    return planned_of(session, outcomes)


def _write(made: Review, markdown_file: Path | None, html_file: Path | None, link: str) -> None:
    from generator.review.markdown import markdown
    from generator.review.page import page

    if markdown_file not in (None, STANDARD_OUTPUT):
        _to_file(markdown_file, markdown(made, link=link))
    if html_file is not None:
        _to_file(html_file, page(made))


def _to_file(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReviewError(f"{file}: cannot be written ({error.strerror}). Name another file.") from error


def _show(made: Review, link: str, *, as_json: bool, as_markdown: bool) -> None:
    """On standard output: JSON, or Markdown for whatever posts it, or at a terminal a summary."""
    from rich.console import Console

    from generator.review.document import document
    from generator.review.markdown import markdown
    from generator.review.terminal import summary

    if as_json:
        click.echo(document(made), nl=False)
    elif as_markdown or not sys.stdout.isatty():
        click.echo(markdown(made, link=link), nl=False)
    else:
        Console(highlight=False).print(summary(made))


def _exit_code(made: Review, *, detailed: bool) -> int:
    from generator.review.summary import verdict

    if made.blocked:
        click.echo(f"review: {verdict(made)}. This is not applied as it is.", err=True)
        return EXIT_REFUSED
    return EXIT_CHANGES if detailed and made.changed else 0
