"""What moto gets wrong for the real provider, corrected in one place.

One file for each correction. Its docstring says what AWS does and where that is written; its test fails
once moto no longer needs it. A correction replaces an attribute of a moto module or class, and calls what
was there before. `refusals` alone works on answers, in `generator.emulator.application`.
"""

from __future__ import annotations

from generator.emulator.corrections import (
    ami_states,
    assume_role,
    bucket_policy,
    bucket_tags,
    build_projects,
    export_image_tasks,
    fast_launch_images,
    import_image_tasks,
    kms_replica,
    launch_template,
    managed_policies,
    rule_descriptions,
    rule_targets,
    service_names,
    shared_images,
    snapshot_owners,
    state_machines,
    template_ids,
)

ALL = (
    ami_states,
    assume_role,
    bucket_policy,
    bucket_tags,
    build_projects,
    export_image_tasks,
    fast_launch_images,
    import_image_tasks,
    kms_replica,
    launch_template,
    managed_policies,
    rule_descriptions,
    rule_targets,
    service_names,
    shared_images,
    snapshot_owners,
    state_machines,
    template_ids,
)


def apply() -> None:
    """Apply every correction; once in a process, before its first request."""
    for correction in ALL:
        correction.apply()
