"""`goldsmith verify`: what was applied is what the spec says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
)

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.verify.checks import Check


@click.command()
@asks(environments_argument, account_option, region_option, image_option)
@click.option("--no-tests", is_flag=True, help="Leave the tests under the spec's tests/ out.")
@json_option
@click.pass_context
def verify(
    context: click.Context,
    asked: Asked,
    no_tests: bool,
    as_json: bool,
) -> None:
    """Compare what was applied with the spec: outputs, a second plan, the accounts, and tests of your own.

    Changes nothing. Exit code 1 when a check failed.
    """
    from generator.commands.session import open_session

    session = open_session(asked)
    checks = checks_of(session, None if no_tests else asked.spec_directory)
    _show(checks, as_json)
    context.exit(1 if any(check.result == "failed" for check in checks) else 0)


def checks_of(session: Session, tested: Path | None) -> list[Check]:
    """The checks of the session's roots, then those of the tests under the spec directory `tested`."""
    from generator.aws import AccountClients
    from generator.commands.fleet import providers_of
    from generator.terraform.cancellation import Cancellation
    from generator.terraform.progress import shown_progress
    from generator.verify.copies import private_copies
    from generator.verify.fleet import Runner, summary_of, verify_fleet

    role = session.spec.organization.roles.plan
    runner = Runner(str(session.binary.path), session.environment_with_role(role))
    clients = AccountClients(session.spec.organization, role, session.environment, patient=True)
    with private_copies(session.rendered) as copies:
        with (
            providers_of(session, runner.environment) as providers,
            shown_progress(len(session.roots), summary_of) as progress,
        ):
            checks = verify_fleet(
                session.roots,
                copies,
                runner,
                clients,
                providers=providers,
                bounds=session.bounds,
                progress=progress,
                cancellation=Cancellation(),
            )
        return checks + (_tests(session, tested, copies.directory) if tested else [])


def _tests(session: Session, spec_directory: Path, copies: Path) -> list[Check]:
    from generator.terraform.cancellation import Cancellation
    from generator.verify.user_tests import find_tests, run_tests

    tests = find_tests(spec_directory)
    if tests is None:
        return []
    click.echo(f"running {tests}", err=True)
    found = run_tests(
        tests,
        spec_directory=spec_directory,
        copies=copies,
        roots=[root.name for root in session.roots],
        binary=str(session.binary.path),
        environment=session.environment_with_role(session.spec.organization.roles.plan),
        cancellation=Cancellation(),
    )
    if any(check.result == "failed" for check in found.checks):
        click.echo(found.log, err=True)
    return found.checks


def _show(checks: list[Check], as_json: bool) -> None:
    from generator.verify import report

    if as_json:
        click.echo(json.dumps(report.as_json(checks), indent=2))
        return
    report.print_table(checks)
    click.echo(report.summary(checks), err=True)
