"""`goldsmith approved`: the digest that people approved when they merged a change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import click

from generator.commands.options import offline_emulator_option
from generator.commands.posting_options import platform_option
from generator.errors import UsageError


@click.command()
@platform_option
@click.option(
    "--commit", metavar="SHA", help="The commit that the request was merged as; by itself that of the CI job."
)
@click.option(
    "--digest",
    default="",
    metavar="DIGEST",
    help="Take this one, which a person gave, and look for no review; empty is as if it were not given.",
)
@offline_emulator_option
def approved(platform: str, commit: str | None, digest: str) -> None:
    """Print the fleet digest of the review of the pull or merge request that was merged as this commit.

    A review counts where the account of this token wrote it, and nobody else has edited it since. In GitHub Actions
    the digest is an output of the step as well. `goldsmith apply --approved` takes it.
    """
    from generator.review.posting.actions import write_outputs
    from generator.review.posting.place import platform_of

    environment = os.environ
    found = _given(digest) if digest else _read(platform_of(environment, platform), commit)
    if environment.get("GITHUB_OUTPUT"):
        write_outputs(Path(environment["GITHUB_OUTPUT"]), {"digest": found})
    click.echo(found)


def _given(digest: str) -> str:
    from generator.review.posting.approval import DIGEST

    if not DIGEST.fullmatch(digest):
        raise UsageError("--digest: is no fleet digest; that is 64 characters of 0-9 and a-f, as the review shows it.")
    return digest


def _read(platform: str, commit: str | None) -> str:
    from generator.review.posting.access import access_of
    from generator.review.posting.approval import approved as approved_by
    from generator.review.posting.place import Platform, place_of

    place = place_of(cast("Platform", platform), os.environ)
    if not (commit or place.commit):
        raise UsageError("--commit: this job says of no commit what it is about; name the one that was merged.")
    found = approved_by(access_of(place, os.environ), commit or place.commit)
    click.echo(f"{found.request}: reviewed at {found.url}", err=True)
    return found.digest
