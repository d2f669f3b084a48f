"""Something that was changed by others than Terraform.

What: Terraform finds a resource other than it left it, or gone.
Why: an apply takes the change back, or takes it up. Whoever made it had a reason, in the console at night, and may not
have told it.
Bad:
    # module.instance_profile.aws_iam_role.this: a policy was attached by hand
Good:
    # what is meant stands in the spec, and the drift ends with the apply
Source: https://developer.hashicorp.com/terraform/tutorials/state/resource-drift
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.drifted:
        if subject.what == "delete":
            yield Finding(subject.address, "was destroyed outside Terraform.")
        elif subject.what == "update" and _differing(subject):
            yield Finding(subject.address, f"was changed outside Terraform: {listed(_differing(subject))}.")


def _differing(subject: Subject) -> list[str]:
    """Attributes at the top. None and what is empty are the same to a provider that reads anew."""
    keys = {*subject.before, *subject.after}
    plain = [key for key in keys if (subject.before.get(key) or None) != (subject.after.get(key) or None)]
    return sorted({*plain, *subject.secrets})


RULE = RiskRule("R702", "drift", "warn", __doc__, _find)
