"""A tag that Goldsmith's own replaces.

What: tags with the key `Environment` or `ManagedBy` of the organization or an environment, or `Image` of an image,
whose value is not what Goldsmith gives them.
Why: Goldsmith tags all that it makes with these, and its values win. Whoever wrote the line, and the report of costs
that goes by it, waits for a value that nothing bears.
Bad:
    # prod.yaml
    tags: {Environment: production}  # everything is tagged prod
Good:
    tags: {Stage: production}
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.check.rule import Context, Finding, Rule
from generator.source.yaml import Path
from generator.spec.distribution import DistributionWritten

MANAGED_BY = "goldsmith"


def _find(context: Context) -> Iterator[Finding]:
    sources = context.sources
    if sources.organization is not None:
        own = {"Environment": "the name of the environment", "ManagedBy": MANAGED_BY}
        for path, message in _replaced(("tags",), sources.organization.written.tags, own):
            yield Finding(sources.organization.document, path, message)
    for name, source in sources.environments.items():
        own = {"Environment": name, "ManagedBy": MANAGED_BY}
        for path, message in _replaced(("tags",), source.written.tags, own):
            yield Finding(source.document, path, message, name)
        for image in context.spec.environments[name].images:
            document, place = context.place(name, image.name)
            use = context.use(name, image.name)
            for path, message in _of_image(place, use.tags, use.distribution, image.name):
                yield Finding(document, path, message, name, image.name)
    for name, image_source in sources.images.items():
        written = image_source.written
        for path, message in _of_image((), written.tags, written.distribution, name):
            yield Finding(image_source.document, path, message, image=name)


def _of_image(
    place: Path, tags: Mapping[str, str] | None, distribution: DistributionWritten | None, image: str
) -> Iterator[tuple[Path, str]]:
    own = {"Image": image}
    yield from _replaced((*place, "tags"), tags, own)
    if distribution is not None:
        yield from _replaced((*place, "distribution", "ami_tags"), distribution.ami_tags, own)
        for region, each in (distribution.regions or {}).items():
            yield from _replaced((*place, "distribution", "regions", region, "ami_tags"), each.ami_tags, own)


def _replaced(place: Path, tags: Mapping[str, str] | None, own: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for key, value in (tags or {}).items():
        if key in own and value != own[key]:
            yield (*place, key), f"{key} is Goldsmith's own tag, which says {own[key]}. Take another key, or remove it."


RULE = Rule("G116", "tag-of-goldsmith", "warning", __doc__, _find)
