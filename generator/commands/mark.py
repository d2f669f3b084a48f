"""`goldsmith mark`: say in the review of a request how far things are."""

from __future__ import annotations

import os
from typing import cast

import click

from generator.commands.options import offline_emulator_option
from generator.commands.posting_options import platform_option


@click.command()
@click.argument("status", type=click.Choice(["planned", "approved", "applying", "applied", "failed", "outdated"]))
@platform_option
@click.option(
    "--commit",
    metavar="SHA",
    help="The commit that the request was merged as; by itself that of a CI job that belongs to no open request.",
)
@click.option("--note", default="", metavar="TEXT", help="A few words beside it.")
@offline_emulator_option
def mark(status: str, platform: str, commit: str | None, note: str) -> None:
    """Change the status line of the review that `goldsmith review --post` wrote; prints its address.

    It stands in the review of the request that the CI job belongs to, or else of the one that was merged as its commit.
    """
    from generator.review.header import Status
    from generator.review.posting.access import access_of
    from generator.review.posting.approval import merged_request, set_status
    from generator.review.posting.place import place_of, platform_of

    place = place_of(platform_of(os.environ, platform), os.environ)
    access = access_of(place, os.environ)
    if place.number is not None and commit is None:
        conversation = access.conversation(place.number)
    else:
        conversation = merged_request(access, commit or place.commit)
    click.echo(set_status(conversation, cast("Status", status), note, place.run))
