"""`goldsmith destroy`: take environments down, once their names have been given in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from generator.commands.asked import Asked, asks
from generator.commands.fleet import fail_fast_option, retries_option
from generator.commands.options import (
    account_option,
    environments_argument,
    json_option,
    region_option,
)
from generator.commands.words import require_words

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.render.roots import Root
    from generator.terraform.fleet import Outcome
    from generator.terraform.root import Applied


@click.command()
@asks(environments_argument, account_option, region_option)
@retries_option
@fail_fast_option
@json_option
@click.option(
    "--confirm",
    metavar="ENVIRONMENT[,ENVIRONMENT]...",
    help="The names of the environments to take down, instead of typing them when asked.",
)
@click.option("--delete-logs", is_flag=True, help="Delete the build logs too; a log bucket with logs in it stays.")
@click.option(
    "--delete-exports", is_flag=True, help="Delete exported disk images too; a bucket with disk images in it stays."
)
@click.option(
    "--delete-containers",
    is_flag=True,
    help="Delete container images too; without it nothing is destroyed while a repository holds some.",
)
def destroy(
    asked: Asked,
    retries: int,
    fail_fast: bool,
    as_json: bool,
    confirm: str | None,
    delete_logs: bool,
    delete_exports: bool,
    delete_containers: bool,
) -> None:
    """Destroy what Goldsmith made in the environments: pipelines first, then what their targets hold.

    AMIs that were built stay, and so do repositories that are not Goldsmith's. Keys are scheduled for deletion, and
    what they encrypted is then lost.
    """
    from generator.commands import fleet
    from generator.commands.applying import applied_in_words
    from generator.commands.repositories import empty_repositories, refuse_full_repositories
    from generator.commands.session import open_session
    from generator.render import names
    from generator.terraform.root import apply_root

    session = open_session(asked, retries=retries)
    environments = list(dict.fromkeys(root.environment.name for root in session.roots))
    require_words("destroy", ("destroys", "destroyed"), environments, confirm)
    empty_repositories(session) if delete_containers else refuse_full_repositories(session)
    if delete_logs:
        _empty_buckets(session, "log bucket", names.log_bucket)
    if delete_exports:
        _empty_buckets(session, "bucket of exports", names.export_bucket)
    outcomes = fleet.over_roots(
        session,
        lambda terraform: apply_root(terraform, destroy=True),
        role=session.spec.organization.roles.apply,
        after=fleet.build_first(session.roots),
        summary=applied_in_words,
        fail_fast=fail_fast,
    )
    if as_json:
        click.echo(json.dumps(fleet.as_json(outcomes, lambda value: value.plan), indent=2))
    else:
        _print(outcomes)
    fleet.refuse_unfinished(outcomes, "destroy")


def _empty_buckets(session: Session, kind: str, name_of: Callable[[Root], str]) -> None:
    """Empty a bucket of each build root; one that is not there holds nothing. Raises AwsError."""
    from generator.aws import AccountClients, aws_errors, error_code
    from generator.errors import AwsError

    organization = session.spec.organization
    clients = AccountClients(organization, organization.roles.apply, session.environment)
    for root in session.roots:
        if root.kind != "build":
            continue
        bucket = name_of(root)
        try:
            with aws_errors(f"{root.name}: {kind} {bucket}"):
                _empty(clients("s3", root.account, root.region), bucket)
        except AwsError as error:
            if error_code(error) != "NoSuchBucket":
                raise


def _empty(s3: Any, bucket: str) -> None:
    """Delete every object; the bucket keeps no old versions."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": each["Key"]} for each in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _print(outcomes: list[Outcome[Applied]]) -> None:
    from generator.commands.fleet import print_plans

    print_plans([outcome.value.plan for outcome in outcomes if outcome.value is not None], "Destroyed")
