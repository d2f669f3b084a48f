"""Old versions that a lifecycle does not reach.

What: an image has more versions in the lock than a lifecycle policy can name.
Why: a policy names 50 recipes, each with its version. Images of the oldest versions are left as they are, and cost.
Bad:
    # versions.lock.yaml has 51 versions of web, whose images stay
    lifecycle: {delete: keep 5}
Good:
    # the same, after the images of the oldest version were deleted by hand
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LifecyclePolicyResourceSelection.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G206", "lifecycle-out-of-reach", "warning", __doc__)
