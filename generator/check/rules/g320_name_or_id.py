"""A name, an id or an ARN whose form AWS refuses.

What: the id of a launch template, the name of an SSM parameter, or the ARN of an image or component that reads like
none.
Why: plan accepts any text. AWS refuses it at apply, or, as with a parameter, when the build distributes.
Bad:
    distribution: {parameters: [{name: /images/my web}], launch_templates: [{id: lt-bad}]}
Good:
    distribution: {parameters: [{name: /images/my-web}], launch_templates: [{id: lt-0123456789abcdef0}]}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_SsmParameterConfiguration.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LaunchTemplateConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G320", "name-or-id", "error", __doc__)
