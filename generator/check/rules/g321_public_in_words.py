"""Images that would be public, in other words than those that make them so.

What: `public` with anything but the sentence that it takes.
Why: plan accepts any name of a group. AWS refuses all but one, `all`, and that one makes an AMI everybody's: nobody
types the sentence by accident, or overlooks it in a review.
Bad:
    distribute: [{public: everyone, regions: [us-east-1]}]
Good:
    distribute: [{public: "yes, anyone may launch this image", regions: [us-east-1]}]
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LaunchPermissionConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G321", "public-in-words", "error", __doc__)
