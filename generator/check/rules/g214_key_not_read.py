"""A key of a parameter or constant that nothing reads.

What: the definition of a parameter or constant has a key besides `type`, `default` or `value`, and `description`.
Why: AWSTOE passes over it. Published components have `allowedValues`, which keeps nobody from giving another value.
Bad:
    parameters:
      - Store:
          type: string
          allowedValues: [SecretsManager, ParameterStore]
Good:
    parameters:
      - Store:
          type: string
          description: SecretsManager or ParameterStore
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-user-defined-variables.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G214", "key-not-read", "warning", __doc__)
