"""`goldsmith explain`: the page of a rule, or the list of all."""

from __future__ import annotations

import click

from generator.errors import UsageError


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain the rule that a finding of `goldsmith check` ends with, such as G103; without CODE, list all."""
    from generator.check.rules import RULES
    from generator.source.report import did_you_mean

    if code is None:
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.severity:<7}  {rule.name:<26}{rule.headline}")
        return
    rule_of_code = RULES.get(code.upper())
    if rule_of_code is None:
        raise UsageError(f"there is no rule {code}.{did_you_mean(code.upper(), RULES)} `goldsmith explain` lists all.")
    click.echo(f"{rule_of_code.code} {rule_of_code.name} ({rule_of_code.severity}): {rule_of_code.headline}\n")
    click.echo(rule_of_code.body)
