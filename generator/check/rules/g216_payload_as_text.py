"""A payload that is no JSON.

What: a WaitForAction step of a workflow tells its topic or function a sentence instead of JSON.
Why: the page of the action asks for JSON. AWS's own sample tells a topic a sentence all the same; a Lambda function is
handed JSON only, so that a program at either end finds no key to read.
Bad:
    inputs:
      payload: "{{ $.imagebuilder.imageName }} waits for you."
Good:
    inputs:
      payload: '{"image": "{{ $.imagebuilder.imageName }}", "text": "waits for you"}'
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html#wfdoc-step-action-waitfor
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G216", "payload-as-text", "warning", __doc__)
