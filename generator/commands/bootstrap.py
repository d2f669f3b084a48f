"""`goldsmith bootstrap`: make accounts ready, once: roles, and the state's bucket. It plans, unless told otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.fleet import retries_option
from generator.commands.options import json_option

if TYPE_CHECKING:
    from pathlib import Path

    from generator.commands.bootstrapping import Bootstrapping
    from generator.emulator.endpoint import Endpoint
    from generator.render.bootstrap_roots import BootstrapRoot
    from generator.spec.model import Spec
    from generator.terraform.fleet import Outcome
    from generator.terraform.root import Applied

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
USUAL_ROLE = "OrganizationAccountAccessRole"


@click.command()
@asks(click.argument("accounts", nargs=-1, metavar="[ACCOUNT]..."))
@click.option("--apply", "applies", is_flag=True, help="Make what is planned, once the accounts are confirmed.")
@click.option(
    "--confirm",
    metavar="ACCOUNT[,ACCOUNT]...",
    help="With --apply: the names of the accounts that get roles, instead of typing them when asked.",
)
@click.option(
    "--role",
    metavar="NAME",
    help=f"Role of the administrators of accounts that are not the caller's own, such as {USUAL_ROLE}. [default: none; "
    f"on the embedded AWS {USUAL_ROLE}]",
)
@retries_option
@json_option
def bootstrap(asked: Asked, applies: bool, confirm: str | None, role: str | None, retries: int, as_json: bool) -> None:
    """Plan what accounts need once: the role that plans, the role that applies, and in one account the bucket of the
    state and the trust in GitHub or GitLab. Without accounts, all that the spec uses.

    It runs with the caller's own credentials, an administrator's, and changes nothing without --apply. The account of
    the bucket comes first; its state is moved into the bucket as soon as that is there. A second run changes nothing.
    """
    from generator.commands import fleet
    from generator.commands.session import refuse_stale
    from generator.commands.words import require_words
    from generator.errors import UsageError
    from generator.spec import load

    if confirm is not None and not applies:
        raise UsageError("--confirm: nothing is changed without --apply. Add it, or leave --confirm out.")
    spec = load(asked.spec_directory)
    roots = _selected(spec, asked)
    refuse_stale(spec, asked.rendered_directory)
    if applies:
        require_words("bootstrap", ("gives roles rights in", "changed"), [root.account.name for root in roots], confirm)
    outcomes = _bootstrapping(spec, roots, asked, role, retries).run(applies)
    if as_json:
        click.echo(json.dumps(fleet.as_json(outcomes, lambda value: value.plan), indent=2))
    else:
        _print(outcomes, None if applies else next_words(asked, role))
    fleet.refuse_unfinished(outcomes, "bootstrap")


def _selected(spec: Spec, asked: Asked) -> tuple[BootstrapRoot, ...]:
    """The roots of the accounts that are asked for, or of all. Raises UsageError for unknown names, GoldsmithError."""
    from generator.commands.session import require_known
    from generator.errors import GoldsmithError
    from generator.render.bootstrap_roots import bootstrap_roots

    roots = bootstrap_roots(spec)
    if not roots:
        raise GoldsmithError(
            f"{asked.spec_directory / 'organization.yaml'}: bootstrap: is missing; it says who may plan and apply, and "
            "which account has the state's bucket. Add it as docs/bootstrap.md has it, and run: goldsmith render"
        )
    wanted = asked.selection.accounts
    require_known("account with a bootstrap", wanted, [root.account.name for root in roots])
    return tuple(root for root in roots if not wanted or root.account.name in wanted)


def _bootstrapping(
    spec: Spec, roots: tuple[BootstrapRoot, ...], asked: Asked, role: str | None, retries: int
) -> Bootstrapping:
    """Everything that Terraform needs, and who asks. Raises TerraformError, AwsError, EmulatorError."""
    from generator.commands import session
    from generator.commands.bootstrapping import EMULATOR, Bootstrapping, Caller
    from generator.terraform.binary import find_terraform
    from generator.terraform.endpoint import require_endpoint
    from generator.terraform.providers import with_providers

    state_directory = session.state_directory_of(os.environ)
    session.keep_from_git(state_directory)
    binary = find_terraform(asked.terraform_path, state_directory)
    endpoint = _emulator(state_directory, spec, role or USUAL_ROLE) if asked.use_emulator else None
    environment = session.aws_environment(os.environ, endpoint)
    require_endpoint(environment)
    lock_file = asked.rendered_directory / roots[0].path / session.LOCK_FILE
    assumed = role or (USUAL_ROLE if endpoint else None)
    return Bootstrapping(
        roots=roots,
        caller=Caller.of(environment, spec.organization.state.region, assumed),
        environment=with_providers(lock_file, binary, environment, state_directory),
        binary=binary,
        state_directory=state_directory,
        where=EMULATOR if endpoint else "aws",
        bounds=session.bounds_of(asked),
        retries=retries,
    )


def _emulator(state_directory: Path, spec: Spec, role: str) -> Endpoint:
    """The embedded AWS, in which accounts have what they have on AWS when they join: a role of their administrators."""
    from generator.emulator.landing_zone import prepare_administrators
    from generator.emulator.process import ensure_started

    endpoint = ensure_started(state_directory / "emulator")
    prepare_administrators(endpoint, spec.organization, role)
    return endpoint


def next_words(asked: Asked, role: str | None) -> str:
    """How the same is asked for again, but for the accounts."""
    return f"{' --emulator' if asked.use_emulator else ''}{f' --role {role}' if role else ''} --apply"


def _print(outcomes: Sequence[Outcome[Applied]], words: str | None) -> None:
    """Each resource by its address, then the table of counts. `words`: what applies it; None where that was done."""
    from generator.commands.fleet import print_plans

    plans = [outcome.value.plan for outcome in outcomes if outcome.value is not None]
    for plan in plans:
        for change in plan.changes:
            click.echo(f"{plan.root}: {change.action} {change.address}")
    print_plans(plans, "Planned" if words else "Applied")
    if words and any(not plan.is_empty for plan in plans):
        names = ",".join(plan.root.partition("/")[2] for plan in plans if not plan.is_empty)
        click.echo(
            f"Nothing was changed. Next: goldsmith bootstrap {names.replace(',', ' ')}{words} --confirm {names}",
            err=True,
        )
