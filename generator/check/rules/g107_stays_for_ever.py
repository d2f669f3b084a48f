"""Images that pile up for ever.

What: an AMI is built by a schedule, and neither its place, its file nor its environment says what becomes of the old
ones.
Why: each build adds an AMI and its snapshots in every account and Region that receives a copy. Nothing removes them
by itself. `lifecycle: none` says that they are meant to stay.
Bad:
    environment: prod
    images: [web]  # weekly
Good:
    environment: prod
    images: [web]
    lifecycle: {delete: keep 5}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-lifecycles.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for environment, image in context.images():
        is_built = image.schedule is not None and image.pipeline.enabled
        if image.is_container or not is_built or context.lifecycle(environment.name, image.name):
            continue
        document, path = context.place(environment.name, image.name)
        copies = sum(target.mode == "copy" for target in environment.targets)
        where = "in one place" if copies == 1 else f"in {copies} accounts and Regions"
        message = (
            f"each build of {image.name} adds an AMI {where}, and none ever goes. Say what becomes of old ones with "
            "lifecycle, or that they stay with `lifecycle: none`."
        )
        yield Finding(document, path, message, environment.name, image.name)


RULE = Rule("G107", "stays-for-ever", "warning", __doc__, _find)
