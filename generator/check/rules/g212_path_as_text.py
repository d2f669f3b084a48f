"""A path of a workflow that is taken as text.

What: an input of a workflow's step holds a path such as `$.stepOutputs.Launch.instanceId` under a plain key.
Why: only a key that ends with `.$` has its value looked up. Under any other one, the step gets the path itself.
Bad:
    inputs:
      instanceId: $.stepOutputs.Launch.instanceId
Good:
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-dynamic-vars.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G212", "path-as-text", "warning", __doc__)
