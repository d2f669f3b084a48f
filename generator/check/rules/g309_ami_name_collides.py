"""An AMI's name that the second build would use again.

What: `ami_name` without the date of the build.
Why: AWS refuses it at apply, after plan has passed: "The EC2 AMI name must contain '{{ imagebuilder:buildDate }}' to
ensure that the name will be unique." They are, in an account and Region: the second build would fail as it
distributes.
Bad:
    distribution: {ami_name: web}
Good:
    distribution: {ami_name: "web {{ imagebuilder:buildDate }}"}
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G309", "ami-name-collides", "error", __doc__)
