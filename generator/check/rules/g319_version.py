"""A version that AWS does not take, or that is not the spec's to give.

What: a version without three numbers, with a number left of which an x stands, or of a component, recipe or workflow
of the spec, whose versions the lock gives.
Why: plan accepts 1.0 and 1.0.x as the version of a component. AWS refuses them at apply, after other things have been
made. It resolves an x at each build, so of what is one's own it would say nothing.
Bad:
    components: [{aws: update-linux, version: x.2.x}]
    components: [{component: harden-os, version: 1.0.x}]
Good:
    components: [{aws: update-linux, version: 1.x.x}, harden-os]
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G319", "version", "error", __doc__)
