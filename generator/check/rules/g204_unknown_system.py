"""An operating system that no known base image has.

What: a name under `os_versions` of a component that AWS does not list.
Why: Image Builder compares it with the operating system of the base image when a recipe is made. A name that fits
none makes the component one that no recipe takes.
Bad:
    components: {agent: {os_versions: [AmazonLinux2023]}}
Good:
    components: {agent: {os_versions: [Amazon Linux 2023]}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G204", "unknown-system", "warning", __doc__)
