"""A component or workflow of Amazon's that is not known here.

What: `{aws: NAME}` with a name that is in no list of Amazon's that Goldsmith has.
Why: mostly it is misspelt, and apply fails at the recipe. Amazon adds new ones, so it is no error.
Bad:
    components: [{aws: update-linus}]
Good:
    components: [{aws: update-linux}]
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-components.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G205", "unknown-to-goldsmith", "warning", __doc__)
