"""An image that appears in a later environment first.

What: `environments` of the organization says in which order a change travels, and no earlier environment builds the
image.
Why: its first build, and each change of it after that, is then tried where it counts most.
Bad:
    # organization.yaml
    environments: [dev, prod]
    # dev.yaml
    images: [web]
    # prod.yaml
    images: [web, batch]
Good:
    # dev.yaml
    images: [web, batch]
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.source.report import quoted


def _find(context: Context) -> Iterator[Finding]:
    organization = context.sources.organization
    if organization is None or organization.written.environments is None:
        return
    seen: set[str] = set()
    earlier: list[str] = []
    for name, environment in context.spec.environments.items():
        images = [image.name for image in environment.images]
        for image in images:
            if earlier and image not in seen:
                document, path = context.place(name, image)
                tried = quoted(earlier, "and")
                message = f"{image} comes to {name} untried: {tried} {'do' if earlier[1:] else 'does'} not build it. "
                yield Finding(document, path, f"{message}Add it there first.", name, image)
        seen |= set(images)
        earlier.append(name)


RULE = Rule("G109", "skips-environments", "warning", __doc__, _find)
