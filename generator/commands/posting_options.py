"""The options of commands that speak to GitHub or GitLab."""

from __future__ import annotations

import click

PLATFORMS = click.Choice(["auto", "github", "gitlab"])

post_option = click.option(
    "--post",
    "posted",
    is_flag=False,
    flag_value="auto",
    type=PLATFORMS,
    metavar="[github|gitlab]",
    help="Write the review as the one comment of the pull or merge request that this CI job belongs to.",
)

issues_option = click.option(
    "--issues",
    "tracked",
    is_flag=False,
    flag_value="auto",
    type=PLATFORMS,
    metavar="[github|gitlab]",
    help="Keep an issue for each group of changes, and close those of groups that are gone: for drift.",
)

platform_option = click.option(
    "--platform",
    type=PLATFORMS,
    default="auto",
    show_default=True,
    help="Where the reviews are; a job of GitHub Actions or GitLab CI knows by itself.",
)
