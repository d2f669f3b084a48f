"""The options of commands that speak to GitHub or GitLab."""

from __future__ import annotations

import click

PLATFORMS = click.Choice(["auto", "github", "gitlab"])

platform_option = click.option(
    "--platform",
    type=PLATFORMS,
    default="auto",
    show_default=True,
    help="Where the reviews are; a job of GitHub Actions or GitLab CI knows by itself.",
)
