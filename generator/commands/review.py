"""`goldsmith review`: the plans of a fleet as one review, for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, Selection, asks
from generator.commands.changed import changed_option, refuse_together
from generator.commands.earlier import at_commit, to_option
from generator.commands.fleet import fail_fast_option
from generator.commands.options import (
    account_option,
    environment_option,
    image_option,
    json_option,
    region_option,
)
from generator.commands.posting_options import issues_option, post_option
from generator.errors import ReviewError, UsageError

if TYPE_CHECKING:
    from generator.review.model import Planned, Review
    from generator.spec.model import Spec

EXIT_REFUSED, EXIT_CHANGES = 1, 2
STANDARD_OUTPUT = Path("-")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]...")
@asks(environment_option, account_option, region_option, image_option)
@changed_option
@to_option
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
@post_option
@issues_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when there is something to apply.")
@click.pass_context
def review(
    context: click.Context,
    files: tuple[Path, ...],
    asked: Asked,
    changed: str | None,
    to: str | None,
    fail_fast: bool,
    as_json: bool,
    markdown_file: Path | None,
    html_file: Path | None,
    link: str,
    posted: str | None,
    tracked: str | None,
    detailed_exitcode: bool,
) -> None:
    """Show what a fleet's plans would do: the same changes as one group, the odd one first, with a digest to approve.

    FILEs are what `goldsmith plan --save` wrote, all shards together; without any, everything is planned first. Prints
    Markdown, and at a terminal a summary. Exit code 1 where a root could not be planned or a risk blocks.
    """
    as_markdown = markdown_file == STANDARD_OUTPUT
    refuse_together(
        [("--json", as_json), ("--markdown -", as_markdown), ("--post", posted), ("--issues", tracked and not posted)]
    )
    if files:
        if asked.selection != Selection() or changed is not None or to is not None:
            raise UsageError(f"{files[0]}: has its roots already. Leave out what chooses others, or the file.")
        made = _of_files(files, asked.spec_directory)
        if made.planned.kind == "drift":
            context.exit(_track_drift(made, files[0], tracked, asked.spec_directory, link))
    else:
        made = _of_a_plan(asked, changed, to, fail_fast=fail_fast)
    _write(made, markdown_file, html_file, link)
    if posted or tracked:
        _tell_platform(made, posted, tracked, asked.rendered_directory, link)
    else:
        _show(made, link, as_json=as_json, as_markdown=as_markdown)
    context.exit(_exit_code(made, detailed=detailed_exitcode))


def _of_files(files: Sequence[Path], spec_directory: Path) -> Review:
    """The spec is read for the risks that it lets through."""
    from generator.review.record import read_planned
    from generator.spec import load

    return _reviewed(read_planned(files), load(spec_directory))


def _of_a_plan(asked: Asked, changed: str | None, to: str | None, *, fail_fast: bool) -> Review:
    from generator.commands.changed import session_of
    from generator.commands.plan import plan_fleet
    from generator.commands.record import tell_missing

    with at_commit(asked, to, changed) as there, session_of(there, changed=changed) as session:
        _, planned = plan_fleet(session, fail_fast=fail_fast)
    tell_missing([root for root in session.roots if not session.is_removed(root.name)])
    return _reviewed(planned, session.spec)


def _reviewed(planned: Planned, spec: Spec) -> Review:
    from generator.review.review import review_of
    from generator.review.risks import find_risks

    return review_of(planned, find_risks(planned, spec.allowances, datetime.now(UTC).date()))


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


def _tell_platform(made: Review, posted: str | None, tracked: str | None, rendered: Path, link: str) -> None:
    """The review as a comment, its groups as issues; what was written where is what standard output says."""
    from generator.commands.posting import keep_issues, post_review

    if posted:
        post_review(made, posted, rendered, link)
    if tracked:
        keep_issues(made, tracked, link)


def _track_drift(made: Review, file: Path, tracked: str | None, spec_directory: Path, link: str) -> int:
    """Of what `goldsmith drift` saved, issues are kept; it is nothing to approve, and so nothing to review."""
    from generator.commands.posting import keep_drift_issues
    from generator.review.drifted import drifted_of
    from generator.spec import load

    if tracked is None:
        raise UsageError(
            f"{file}: holds drift, which nobody approves. Add --issues, or plan: goldsmith plan --save FILE"
        )
    keep_drift_issues(drifted_of(made.planned, load(spec_directory)), tracked, link)
    return EXIT_REFUSED if made.failed else 0


def _exit_code(made: Review, *, detailed: bool) -> int:
    from generator.review.summary import verdict

    if made.blocked:
        click.echo(f"review: {verdict(made)}. This is not applied as it is.", err=True)
        return EXIT_REFUSED
    return EXIT_CHANGES if detailed and made.changed else 0
