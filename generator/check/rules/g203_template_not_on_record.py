"""A launch template that gets no AMIs yet.

What: a launch template is to be made, and its id is not in `launch_templates.lock.yaml`.
Why: a distribution names a launch template by its id, which AWS gives it. The first apply makes the template and
writes the id down; only what is rendered after that sends AMIs to it.
Bad:
    launch_templates: [{name: web}]  # and no apply yet
Good:
    # launch_templates.lock.yaml, which `goldsmith apply prod` writes
    launch_templates:
      prod/web-prod/us-east-1: {web: lt-0123456789abcdef0}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LaunchTemplateConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G203", "template-not-on-record", "warning", __doc__)
