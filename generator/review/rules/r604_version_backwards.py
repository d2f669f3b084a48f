"""An image that is built by an older version.

What: a pipeline's recipe is of a lower version than before, or a new recipe has a component of a lower version than the
recipe before it.
Why: what the newer version mended comes back with the next build. It is right for a way back, and wrong after a merge
that took the older side.
Bad:
    # pipeline_web: image_recipe_arn is image-recipe/prod-web/1.0.2, it was 1.0.3
Good:
    images:
      - {image: web, version: 1.0.2}  # with the reason in the commit
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, Tree, is_unknown, texts

Version = tuple[int, ...]
RECIPES = ("aws_imagebuilder_container_recipe", "aws_imagebuilder_image_recipe")
_ARN = re.compile(r":(?:image-recipe|container-recipe|component)/([^/]+)/(\d{1,9}\.\d{1,9}\.\d{1,9})(?:/\d+)?$")


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_image_pipeline"):
        if subject.stays:
            for key in ("image_recipe_arn", "container_recipe_arn"):
                yield from _backwards(scene, subject, key)
    recipes = [each for each in scene.subjects if each.type in RECIPES]
    for subject in recipes:
        if subject.is_new:
            yield from _components_backwards(subject, recipes)


def _backwards(scene: Scene, pipeline: Subject, key: str) -> Iterator[Finding]:
    known = _named(pipeline.before.get(key))
    if known is None:
        return
    name, before = known
    if is_unknown(pipeline.after.get(key)):  # a recipe that this plan makes
        made = [
            _version(each.after) for each in scene.changed_of(*RECIPES) if each.is_new and _name(each.after) == name
        ]
        after = max(made, default=before)
    else:
        now = _named(pipeline.after.get(key))
        after = now[1] if now and now[0] == name else before
    if after < before:
        yield Finding(pipeline.address, f"recipe {name} goes back from {_text(before)} to {_text(after)}.")


def _components_backwards(recipe: Subject, recipes: list[Subject]) -> Iterator[Finding]:
    """Against the highest version of the recipe that there was."""
    name = _name(recipe.after)
    earlier = [each for each in recipes if each.before and _name(each.before) == name]
    if not earlier:
        return
    before = _components(max(earlier, key=lambda each: _version(each.before)).before)
    for component, after in sorted(_components(recipe.after).items()):
        if after < before.get(component, after):
            was = _text(before[component])
            yield Finding(recipe.address, f"component {component} goes back from {was} to {_text(after)}.")


def _components(tree: Tree) -> dict[str, Version]:
    named = [_named(arn) for arn in texts(tree, "component", "component_arn")]
    return dict(each for each in named if each)


def _named(arn: object) -> tuple[str, Version] | None:
    match = _ARN.search(arn) if isinstance(arn, str) else None
    return (match.group(1), _numbers(match.group(2))) if match else None


def _name(tree: Tree) -> str:
    """As an ARN has it: in small letters, with hyphens for what is neither letter nor digit."""
    return re.sub(r"[^a-z0-9-]", "-", str(tree.get("name", "")).lower())


def _version(tree: Tree) -> Version:
    version = tree.get("version")
    return _numbers(version) if isinstance(version, str) else ()


def _numbers(version: str) -> Version:
    parts = version.split(".")
    return tuple(int(each) for each in parts) if all(map(str.isdecimal, parts)) else ()


def _text(version: Version) -> str:
    return ".".join(map(str, version))


RULE = RiskRule("R604", "version-backwards", "warn", __doc__, _find)
