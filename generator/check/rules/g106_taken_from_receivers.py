"""A lifecycle that takes AMIs from accounts that they are shared with.

What: an AMI is shared, not copied, and its lifecycle disables or deletes it without leaving alone those who use it.
Why: a shared AMI stays the build account's. When it is disabled, all who it was shared with lose it at once; when it
is deleted, their launch templates and Auto Scaling groups name an AMI that is gone. A copy is the receiver's own.
Bad:
    distribute:
      - {accounts: [web], regions: [us-east-1], mode: share}
    lifecycle:
      delete: 90 days
Good:
    lifecycle:
      delete: 90 days
      exclude: {accounts: [web]}  # or last_launched: 30 days; or mode: copy above
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LifecyclePolicyDetailExclusionRulesAmis.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.model import Environment
from generator.spec.model_lifecycle import LifecycleRule


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        lifecycle = image.pipeline.lifecycle
        place = context.lifecycle(environment.name, image.name)
        if image.is_container or place is None or lifecycle is None or not lifecycle.enabled:
            continue
        for rule in lifecycle.rules:
            losers = _losers(environment, rule)
            if losers:
                document, path, _ = place
                key = rule.action.lower()
                message = (
                    f"{key}s AMIs of {image.name} that {losers} may be using: in {environment.name} they are shared, "
                    "not copied. Add `exclude` with accounts or last_launched, or give copies."
                )
                yield Finding(document, (*path, key), message, environment.name, image.name)


def _losers(environment: Environment, rule: LifecycleRule) -> str:
    """Who a rule takes AMIs from; empty for nobody."""
    if rule.action == "DEPRECATE" or not rule.amis or rule.exclusions.last_launched:
        return ""
    left_alone = set(rule.exclusions.account_ids)
    accounts = {target.account for target in environment.targets if target.mode == "share"}
    losers = sorted(account.name for account in accounts if account.id not in left_alone)
    if any(audience.organizations or audience.organizational_units for audience in environment.audiences):
        losers.append("accounts of organizations")
    if not rule.exclusions.public and any(audience.public for audience in environment.audiences):
        losers.append("everybody")
    return " and ".join(losers)


RULE = Rule("G106", "taken-from-receivers", "warning", __doc__, _find)
