"""User data that nothing on the instance runs.

What: user data without a first line that says what it is, cloud-config or EC2Launch's YAML that is none, <powershell>
without its end, nothing at all, or more than AWS takes.
Why: AWS takes any text. The program that reads it on the instance passes over what it does not know, without a word
in the log of the build: what it was to install is missing when the components run.
Bad:
    user_data: |
      packages: [nginx]
Good:
    user_data: |
      #cloud-config
      packages: [nginx]
Source: https://docs.cloud-init.io/en/latest/explanation/format.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G318", "user-data", "error", __doc__)
