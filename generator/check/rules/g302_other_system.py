"""A component for another operating system than the image's.

What: `os_versions` in organization.yaml, or `systems.yaml` beside the component, names the systems that it is for,
and the base image is none of them.
Why: AWS refuses the recipe by `os_versions`. What `systems.yaml` says it does not know: the build fails half an hour
later, at the first command that the system lacks.
Bad:
    # components/systems.yaml: install-nginx: {systems: [Ubuntu]}
    base: amazon-linux-2023
    components: [install-nginx]
Good:
    base: ubuntu-24-04
    components: [install-nginx]
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G302", "other-system", "error", __doc__)
