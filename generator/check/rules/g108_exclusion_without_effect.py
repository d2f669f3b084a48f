"""An exclusion of a lifecycle that leaves nothing alone.

What: `exclude` names an account that no AMI is shared with, or a Region that no AMI is in.
Why: `accounts` are those that AMIs are shared with, not those that own copies. Whoever wrote the line believes that
something is kept, and it is deleted.
Bad:
    distribute:
      - {accounts: [web], regions: [us-east-1], mode: copy}
    lifecycle:
      delete: 90 days
      exclude: {accounts: [web]}  # its AMI is a copy
Good:
    lifecycle:
      delete: 90 days
      exclude: {tags: {Keep: forever}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_LifecyclePolicyDetailExclusionRulesAmis.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.check.rule import Context, Finding, Rule
from generator.source.yaml import Document, Path
from generator.spec.lifecycle import LifecycleWritten
from generator.spec.model import Environment

RULES_OF_LIFECYCLE = ("deprecate", "disable", "delete")


@dataclass(frozen=True)
class _Place:
    """A lifecycle where it is written, with the environments that it counts in."""

    document: Document
    path: Path
    written: LifecycleWritten
    environments: tuple[Environment, ...]
    image: str | None = None

    @property
    def environment(self) -> str | None:
        return self.environments[0].name if len(self.environments) == 1 else None


def _find(context: Context) -> Iterator[Finding]:
    for place in _places(context):
        targets = [target for environment in place.environments for target in environment.targets]
        shared = {target.account.name for target in targets if target.mode == "share"}
        regions = {target.region for target in targets}
        yield from _idle(place, "accounts", shared, "no AMI is shared with {}, so this leaves nothing alone.")
        yield from _idle(place, "regions", regions, "no AMI is in {}, so this leaves nothing alone.")


def _idle(place: _Place, key: str, known: Iterable[str], message: str) -> Iterator[Finding]:
    excludes = {("exclude",): place.written.exclude} | {
        (name, "exclude"): getattr(getattr(place.written, name), "exclude", None) for name in RULES_OF_LIFECYCLE
    }
    for path, exclude in excludes.items():
        for index, name in enumerate(getattr(exclude, key, None) or ()):
            if name not in known:
                where: Path = (*place.path, *path, key, index)
                text = f"{message.format(name)} Remove it."
                yield Finding(place.document, where, text, place.environment, place.image)


def _places(context: Context) -> Iterator[_Place]:
    for name, environment in context.spec.environments.items():
        source = context.sources.environments[name]
        whole: object = source.written.lifecycle
        if isinstance(whole, LifecycleWritten):
            yield _Place(source.document, ("lifecycle",), whole, (environment,))
        for image in environment.images:
            document, path = context.place(name, image.name)
            written: object = context.use(name, image.name).lifecycle
            if isinstance(written, LifecycleWritten):
                yield _Place(document, (*path, "lifecycle"), written, (environment,), image.name)
    for name, image_source in context.sources.images.items():
        users = tuple(environment for environment, image in context.images() if image.name == name)
        own: object = image_source.written.lifecycle
        if users and isinstance(own, LifecycleWritten):
            yield _Place(image_source.document, ("lifecycle",), own, users, name)


RULE = Rule("G108", "exclusion-without-effect", "warning", __doc__, _find)
