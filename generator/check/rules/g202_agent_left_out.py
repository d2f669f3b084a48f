"""User data that leaves out the SSM Agent.

What: `user_data` without a word of the SSM Agent, on a base image that comes without it.
Why: Image Builder installs the agent by user data of its own, which this takes the place of. Without the agent no
component runs: the build waits for it in vain, and fails.
Bad:
    base: debian-13
    user_data: |
      #!/bin/bash
      echo hello
Good:
    base: debian-13
    user_data: |
      #!/bin/bash
      curl -O https://s3.amazonaws.com/ec2-downloads-linux/SSMAgent/latest/debian_amd64/amazon-ssm-agent.deb
      dpkg -i amazon-ssm-agent.deb
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_AdditionalInstanceConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G202", "agent-left-out", "warning", __doc__)
