"""`goldsmith rollout states`: the state machine of rollouts."""

from __future__ import annotations

import json

import click

from generator.commands.rollout_options import rollouts_option
from generator.errors import UsageError


@click.command()
@rollouts_option
@click.option(
    "--project",
    default="GoldsmithRollout",
    show_default=True,
    metavar="NAME",
    help="The CodeBuild project that steps and roots run in.",
)
@click.option(
    "--partition", type=click.Choice(["aws", "aws-cn", "aws-us-gov"]), default="aws", show_default=True, help="Of AWS."
)
def states(place: str | None, project: str, partition: str) -> None:
    """Print the state machine that takes rollouts from step to step in AWS Step Functions.

    modules/rollout-state-machine deploys it with all that it needs. This prints it for those who deploy by other means,
    in the Amazon States Language.
    """
    from generator.rollout.places import bucket_of
    from generator.rollout.states import Surroundings, definition

    if place is None or "://" not in place:
        raise UsageError(
            f"--rollouts {place or 'is not given'}: a state machine reaches rollouts in a bucket alone: s3://BUCKET/PREFIX."
        )
    bucket, prefix = bucket_of(place)
    click.echo(json.dumps(definition(Surroundings(partition, project, bucket, prefix)), indent=2))
