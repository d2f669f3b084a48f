"""A lifecycle that AWS refuses, or of which a rule never finds an image.

What: snapshots that go while their AMIs stay, a rule that comes no earlier than a stronger one, AMIs of container
images, a rule without age and count, no rule at all, a period without a unit.
Why: plan accepts it. AWS refuses the policy at apply, or takes it, and nothing that was meant happens.
Bad:
    lifecycle: {deprecate: 180 days, delete: 90 days}
Good:
    lifecycle: {deprecate: 90 days, delete: 180 days}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LifecyclePolicyDetail.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G316", "lifecycle-without-sense", "error", __doc__)
