"""A rule of a security group keeps its description, whatever it lets through.

Why: moto keeps the description of an address range's rule, and answers none for a rule that names another group or a
prefix list. The provider then sees a change at every plan.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html (Description)
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.ec2.models.security_groups import SecurityGroupRule

    original = SecurityGroupRule.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        prefix_list = named.get("prefix_list_id") or (arguments[7] if len(arguments) > 7 else None)
        self.prefix_list_description = (prefix_list or {}).get("Description")

    SecurityGroupRule.__init__ = init
    SecurityGroupRule.description = property(_description)


def _description(rule: Any) -> str | None:
    kept: str | None = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return kept or rule.prefix_list_description
