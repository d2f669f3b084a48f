"""A place in a document that is still to be filled in.

What: a step whose name is a template's (`${name}`), or a command with `<your token>`.
Why: AWS refuses such a name when the component is created, and bash takes the token for redirections.
Bad:
    commands: [scan --token <your token>]
Good:
    commands: ['scan --token "{{ Token }}"']
Source: https://github.com/aws/aws-cdk/issues/19909
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G215", "place-to-fill-in", "warning", __doc__)
