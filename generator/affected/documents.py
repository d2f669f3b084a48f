"""Components and workflows under another version: one difference each, and not one more for each that uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from generator.affected.difference import Difference, through
from generator.affected.fields import deep_differing, words
from generator.affected.reason import Reason
from generator.render.roots import Root
from generator.spec.model import Component, ComponentUse, Environment, Image
from generator.spec.model_pipeline import Workflow, WorkflowUse

Use = TypeVar("Use", ComponentUse, WorkflowUse)
Key = tuple[str, str]  # a name, and a platform or kind


@dataclass(frozen=True)
class Risen:
    """What has another version or other settings, by name and platform (or kind)."""

    components: Mapping[Key, tuple[Component, Component]]
    workflows: Mapping[Key, tuple[Workflow, Workflow]]

    @property
    def names(self) -> frozenset[str]:
        """Of components whose version is another."""
        return frozenset(old.name for old, new in self.components.values() if old.version != new.version)


def risen_between(before: Environment, after: Environment) -> Risen:
    old, new = _components(before), _components(after)
    old_workflows, new_workflows = _workflows(before), _workflows(after)
    return Risen(
        {key: (old[key], new[key]) for key in sorted(old.keys() & new.keys()) if old[key] != new[key]},
        {
            key: (old_workflows[key], new_workflows[key])
            for key in sorted(old_workflows.keys() & new_workflows.keys())
            if old_workflows[key] != new_workflows[key]
        },
    )


def document_differences(risen: Risen, after: Environment) -> Iterator[Difference]:
    for old, new in risen.components.values():
        images = [image.name for image in after.images if _uses(image, new)]
        text = f"component {new.full_name} {_what(old, new)}{through('image', images)}"
        yield _difference("component", text, Risen({(new.name, new.platform): (old, new)}, {}), after)
    for was, now in risen.workflows.values():
        images = [
            image.name
            for image in after.images
            if any(use.owner == "self" and use.name == now.name for use in image.pipeline.workflows)
        ]
        text = f"workflow {now.name} {_what(was, now)}{through('image', images)}"
        yield _difference("workflow", text, Risen({}, {(now.name, now.kind): (was, now)}), after)


def with_risen(before: Environment, after: Environment, risen: Risen) -> Environment:
    """The environment as it was, with the risen documents of `after` and the same in whatever uses them there."""
    names = {image.name: image for image in after.images}
    components = tuple(risen.components.get((each.name, each.platform), (each, each))[1] for each in before.components)
    workflows = tuple(
        risen.workflows.get((each.name, each.kind), (each, each))[1] for each in before.operations.workflows
    )
    return replace(
        before,
        components=components,
        images=tuple(_image(each, names[each.name], risen) if each.name in names else each for each in before.images),
        operations=replace(before.operations, workflows=workflows),
    )


def _difference(kind: str, text: str, risen: Risen, after: Environment) -> Difference:
    def swap(root: Root) -> Root:
        return replace(root, environment=with_risen(root.environment, after, risen))

    return Difference(Reason(kind, text), swap)


def _what(old: Component | Workflow, new: Component | Workflow) -> str:
    """`1.0.3 -> 1.0.4`; under the same version, what of its settings is other."""
    if old.version != new.version:
        return f"{old.version} -> {new.version}"
    paths = (path.removeprefix("settings.") for path in deep_differing(old, new))
    return f"{new.version} ({', '.join(words(path) for path in paths)})"


def _components(environment: Environment) -> dict[Key, Component]:
    return {(each.name, each.platform): each for each in environment.components}


def _workflows(environment: Environment) -> dict[Key, Workflow]:
    return {(each.name, each.kind): each for each in environment.operations.workflows}


def _uses(image: Image, component: Component) -> bool:
    uses = (*image.components, *image.tests)
    return image.base.platform == component.platform and any(
        use.owner == "self" and use.name == component.name for use in uses
    )


def _image(before: Image, after: Image, risen: Risen) -> Image:
    """The image with the versions of what is risen, wherever it has them in `after` too."""
    versions = {key: (old.version, new.version) for key, (old, new) in risen.components.items()}
    platform = before.base.platform
    workflows = {name: (old.version, new.version) for (name, _), (old, new) in risen.workflows.items()}
    components = {name: both for (name, on), both in versions.items() if on == platform}
    return replace(
        before,
        components=_risen_uses(before.components, after.components, components),
        tests=_risen_uses(before.tests, after.tests, components),
        pipeline=replace(
            before.pipeline,
            workflows=_risen_uses(before.pipeline.workflows, after.pipeline.workflows, workflows),
        ),
    )


def _risen_uses(
    before: tuple[Use, ...], after: tuple[Use, ...], versions: Mapping[str, tuple[str, str]]
) -> tuple[Use, ...]:
    there = {(use.name, use.version) for use in after if use.owner == "self"}

    def risen(use: Use) -> Use:
        old, new = versions.get(use.name, (None, None))
        if use.owner == "self" and new is not None and use.version == old and (use.name, new) in there:
            return replace(use, version=new)
        return use

    return tuple(risen(use) for use in before)
