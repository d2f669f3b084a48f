"""`goldsmith affected`: which roots a change touches, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    offline_emulator_option,
    region_option,
    rendered_option,
    spec_option,
)

if TYPE_CHECKING:
    from generator.affected.affected import Affected
    from generator.affected.comparison import AffectedRoot

JSON_VERSION = 1
EXIT_AFFECTED = 2


class _Shards(click.ParamType[int | None]):
    name = "shards"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value == "auto":
            return None
        if not str(value).isdecimal() or not 1 <= int(value) <= 256:
            self.fail(f"{value!r} is neither auto nor a number from 1 to 256.", param, ctx)
        return int(value)


@click.command()
@environments_argument
@account_option
@region_option
@image_option
@click.option(
    "--base",
    metavar="REF",
    envvar="GOLDSMITH_BASE",
    help="What to compare with: a commit, a tag, or a branch from where HEAD left it. [env: GOLDSMITH_BASE]",
)
@spec_option
@rendered_option
@offline_emulator_option
@json_option
@click.option("--matrix", type=click.Choice(["github"]), help="Write a matrix of jobs that plan the roots in shards.")
@click.option("--shards", type=_Shards(), default="auto", metavar="N|auto", help="How many jobs the matrix has.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when a root is affected.")
@click.pass_context
def affected(
    context: click.Context,
    environments: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    images: tuple[str, ...],
    base: str | None,
    spec_directory: Path,
    rendered_directory: Path,
    as_json: bool,
    matrix: str | None,
    shards: int | None,
    detailed_exitcode: bool,
) -> None:
    """Say which roots a change touches, and why, by what spec and modules render now and at the base.

    Without --base, a CI job compares with what its event says, everybody else with where HEAD left the default
    branch. What is on disk counts, committed or not. No AWS and no Terraform is asked.
    """
    from generator.affected.shards import github_matrix, shard_count
    from generator.commands.asked import Asked, Selection
    from generator.commands.changed import affected_roots, refuse_together, tell_affected
    from generator.spec import load

    refuse_together([("--json", as_json), ("--matrix", matrix)])
    asked = Asked(Selection(environments, accounts, regions, images), spec_directory, rendered_directory)
    with affected_roots(load(spec_directory), asked, base) as found:
        tell_affected(found)
        names = [root.name for root in found.roots]
        if matrix:
            count = shard_count(len(names), shards)
            click.echo(json.dumps(github_matrix(names, count, found.base.commit or ""), separators=(",", ":")))
            _tell_empty(names)
        elif as_json:
            click.echo(json.dumps(_as_json(found), indent=2))
        else:
            for root in found.roots:
                click.echo(f"{root.name}: {'; '.join(reason.text for reason in root.reasons)}")
    if detailed_exitcode and names:
        context.exit(EXIT_AFFECTED)


def _tell_empty(names: list[str]) -> None:
    if not names:
        click.echo(
            "The matrix is empty, with which GitHub fails: skip its job with "
            "`if: fromJSON(needs.JOB.outputs.matrix).include[0] != null`.",
            err=True,
        )


def _as_json(found: Affected) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "base": {"commit": found.base.commit, "why": found.base.why},
        "commit": found.commit,
        "dirty": found.is_dirty,
        "notes": list(found.notes),
        "roots": [_root_as_json(root) for root in found.roots],
        "unaffected": list(found.unaffected),
    }


def _root_as_json(root: AffectedRoot) -> dict[str, Any]:
    return {
        "root": root.name,
        "environment": root.root.environment.name,
        "account": root.root.account.name,
        "account_id": root.root.account.id,
        "region": root.root.region,
        "kind": root.root.kind,
        "state_key": root.root.state_key,
        "removed": root.removed,
        "reasons": [{"kind": reason.kind, "text": reason.text} for reason in root.reasons],
    }
