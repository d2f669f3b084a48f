"""What differs in an image of an environment: its recipe, where and when it is built, where it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from generator.affected.difference import Difference
from generator.affected.fields import described, differing, named_keys, some, told
from generator.affected.reason import Reason
from generator.render.roots import Root
from generator.spec.model import ComponentUse, Environment, Image

RECIPE = frozenset(
    {
        *("base", "components", "container_recipe", "description", "devices"),
        *("keys", "settings", "tests", "version", "volume"),
    }
)
KINDS = {
    "container": "container",
    "delivery": "distribution",
    "infrastructure": "infrastructure",
    "instance_types": "infrastructure",
    "kept": "kept",
    "pipeline": "pipeline",
    "schedule": "schedule",
    "tags": "tags",
}


def image_differences(before: Environment, after: Environment, risen: Collection[str]) -> Iterator[Difference]:
    """`before` has the versions of components and workflows of `after` already.

    `risen`: names of components whose version is another; a recipe's own follows from theirs.
    """
    old, new = _by_name(before), _by_name(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield _of_images("image", f"image {name}: new", name, new[name])
        elif name not in new:
            yield _of_images("image", f"image {name}: removed", name, None)
        else:
            yield from _within(old[name], new[name], risen)


def _by_name(environment: Environment) -> dict[str, Image]:
    return {image.name: image for image in environment.images}


def _within(before: Image, after: Image, risen: Collection[str]) -> Iterator[Difference]:
    changed = differing(before, after)
    recipe = [name for name in changed if name in RECIPE]
    used = {use.name for use in (*after.components, *after.tests) if use.owner == "self"}
    if recipe and not (recipe == ["version"] and used & set(risen)):
        yield _of_fields("recipe", _recipe_text(before, after, recipe), before, after, recipe)
    for name in changed:
        if name == "kept":
            yield from _kept(before, after, others=len(changed) > 1)
        elif name not in RECIPE:
            text = f"image {after.name}: {_field_text(name, getattr(before, name), getattr(after, name))}"
            yield _of_fields(KINDS.get(name, "image"), text, before, after, [name])


def _recipe_text(before: Image, after: Image, changed: list[str]) -> str:
    causes = [_field_text(name, getattr(before, name), getattr(after, name)) for name in changed if name != "version"]
    if before.version == after.version:
        return f"image {after.name}: {some(causes, '; ')}"
    head = f"recipe {after.name} {before.version} -> {after.version}"
    return f"{head}: {some(causes, '; ')}" if causes else head


def _field_text(name: str, before: Any, after: Any) -> str:
    """What is other about a field, as far as a line holds it."""
    if name == "base":
        return told("base", before.name, after.name) if before.name != after.name else f"base {after.name}"
    if name in {"components", "tests"}:
        return some(_uses(name, before, after), "; ")
    if name == "schedule":
        return told("schedule", *(each.expression if each else "manual" for each in (before, after)))
    if name == "tags":
        return f"tags {named_keys(before, after)}"
    if name == "instance_types":
        return told(name, ", ".join(before), ", ".join(after))
    return described("distribution" if name == "delivery" else name, before, after)


def _uses(what: str, before: Iterable[ComponentUse], after: Iterable[ComponentUse]) -> list[str]:
    """`component auditd 1.0.0 added`; the same ones in another order or with other parameters are told as that."""
    old, new = {(use.owner, use.name): use for use in before}, {(use.owner, use.name): use for use in after}
    kind = what.removesuffix("s")
    texts = [f"{kind} {use.name} {use.version} added" for key, use in new.items() if key not in old]
    texts += [f"{kind} {use.name} removed" for key, use in old.items() if key not in new]
    for key in old.keys() & new.keys():
        was, now = old[key], new[key]
        if was.version != now.version:
            texts.append(f"{kind} {now.name} {was.version} -> {now.version}")
        if was.parameters != now.parameters:
            texts.append(f"parameters of {now.name}: {named_keys(dict(was.parameters), dict(now.parameters))}")
    return texts or [f"{what} in another order"]


def _kept(before: Image, after: Image, *, others: bool) -> Iterator[Difference]:
    old, new = {image.version for image in before.kept}, {image.version for image in after.kept}
    texts = [f"recipe {after.name} {version} is kept" for version in sorted(new - old)]
    texts += [f"recipe {after.name} {version} is kept no more" for version in sorted(old - new)]
    if not texts and not others:  # what is kept shares with the image what is no part of a recipe
        texts = [f"kept versions of recipe {after.name}"]
    for text in texts:
        yield _of_fields("kept", text, before, after, ["kept"])


def _of_fields(kind: str, text: str, before: Image, after: Image, names: Iterable[str]) -> Difference:
    """A difference in some fields of one image."""
    mixed = replace(before, **{name: getattr(after, name) for name in names})
    return _of_images(kind, text, before.name, mixed)


def _of_images(kind: str, text: str, name: str, image: Image | None) -> Difference:
    """A difference in one image: another one of its name, a new one, or none any more."""

    def swap(root: Root) -> Root:
        images = [each if each.name != name else image for each in root.environment.images]
        if image is not None and all(each.name != name for each in root.environment.images):
            images.append(image)
        kept = tuple(each for each in images if each is not None)
        return replace(root, environment=replace(root.environment, images=kept))

    return Difference(Reason(kind, text), swap)
