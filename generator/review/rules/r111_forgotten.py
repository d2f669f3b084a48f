"""Something that is left alone from now on.

What: the plan forgets a resource: it stays in AWS, and Terraform knows of it no more.
Why: nobody changes, checks or destroys it any longer, and it costs what it costs. A role or a policy that is forgotten
keeps what it permits.
Bad:
    removed {
      from = aws_iam_role.breakglass
      lifecycle { destroy = false }
    }
Good:
    # somebody else has imported it
Source: https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed:
        if subject.what == "forget":
            yield Finding(subject.address, f"{subject.type} stays in AWS, and Terraform forgets it.")


RULE = RiskRule("R111", "forgotten", "warn", __doc__, _find)
