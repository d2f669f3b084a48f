"""What `goldsmith review` does besides showing: post the review, or keep an issue for each group of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.review.drifted import Drifted
    from generator.review.escaping import Md
    from generator.review.model import Review

GONE = "The plan has no such change any more."


def post_review(review: Review, platform: str, rendered: Path, link: str = "") -> None:
    """Post it, print the comment's address, and tell what a person should know. Raises PostingError.

    The review itself is not printed in a job of GitHub Actions, which has it in its summary and takes lines of a job's
    output for commands; elsewhere it is, where no comment could be written.
    """
    from generator.review.header import is_review
    from generator.review.markdown import markdown
    from generator.review.posting.actions import remarks
    from generator.review.posting.place import place_of, platform_of
    from generator.review.posting.post import post

    chosen = platform_of(os.environ, platform)
    link = link or place_of(chosen, os.environ).run
    for line in remarks(review, lambda root: _file_of(root, rendered)) if chosen == "github" else ():
        click.echo(line, err=True)
    report = post(review, lambda limit: markdown(review, link=link, limit=limit), is_review, chosen, os.environ)
    for line in report.told:
        click.echo(line, err=True)
    if report.url:
        click.echo(report.url)
    elif chosen != "github":
        click.echo(markdown(review, link=link))


def _file_of(root: str, rendered: Path) -> str:
    """Where a person looks at a root; nowhere for one that is gone, or that lies outside of the repository."""
    file = rendered / root / "main.tf"
    return file.as_posix() if file.is_file() and not file.is_absolute() else ""


def keep_issues(review: Review, platform: str, link: str = "") -> None:
    """Make the open issues of drift those of this review's groups, and print what was done. Raises PostingError.

    Where a root could not be planned nobody knows whether its drift is gone, so no issue is closed.
    """
    from generator.review.markdown import markdown

    _keep_issues(review, platform, link, {}, lambda run, limit: markdown(review, link=run, limit=limit))


def keep_drift_issues(drifted: Drifted, platform: str, link: str = "") -> None:
    """The same for what `goldsmith drift` found: each issue says who should look. Raises PostingError."""
    from generator.review.drift_markdown import drift_markdown, owner_names

    owners = {each.group.name: owner_names(each) for each in drifted.groups}
    _keep_issues(drifted.review, platform, link, owners, lambda _, limit: drift_markdown(drifted, limit))


def _keep_issues(
    review: Review, platform: str, link: str, owners: Mapping[str, Md], told: Callable[[str, int], str]
) -> None:
    """`told` is the summary of the run, by its link and how long it may be."""
    from generator.review.drift import drift_issues, key_of
    from generator.review.posting.access import access_of
    from generator.review.posting.actions import write_summary
    from generator.review.posting.place import place_of, platform_of
    from generator.review.posting.tracker import keep_up

    place = place_of(platform_of(os.environ, platform), os.environ)
    link = link or place.run
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        write_summary(Path(os.environ["GITHUB_STEP_SUMMARY"]), lambda limit: told(link, limit))
    tracker = access_of(place, os.environ).tracker()
    gone = None if review.failed else GONE
    for line in keep_up(tracker, drift_issues(review, link, owners), key_of, gone=gone):
        click.echo(line)
