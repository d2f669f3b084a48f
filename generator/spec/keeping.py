"""Which versions stay alive: those that `keep` asks for or an image is pinned to, with what their recipes hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from generator.source.report import Report, quoted
from generator.source.yaml import Path
from generator.spec.environments import Shared, instance_types
from generator.spec.files import Source, Sources
from generator.spec.kept import Kept, component_path, recipe_path
from generator.spec.model import Component, Environment, Image, Platform
from generator.spec.recipes import Recipe
from generator.spec.versions import parse_version
from generator.spec.written import EnvironmentWritten, ImageUseWritten

UseVersion = tuple[str, str]  # a component of ours and its version


@dataclass(frozen=True)
class Demand:
    """How many versions of an image's recipe stay alive beside the newest, and which do in any case."""

    count: int = 0
    pins: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.count or self.pins)

    def __or__(self, other: Demand) -> Demand:
        return Demand(max(self.count, other.count), self.pins | other.pins)


def demands(sources: Sources) -> dict[str, Demand]:
    """What all environments together ask for, by image."""
    found: dict[str, Demand] = {}
    for environment in sources.environments.values():
        for name, demand in demands_of(environment, sources).items():
            found[name] = found.get(name, Demand()) | demand
    return found


def demands_of(environment: Source[EnvironmentWritten], sources: Sources) -> dict[str, Demand]:
    """What an environment asks for, by image; the nearest `keep` counts."""
    return {use.image: _demand(environment, use, sources) for use, _ in _places(environment)}


def others(available: Collection[str], newest: str, demand: Demand) -> list[str]:
    """The versions beside the newest that stay alive, of those that are available, the oldest first."""
    rest = sorted((version for version in available if version != newest), key=parse_version)
    return [
        version for place, version in enumerate(rest) if len(rest) - place <= demand.count or version in demand.pins
    ]


def component_demands(demands: Mapping[str, Demand], recipes: Mapping[str, Recipe]) -> dict[str, Demand]:
    """Of each component of ours as many versions as of an image that uses it."""
    found: dict[str, Demand] = {}
    for image, demand in demands.items():
        for name, _ in own_uses(recipes[image]) if demand and image in recipes else ():
            found[name] = found.get(name, Demand()) | Demand(demand.count)
    return found


def own_uses(recipe: Recipe | Image) -> set[UseVersion]:
    """The components of ours that a recipe holds."""
    return {(use.name, use.version) for use in (*recipe.components, *recipe.tests) if use.owner == "self"}


def with_kept(
    environment: Environment, source: Source[EnvironmentWritten], shared: Shared, kept: Kept, report: Report
) -> Environment:
    """The environment with the older versions that stay alive in it; pins to what is not kept are reported."""
    resolver = _Resolver(source, shared, kept, report)
    images = tuple(resolver.image(image) for image in environment.images)
    return replace(environment, images=images, kept_components=resolver.components(environment, images))


@dataclass(frozen=True)
class _Resolver:
    source: Source[EnvironmentWritten]
    shared: Shared
    kept: Kept
    report: Report

    def image(self, image: Image) -> Image:
        """The image by the recipe that it is built by here, with those that stay alive beside it."""
        use, path = next(place for place in _places(self.source) if place[0].image == image.name)
        demand = _demand(self.source, use, self.shared.sources)
        if not demand or self.shared.sources.lock is None:  # a lock that is wrong has been reported
            return image
        self._check_is_stored(image, demand)
        recipes = self.kept.recipes.get(image.name, {})
        alive = {version: self._by(image, use, recipes[version]) for version in others(recipes, image.version, demand)}
        alive = {version: replace(each, version=version) for version, each in alive.items()} | {image.version: image}
        built = use.version or image.version
        if built not in alive:
            self._report_pin(path, image, use.version or "", alive)
            return image
        return replace(
            alive[built], kept=tuple(alive[each] for each in sorted(alive, key=parse_version) if each != built)
        )

    def components(self, environment: Environment, images: Iterable[Image]) -> tuple[Component, ...]:
        """The components of ours beside the newest that the recipes hold, and those that `keep` asks for."""
        newest = {(each.name, each.version, each.platform) for each in environment.components}
        needed = {
            (*use, each.base.platform) for image in images for each in (image, *image.kept) for use in own_uses(each)
        }
        wanted = component_demands(demands_of(self.source, self.shared.sources), self.shared.recipes)
        for name, version, platform in newest:
            available = self.kept.components.get(name, {})
            rest = others(available, version, wanted.get(name, Demand()))
            needed |= {(name, older, platform) for older in rest if platform in available[older].platforms}
        older = sorted(needed - newest, key=lambda each: (each[0], parse_version(each[1]), each[2]))
        found = [self._component(*each) for each in older]
        return tuple(component for component in found if component)

    def _by(self, image: Image, use: ImageUseWritten, recipe: Recipe) -> Image:
        """The image as another recipe makes it."""
        if recipe.base.image:  # of a chain no more is known than what the newest recipe knows
            recipe = replace(recipe, known=self.shared.recipes[image.name].known)
        types = instance_types(use, self.shared.sources.images[image.name].written, recipe)
        return replace(image, instance_types=types, **recipe.members)

    def _component(self, name: str, version: str, platform: Platform) -> Component | None:
        document = self.kept.components.get(name, {}).get(version)
        if document is None:
            self._report_missing(
                component_path(name, version),
                "a recipe that is kept needs it. Restore it from version control, or remove the file of the recipe "
                "and run `goldsmith lock`.",
            )
            return None
        return document.component(version, platform)

    def _check_is_stored(self, image: Image, demand: Demand) -> None:
        """What is not stored while it is the newest could not be kept when it is old."""
        contents = {recipe_path(image.name, image.version): image.version in self.kept.recipes.get(image.name, {})}
        for name, version in own_uses(image):
            contents[component_path(name, version)] = version in self.kept.components.get(name, {})
        for path, is_stored in contents.items():
            if not is_stored:
                self._report_missing(path, f"{image.name} keeps versions. Run `goldsmith lock`.")

    def _report_missing(self, path: PurePosixPath, why: str) -> None:
        file = self.shared.sources.directory / path
        if not file.is_file():  # what is wrong with one that is there has been reported
            self.report.file_error(str(file), f"there is no such file, and {why}")

    def _report_pin(self, path: Path, image: Image, pin: str, alive: Collection[str]) -> None:
        listed = quoted(sorted(alive, key=parse_version), "and")
        is_known = self.shared.sources.lock and pin in self.shared.sources.lock.recipes.get(image.name, {})
        what = f"{image.name} {pin} is not kept" if is_known else f"{image.name} has no version {pin}"
        message = (
            f"{what}; alive {'is' if len(alive) == 1 else 'are'} {listed}. Take one of them, or leave version out."
        )
        self.report.error(self.source.document, (*path, "version"), message)


def _places(environment: Source[EnvironmentWritten]) -> Iterator[tuple[ImageUseWritten, Path]]:
    for index, written in enumerate(environment.written.images):
        yield written if isinstance(written, ImageUseWritten) else ImageUseWritten(image=written), ("images", index)


def _demand(environment: Source[EnvironmentWritten], use: ImageUseWritten, sources: Sources) -> Demand:
    image, organization = sources.images.get(use.image), sources.organization
    counts = (
        use.keep,
        image.written.keep if image else None,
        environment.written.keep,
        organization.written.keep if organization else None,
    )
    count = next((each for each in counts if each is not None), 0)
    return Demand(count, frozenset({use.version} if use.version else ()))
