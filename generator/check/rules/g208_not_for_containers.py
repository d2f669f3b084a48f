"""A component in a container image that it is not for.

What: `systems.yaml` of the component's folder says that it is not for containers, and a container image has it.
Why: a container has no init system, no kernel and no disks of its own. What sets such things up fails there, or does
nothing.
Bad:
    container: {}
    components: [harden-kernel]  # systems.yaml: harden-kernel: {containers: false}
Good:
    container: {}
    components: [harden-files]
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-container-recipes.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G208", "not-for-containers", "warning", __doc__)
