"""`goldsmith explain`: the page of a rule or of a risk, or the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.check.rule import Rule
    from generator.review.rule import RiskRule


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain the rule of a finding of `goldsmith check`, such as G103, or of a risk in a review, such as R103.

    Without CODE, list all.
    """
    from generator.check.rules import RULES
    from generator.review.rules import RULES as RISKS
    from generator.source.report import did_you_mean

    severities: dict[str, str] = {each.code: each.severity for each in RULES.values()}
    severities |= {each.code: each.level for each in RISKS.values()}
    pages: dict[str, Rule | RiskRule] = {**RULES, **RISKS}
    if code is None:
        for rule in pages.values():
            click.echo(f"{rule.code}  {severities[rule.code]:<7}  {rule.name:<26}{rule.headline}")
        return
    page = pages.get("R803" if code.upper().startswith("CKV") else code.upper())
    if page is None:
        raise UsageError(f"there is no rule {code}.{did_you_mean(code.upper(), pages)} `goldsmith explain` lists all.")
    click.echo(f"{page.code} {page.name} ({severities[page.code]}): {page.headline}\n")
    click.echo(page.body)
