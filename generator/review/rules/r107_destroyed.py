"""Something that is destroyed.

What: the plan destroys a resource that no rule of its own is about.
Why: what goes is needed by somebody more often than a diff shows: a role that a workflow names, a parameter that a
launch reads. Terraform's plan tells it in one line among many.
Bad:
    # module.output_parameters.aws_ssm_parameter.this["web"] will be destroyed, and launch templates read it
Good:
    # nobody reads it any more
Source: https://developer.hashicorp.com/terraform/cli/commands/plan
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.rules import r103_key_lost, r105_data_destroyed
from generator.review.rules.r101_replaced_version import TYPES as VERSIONED
from generator.review.subjects import Scene

# Other rules tell these.
ELSEWHERE = {
    *r103_key_lost.TYPES,
    *r105_data_destroyed.TYPES,
    *VERSIONED,
    "aws_ecr_repository",
    "aws_ecrpublic_repository",
    "aws_kms_alias",
}


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed:
        if subject.what == "delete" and subject.deposed:
            yield Finding(subject.address, "what an earlier replacement left behind is destroyed.")
        elif subject.what == "delete" and subject.type not in ELSEWHERE:
            yield Finding(subject.address, f"{subject.type} is destroyed.")


RULE = RiskRule("R107", "destroyed", "warn", __doc__, _find)
